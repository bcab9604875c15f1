"""Who signs the numbers: a medical director and a safety officer, and a sheet of theirs."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.oversight.parameters import ParameterSheet, ParameterSignature, ParametersInForce
from models.people.accounts import UserAccount
from rules.terms import Role
from tests.factories.people import a_credential, a_licensed_prescriber, a_user


def a_director(session: Session, now: datetime) -> UserAccount:
    """Add a prescriber who is appointed medical director."""
    user = a_licensed_prescriber(session, now)
    a_credential(session, user, kind="medical_director")
    return user


def an_officer(session: Session, now: datetime, name: str = "Olga Officer") -> UserAccount:
    """Add a safety officer."""
    return a_user(session, now, Role.SAFETY_OFFICER, name=name)


def a_sheet(
    session: Session, now: datetime, by: UserAccount, changes: dict[str, str], **over: Any
) -> ParameterSheet:
    """Add a draft that would hold an hour from now."""
    values: dict[str, Any] = {
        "changes": changes,
        "signs": {},
        "effective_from": now + timedelta(hours=1),
        "drafted_by": by.id,
        "drafted_at": now,
    }
    sheet = ParameterSheet(**values | over)
    session.add(sheet)
    session.flush()
    return sheet


def a_signature(
    session: Session, now: datetime, sheet: ParameterSheet, by: UserAccount, role: Role
) -> ParameterSignature:
    """Add a signature to a sheet."""
    signed = ParameterSignature(
        sheet_id=sheet.id, signer_id=by.id, role=role, statement=by.display_name, signed_at=now
    )
    session.add(signed)
    session.flush()
    return signed


def in_force(
    session: Session, now: datetime, changes: dict[str, str], **over: Any
) -> ParameterSheet:
    """Add a sheet that two people signed some days ago and that holds now."""
    drafted = now - timedelta(days=2)
    director, officer = a_director(session, drafted), an_officer(session, drafted)
    over.setdefault("effective_from", now - timedelta(days=1))
    sheet = a_sheet(session, drafted, officer, changes, **over)
    a_signature(session, drafted, sheet, director, Role.PRESCRIBER)
    a_signature(session, drafted, sheet, officer, Role.SAFETY_OFFICER)
    session.add(
        ParametersInForce(sheet_id=sheet.id, effective_from=sheet.effective_from, placed_at=drafted)
    )
    session.flush()
    return sheet

"""How do the fingerprints of addresses come under another key?

They are compared with each other, to find a patient who would sit with themselves, so at no moment
may some be under the old key and some under the new one: all are written in one transaction, from
what is sealed, while the service is stopped. Recovery codes are kept as fingerprints only, so those
that are not used yet are void afterwards, and new ones are made.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.orm import Session

from models.people.accounts import Invitation, UserAccount
from models.people.patients import Sitter
from models.platform import data_keys
from workflows.people import contacts

_ALONE = text("LOCK TABLE user_account, sitter IN SHARE ROW EXCLUSIVE MODE")
_TAKE_YOUR_TIME = text("SET LOCAL statement_timeout = 0")


def write_anew(engine: Engine | Connection) -> int:
    """Write every fingerprint anew, and say how many rows that were."""
    with Session(engine) as session, session.begin():
        session.execute(_TAKE_YOUR_TIME)
        session.execute(_ALONE)
        return sum(1 for _ in (*_accounts(session), *_sitters(session)))


def _accounts(session: Session) -> Iterator[Any]:
    query = select(UserAccount.id, UserAccount.email, UserAccount.phone)
    for row in session.execute(query.where(data_keys.readable(UserAccount.id))).all():
        yield session.execute(
            update(UserAccount)
            .where(UserAccount.id == row.id)
            .values(email_blind=contacts.email_blind(row.email), phone_blind=_phone(row.phone))
        )


def _sitters(session: Session) -> Iterator[Any]:
    """A sitter's address stands in their account, or else in the invitation."""
    known = (data_keys.readable(Sitter.patient_id), data_keys.readable(Sitter.user_id))
    for row in session.execute(select(Sitter.id, Sitter.user_id, Sitter.phone).where(*known)).all():
        written: dict[str, Any] = {"phone_blind": _phone(row.phone)}
        if (email := _address(session, row)) is not None:
            written["email_blind"] = contacts.email_blind(email)
        yield session.execute(update(Sitter).where(Sitter.id == row.id).values(written))


def _address(session: Session, sitter: Any) -> str | None:
    account = select(UserAccount.email).where(UserAccount.id == sitter.user_id)
    invited = (
        select(Invitation.email)
        .where(Invitation.sitter_id == sitter.id)
        .order_by(Invitation.invited_at.desc())
    )
    return session.scalar(account) or session.scalar(invited.limit(1))


def _phone(phone: str | None) -> bytes | None:
    return contacts.phone_blind(phone) if phone else None

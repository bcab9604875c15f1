"""On what do they act? One patient with a row of everything, and a second one who is not theirs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.oversight.handovers import Handover
from models.oversight.holds import OnCallShift
from models.people.accounts import SecondFactor, UserAccount
from models.plan.catalogue import CertifiedSite
from models.plan.law import LawProposal
from rules.oversight.leaving import HandoverKind, Leaving
from rules.terms import EndingKind, LawKind, Role
from tests.factories import evening, parameters
from tests.factories import people as folk
from tests.matrix import people, sign_ins
from tests.matrix.others import of_another
from tests.matrix.rows import kept, of_everything
from workflows.people import passwords
from workflows.plan.endings import Ending
from workflows.platform.runtime import Runtime

OTHER_SITE = UUID("00000000-0000-7000-8000-00000000d002")
PASSWORD = folk.PASSWORD
STATE_LAW = {
    "enabled": True,
    "valid_until": None,
    "counsel_reviewed_on": "2026-11-20",
    "review_expires_on": "2027-05-19",
    "in_person_required": False,
    "pdmp_scope": "every_prescription",
    "pdmp_hours": 24,
    "sch3_days_supply_max": 30,
    "npp_prescriber_allowed": False,
    "compounding_ship_ok": True,
    "extra_consent_name": None,
    "extra_consent_edition": None,
    "minor_age": 18,
}


@dataclass(frozen=True, slots=True)
class World:
    """Everything by its name: rows, people, sign-ins; `hers` are the rows of the patient.

    `others` are rows of the other patient, by the same names. `says` is what a body has
    to say that only this world knows, such as what a phone signed.
    """

    ids: dict[str, UUID]
    people: dict[str, UUID]
    logins: dict[str, UUID]
    patient: UUID
    hers: frozenset[str]
    others: dict[str, UUID]
    says: dict[str, Any]


def build(session: Session, runtime: Runtime) -> World:
    """Put it all in the database, once."""
    now = runtime.clock.now()
    mine = evening.an_evening(session, now)
    other = evening.an_evening(session, now)
    sites = {site.id: site for site in session.scalars(select(CertifiedSite))}
    other_site = sites.pop(OTHER_SITE)
    site = next(iter(sites.values()))
    officer = folk.a_user(session, now, Role.SAFETY_OFFICER, name="Someone officer")
    folk.a_care_team(session, now, mine.patient, safety_officer=officer)
    known = {
        "patient": session.get_one(UserAccount, mine.patient.user_id),
        "patient, another": session.get_one(UserAccount, other.patient.user_id),
        "sitter of this session": session.get_one(UserAccount, mine.sitter.user_id),
        "sitter of another session": session.get_one(UserAccount, other.sitter.user_id),
        "coach on the team": mine.coach,
        "coach elsewhere": other.coach,
        "prescriber on the team": mine.prescriber,
        "prescriber elsewhere": other.prescriber,
        "officer on the team": officer,
    }
    around = people.Around(mine.patient, site, other_site, known)
    ids = people.put_in(session, now, around)
    for shift in (mine.prescriber, other.prescriber):
        _ends_its_shift(session, shift, now)
    rows = of_everything(session, now, mine, ids)
    hers = frozenset(str(row) for name, row in rows.items() if name != "lot_id")
    rows |= _of_the_office(session, now, ids, site)
    logins = {name: people.a_sign_in(session, now, user_id).id for name, user_id in ids.items()}
    whose = {"patient": mine.patient.id, "patient, another": other.patient.id}
    rows |= sign_ins.of_the_glass(session, now, whose, logins)
    rows |= sign_ins.of_the_doors(session, now, ids) | sign_ins.messages(session, now, ids)
    keys, signed = sign_ins.passkeys(session, now, runtime.settings, ids)
    rows |= keys | sign_ins.webhooks(session, now, ids) | {"login_id": logins["patient"]}
    _papers(session, ids)
    _password(session, runtime, ids)
    session.flush()
    return World(
        ids=rows,
        people=ids,
        logins=logins,
        patient=mine.patient.id,
        hers=hers,
        others=of_another(session, now, other),
        says={"log_in_with_passkey": signed},
    )


def _ends_its_shift(session: Session, prescriber: UserAccount, now: datetime) -> None:
    """Only the person on call of the matrix is on call."""
    for shift in session.scalars(select(OnCallShift).where(OnCallShift.user_id == prescriber.id)):
        shift.cancelled_at = now


def _of_the_office(
    session: Session, now: datetime, ids: dict[str, UUID], site: CertifiedSite
) -> dict[str, UUID]:
    """Add what has no patient in it."""
    officer = session.get_one(UserAccount, ids["officer elsewhere"])
    sheet = parameters.a_sheet(session, now, officer, {"bp_review_above": "120/76"})
    credential = folk.a_credential(
        session, session.get_one(UserAccount, ids["prescriber elsewhere"]), kind="counsel"
    )
    proposal = kept(
        session,
        LawProposal(
            kind=LawKind.JURISDICTION,
            name="CO",
            valid_from=now.date() + timedelta(days=10),
            content=STATE_LAW,
            source="Counsel's memo",
            proposed_by=ids["nobody"],
            proposed_at=now,
        ),
    )
    proved = {"begun_at": now, "confirmed_at": now, "last_step": 1}
    session.add(SecondFactor(user_id=ids["coach elsewhere"], secret="x" * 32, **proved))
    shift = evening.on_call(session, now, session.get_one(UserAccount, ids["prescriber on call"]))
    return {
        "sheet_id": sheet.id,
        "credential_id": credential.id,
        "proposal_id": proposal.id,
        "shift_id": shift.id,
        "handover_id": _left_behind(session, now, shift),
        "site_id": site.id,
        "user_id": ids["coach elsewhere"],
        "ending_id": Ending(kind=EndingKind.SITE, name="zz-another-site", ends_on=now.date()).id,
        "site worker": ids["staff of the site"],
    }


def _left_behind(session: Session, now: datetime, shift: OnCallShift) -> UUID:
    """Add a shift of somebody who left, and who is back in it."""
    left = Handover(
        kind=HandoverKind.ON_CALL_SHIFT,
        why=Leaving.DISABLED,
        subject_id=shift.id,
        from_user_id=shift.user_id,
        opened_at=now,
        opened_by=shift.user_id,
    )
    return kept(session, left).id


def _papers(session: Session, ids: dict[str, UUID]) -> None:
    """Give the papers that an act asks for beside role and relation."""
    for name, kind, state in (
        ("prescriber on the team", "medical_director", "CO"),
        ("admin", "counsel", "CO"),
        ("staff of the site", "counsel", "CO"),
    ):
        user = session.get_one(UserAccount, ids[name])
        folk.a_credential(session, user, kind=kind, state=state, valid_from=date(2025, 1, 1))


def _password(session: Session, runtime: Runtime, ids: dict[str, UUID]) -> None:
    """One hash for everybody: making one for each takes longer than the matrix."""
    kept = passwords.hash_new(runtime.settings.password_cost, PASSWORD)
    for user_id in ids.values():
        session.get_one(UserAccount, user_id).password_hash = kept

"""How much of a dose session may this person see? The sitter sees the evening, not the medicine."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.people.patients import Patient
from rules.terms import Role, SessionState, Setting
from workflows.oversight import timeline
from workflows.platform import access
from workflows.platform.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SittersView:
    """A session as its sitter sees it: when, where and how it stands; no plan, drug or dose."""

    id: UUID
    patient_id: UUID
    number: int
    state: SessionState
    setting: Setting
    sitter_id: UUID | None
    scheduled_at: datetime
    time_zone: str
    patient_state: str
    check_in_opened_at: datetime | None
    dosed_at: datetime | None
    cleared_dose: bool | None
    no_driving_until: datetime | None
    released_at: datetime | None
    version: int
    plan_id: None = None
    molecule: None = None
    route: None = None
    dose_mg_hundredths: None = None


SHOWN = (
    *("id", "patient_id", "number", "state", "setting", "sitter_id", "scheduled_at", "time_zone"),
    *("patient_state", "check_in_opened_at", "dosed_at", "cleared_dose", "no_driving_until"),
    *("released_at", "version"),
)


def as_seen(work: Work, session: DoseSession) -> DoseSession | SittersView:
    """Give the whole session to whom the patient's record is open, else what a sitter needs."""
    if Role.SITTER not in work.actor.roles or _record_is_open(work, session):
        return session
    return SittersView(**{name: getattr(session, name) for name in SHOWN})


def may_see_reasons(work: Work, session: DoseSession) -> bool:
    """Say whether the reasons of a gate are theirs: patient, sitter and clinicians, not a coach."""
    if session.sitter_user_id == work.actor.user_id:
        return True
    query = select(Patient.id).where(
        Patient.id == session.patient_id, timeline.may_see_reasons(work)
    )
    return work.session.scalar(query) is not None


def _record_is_open(work: Work, session: DoseSession) -> bool:
    query = select(Patient.id).where(Patient.id == session.patient_id, access.reach(work))
    return work.session.scalar(query) is not None

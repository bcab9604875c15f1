"""Which clearances end at once because of what was just written? No dose is begun on them."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, update

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance
from rules.terms import SessionState
from workflows.platform.work import Work


def is_live() -> ColumnElement[bool]:
    """Give the condition on `clearance`: nobody has used it, and nothing has ended it."""
    return and_(Clearance.spent_at.is_(None), Clearance.voided_at.is_(None))


def end(work: Work, reason: str, *which: ColumnElement[bool]) -> None:
    """End every live clearance of these, in one statement (a step)."""
    ended = update(Clearance).where(is_live(), *which)
    work.session.execute(ended.values(voided_at=work.now, void_reason=reason))


def end_for_patient(work: Work, patient_id: UUID, reason: str) -> None:
    """End every live clearance of a patient (who is locked), and ask for a fresh check."""
    cleared = select(DoseSession).where(
        DoseSession.patient_id == patient_id, DoseSession.state == SessionState.CLEARED
    )
    for dose_session in work.session.scalars(cleared.order_by(DoseSession.id).with_for_update()):
        dose_session.state = SessionState.BLOCKED
    end(work, reason, Clearance.patient_id == patient_id)

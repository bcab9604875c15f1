"""Which clearances end at once because of what was just written? No dose is begun on them."""

from uuid import UUID

from sqlalchemy import select, update

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance
from rules.terms import SessionState
from workflows.platform.work import Work


def end_for_patient(work: Work, patient_id: UUID, reason: str) -> None:
    """End every live clearance of a patient (who is locked), and ask for a fresh check."""
    cleared = select(DoseSession).where(
        DoseSession.patient_id == patient_id, DoseSession.state == SessionState.CLEARED
    )
    for dose_session in work.session.scalars(cleared.order_by(DoseSession.id).with_for_update()):
        dose_session.state = SessionState.BLOCKED
    work.session.execute(
        update(Clearance)
        .where(
            Clearance.patient_id == patient_id,
            Clearance.spent_at.is_(None),
            Clearance.voided_at.is_(None),
        )
        .values(voided_at=work.now, void_reason=reason)
    )

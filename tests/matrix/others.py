"""What hangs on the other patient? The same kinds of row, that the first patient's people name."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dose.predose import Clearance
from models.people.patients import CareTeamMember
from rules.terms import SubjectKind
from tests.factories import plan, preparation
from tests.factories.evening import Evening


def of_another(session: Session, now: datetime, other: Evening) -> dict[str, UUID]:
    """Give the rows of the other patient, by the names that paths and bodies have for them."""
    evaluation = plan.an_evaluation(session, now, other.patient, other.prescriber)
    meeting, free = (
        preparation.a_slot(session, other.coach, now + timedelta(days=day)) for day in (8, 9)
    )
    member = select(CareTeamMember.id).where(CareTeamMember.patient_id == other.patient.id)
    return {
        "patient_id": other.patient.id,
        "plan_id": other.plan.id,
        "approval_id": other.approval.id,
        "dose_session_id": other.session.id,
        "sitter_id": other.sitter.id,
        "evaluation_id": evaluation.id,
        "appointment_id": preparation.an_appointment(session, other.patient, meeting).id,
        "slot_id": free.id,
        "member_id": session.scalars(member.limit(1)).one(),
        "clearance_id": _a_clearance(session, now, other),
    }


def _a_clearance(session: Session, now: datetime, other: Evening) -> UUID:
    about = (SubjectKind.DOSE_SESSION, other.session.id)
    clear = plan.a_kept_decision(session, now, other.patient, about, point="check_in")
    row = Clearance(
        patient_id=other.patient.id,
        dose_session_id=other.session.id,
        decision_id=clear.id,
        lot_id=other.lot.id,
        dose_mg_hundredths=other.session.dose_mg_hundredths,
        sitter_id=other.sitter.id,
        inputs_hash=b"\0" * 32,
        safety_version=other.patient.safety_version,
        epoch=1,
        issued_at=now,
        expires_at=now + timedelta(minutes=30),
    )
    session.add(row)
    session.flush()
    return row.id

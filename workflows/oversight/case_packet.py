"""What does a prescriber need to see about one patient, on one page?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on

from models.dose.dose_sessions import DoseSession
from models.intake.intake import Assessment, Intake
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.people.patients import Patient
from models.plan.approvals import Approval, Evaluation
from models.plan.treatment_plans import MedicationOrder, TreatmentPlan
from models.platform.base import Base
from models.platform.decisions import GateDecision, Override
from rules.permissions import Permission
from workflows.platform import access
from workflows.platform.work import Work, reading

T = TypeVar("T", bound=Base)
MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePacket:
    """One patient as a prescriber needs it, newest first in every list."""

    patient: Patient
    intake: Intake | None
    scores: Sequence[Assessment]
    evaluations: Sequence[Evaluation]
    approvals: Sequence[Approval]
    plans: Sequence[TreatmentPlan]
    orders: Sequence[MedicationOrder]
    sessions: Sequence[DoseSession]
    decisions: Sequence[GateDecision]
    overrides: Sequence[Override]
    holds: Sequence[Hold]
    adverse_events: Sequence[AdverseEvent]
    escalations: Sequence[Escalation]


@reading(permit=Permission.READ_DESK, audit="case_packet.read")
def read_case(work: Work, patient_id: UUID) -> CasePacket:
    """Read one patient's case in a fixed number of statements."""
    patient = access.patient(work, patient_id)

    def newest(model: type[T], at: Any, *where: ColumnElement[bool], most: int = MOST) -> list[T]:
        columns: Any = model
        query = select(model).where(columns.patient_id == patient.id, *where)
        return list(work.session.scalars(query.order_by(at.desc(), columns.id.desc()).limit(most)))

    intakes = newest(Intake, Intake.number, Intake.submitted_at.is_not(None), most=1)
    return CasePacket(
        patient=patient,
        intake=intakes[0] if intakes else None,
        scores=_newest_scores(work, patient.id),
        evaluations=newest(Evaluation, Evaluation.held_at),
        approvals=newest(Approval, Approval.signed_at),
        plans=newest(TreatmentPlan, TreatmentPlan.drafted_at),
        orders=newest(MedicationOrder, MedicationOrder.ordered_at),
        sessions=newest(DoseSession, DoseSession.scheduled_at),
        decisions=newest(GateDecision, GateDecision.decided_at),
        overrides=newest(Override, Override.overridden_at),
        holds=newest(Hold, Hold.placed_at, Hold.released_at.is_(None)),
        adverse_events=newest(AdverseEvent, AdverseEvent.aware_at),
        escalations=newest(Escalation, Escalation.opened_at, Escalation.acknowledged_at.is_(None)),
    )


def _newest_scores(work: Work, patient_id: UUID) -> list[Assessment]:
    """Read the newest answers to each instrument."""
    return list(
        work.session.scalars(
            select(Assessment)
            .where(Assessment.patient_id == patient_id)
            .ext(distinct_on(Assessment.instrument))
            .order_by(Assessment.instrument, Assessment.taken_at.desc(), Assessment.id.desc())
        )
    )

"""How does a patient move on in the programme by a prescriber's decision?"""

from uuid import UUID

from sqlalchemy import select

from models.people.patients import Patient
from models.plan.approvals import Approval
from models.plan.treatment_plans import TreatmentPlan
from rules.permissions import Permission
from rules.states import MOVES, may_move
from rules.terms import ApprovalDecision, EnrolmentState, PlanState
from workflows.plan import course_facts, plan_facts
from workflows.plan.authority import refuse_own_record, refuse_without_licence
from workflows.platform import access
from workflows.platform.errors import NotNow, RecordForbids
from workflows.platform.work import Work, command

E = EnrolmentState
_ON_THE_WAY = (E.PENDING_REVIEW, E.MAINTENANCE_REVIEW)


def move(patient: Patient, to: EnrolmentState) -> None:
    """Move a patient, at most by way of one review; what the states do not allow is refused."""
    now = patient.enrolment
    ways = ((to,), *((way, to) for way in _ON_THE_WAY))
    if not any(_is_legal(now, *way) for way in ways):
        raise NotNow(now, allowed=tuple(sorted(MOVES[E][now])))
    patient.enrolment = to


@command(permit=Permission.DECIDE_ELIGIBILITY, audit="suspension.lifted", once=True)
def lift_suspension(work: Work, patient_id: UUID) -> Patient:
    """Let a suspended patient go on, or back to a decision when something material changed.

    The reasons stand where each thing was looked at: with the holds released and the harm assessed.
    """
    patient = access.patient(work, patient_id, lock=True)
    refuse_own_record(work, patient.user_id)
    refuse_without_licence(work, patient.state, plan_facts.local_today(work, patient))
    if patient.enrolment is not E.SUSPENDED:
        raise NotNow(patient.enrolment)
    _refuse_open_trouble(work, patient.id)
    move(patient, E.COURSE_ACTIVE if _course_is_under_way(work, patient) else E.PENDING_REVIEW)
    patient.suspended_for = ""
    patient.safety_version += 1
    return patient


def _is_legal(now: EnrolmentState, *way: EnrolmentState) -> bool:
    at = now
    for to in way:
        if not may_move(at, to):
            return False
        at = to
    return True


def _refuse_open_trouble(work: Work, patient_id: UUID) -> None:
    row = work.session.execute(course_facts.trouble_statement(patient_id)).one()
    trouble = course_facts.trouble_from(row)
    if trouble.untriaged:
        raise RecordForbids(code="open_adverse_event")
    if trouble.serious_unreviewed:
        raise RecordForbids(code="serious_ae_unreviewed")
    if trouble.hold_codes:
        raise RecordForbids(code="care_team_hold")


def _course_is_under_way(work: Work, patient: Patient) -> bool:
    """A plan signed under an approval that nothing material has overtaken."""
    found = work.session.scalars(
        select(Approval)
        .join(TreatmentPlan, TreatmentPlan.approval_id == Approval.id)
        .where(
            Approval.patient_id == patient.id,
            Approval.decision == ApprovalDecision.HOME,
            Approval.ended_at.is_(None),
            Approval.expires_at > work.now,
            TreatmentPlan.state == PlanState.SIGNED,
        )
    ).first()
    changed_at = patient.material_change_at
    return found is not None and (changed_at is None or changed_at <= found.signed_at)

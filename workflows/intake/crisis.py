"""What happens at once when somebody may be in danger from suicide? A human looks; doses stop."""

from uuid import UUID

from sqlalchemy import select

from models.oversight.holds import Hold
from models.people.patients import Patient
from rules.states import may_move
from rules.terms import EnrolmentState, HoldSource, Role, SubjectKind
from workflows.oversight import escalations, holds
from workflows.platform import notifications
from workflows.platform.work import Work

CODE = "suicide_risk_high"
TEMPLATE = "please_look_now"
E = EnrolmentState
NOT_YET_TREATED = frozenset(
    {
        E.PROSPECT,
        E.INTAKE_IN_PROGRESS,
        E.INTAKE_SUBMITTED,
        E.SCREENED_OUT,
        E.PENDING_REVIEW,
        E.MORE_INFORMATION,
        E.DECLINED,
    }
)


def respond(work: Work, patient: Patient, subject: tuple[SubjectKind, UUID]) -> None:
    """Hold the next dose, call who is on call and tell the team; once while a hold is open."""
    if _is_held(work, patient.id):
        return
    holds.place(work, HoldSource.SUICIDE_RISK, CODE, subject)
    escalations.raise_one(work, CODE, subject=subject)
    for role in (Role.PRESCRIBER, Role.COACH):
        notifications.tell_care_team(work, role, TEMPLATE, subject=subject)
    suspend(patient, CODE)


def suspend(patient: Patient, reason: str) -> None:
    """Stop dosing for somebody under treatment; reports, messages and the record stay open."""
    if patient.enrolment not in NOT_YET_TREATED and may_move(patient.enrolment, E.SUSPENDED):
        patient.enrolment = E.SUSPENDED
        patient.suspended_for = reason


def _is_held(work: Work, patient_id: UUID) -> bool:
    open_hold = select(Hold.id).where(
        Hold.patient_id == patient_id, Hold.code == CODE, Hold.released_at.is_(None)
    )
    return work.session.scalar(open_hold.limit(1)) is not None

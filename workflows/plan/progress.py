"""How far along the course is the patient, now that a dose was taken or a session is over?"""

from datetime import datetime

from sqlalchemy import func, select

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from models.people.patients import Patient
from models.plan.approvals import Approval
from models.plan.treatment_plans import TreatmentPlan
from rules.limits import Limits
from rules.states import may_move
from rules.terms import EnrolmentState
from workflows.platform.work import Work

E = EnrolmentState
_BEFORE_THE_COURSE = (E.CONSENTED, E.RX_ACTIVE)


def begin_course(patient: Patient) -> None:
    """Let the course begin with the first dose, cleared or not; any other state stays."""
    if is_before_the_course(patient):
        _go(patient, E.RX_ACTIVE)
        _go(patient, E.COURSE_ACTIVE)


def is_before_the_course(patient: Patient) -> bool:
    """Say whether a dose would be the beginning of the course."""
    return patient.enrolment in _BEFORE_THE_COURSE


def after_release(work: Work, dose_session: DoseSession) -> None:
    """Ask for the review that falls due with this session, or end the course with its last."""
    used, allowed = sessions(work, dose_session)
    patient = patient_of(work, dose_session)
    if is_review_due(used, work.limits):
        _go(patient, E.MID_COURSE_REVIEW)
    elif used >= allowed:
        _go(patient, E.COURSE_COMPLETE)


def after_review(work: Work, dose_session: DoseSession) -> None:
    """Let a reviewed course go on, or be complete when no session is left."""
    patient = patient_of(work, dose_session)
    if patient.enrolment is E.MID_COURSE_REVIEW:
        used, allowed = sessions(work, dose_session)
        _go(patient, E.COURSE_COMPLETE if used >= allowed else E.COURSE_ACTIVE)


def patient_of(work: Work, dose_session: DoseSession) -> Patient:
    """Read whose session it is."""
    return work.session.scalars(select(Patient).where(Patient.id == dose_session.patient_id)).one()


def is_review_due(used: int, limits: Limits) -> bool:
    """Say whether a prescriber reviews the course after this many sessions."""
    return used > 0 and used % limits.mid_course_review_every_sessions == 0


def is_first_ever(work: Work, dose_session: DoseSession) -> bool:
    """Say whether nothing was taken before this session."""
    earlier = select(DoseTaken.id).where(
        DoseTaken.patient_id == dose_session.patient_id,
        DoseTaken.dose_session_id.is_distinct_from(dose_session.id),
    )
    return work.session.scalar(earlier.limit(1)) is None


def sessions(
    work: Work, dose_session: DoseSession, until: datetime | None = None
) -> tuple[int, int]:
    """Count the sessions used of the approval behind this one, and those it allows."""
    used = (
        select(func.count(func.coalesce(DoseTaken.dose_session_id, DoseTaken.id).distinct()))
        .where(
            DoseTaken.patient_id == Approval.patient_id,
            DoseTaken.taken_at >= Approval.signed_at,
            DoseTaken.taken_at <= (until or work.now),
        )
        .correlate(Approval)
        .scalar_subquery()
    )
    row = work.session.execute(
        select(used, Approval.sessions_allowed)
        .join(TreatmentPlan, TreatmentPlan.approval_id == Approval.id)
        .where(TreatmentPlan.id == dose_session.plan_id)
    ).one()
    return row[0], row[1]


def _go(patient: Patient, to: EnrolmentState) -> None:
    """Move if the states allow it; whoever is suspended or gone meanwhile stays so."""
    if patient.enrolment is not to and may_move(patient.enrolment, to):
        patient.enrolment = to

"""Has a prescriber looked at this session? The first one, and every third, open the next dose."""

from uuid import UUID

from sqlalchemy import func, select

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from models.intake.intake import Assessment
from models.people.patients import Patient
from rules.limits import LIMITS
from rules.permissions import Permission
from rules.terms import DeadlineKind, EnrolmentState
from workflows.plan import enrolment
from workflows.plan.authority import refuse_own_record, signer
from workflows.platform import access, deadlines
from workflows.platform.errors import NotNow, RecordForbids
from workflows.platform.work import Work, command


@command(permit=Permission.REVIEW_SESSION, audit="dose_session.reviewed", once=True)
def review_session(work: Work, dose_session_id: UUID) -> DoseSession:
    """Review a session after it was dosed; a mid-course review stands on fresh instruments."""
    session = access.dose_session(work, dose_session_id, lock=True)
    patient = access.patient(work, session.patient_id, lock=True)
    refuse_own_record(work, patient.user_id)
    if session.dosed_at is None or (session.released_at is None and session.closed_at is None):
        raise NotNow(session.state)
    if session.reviewed_at is not None:
        raise RecordForbids(code="already_reviewed")
    mid_course = _sessions_until(work, session) % LIMITS.mid_course_review_every_sessions == 0
    if mid_course:
        _refuse_without_instruments(work, session)
    session.reviewed_at, session.reviewed_by = work.now, signer(work)
    deadlines.settle(work, session.id, DeadlineKind.POST_FIRST_SESSION_REVIEW)
    _go_on(patient)
    patient.safety_version += 1
    return session


def _sessions_until(work: Work, session: DoseSession) -> int:
    """Count the sessions dosed under this plan, this one included."""
    counted = select(func.count(DoseTaken.dose_session_id.distinct())).join(
        DoseSession, DoseSession.id == DoseTaken.dose_session_id
    )
    return (
        work.session.scalar(
            counted.where(
                DoseSession.plan_id == session.plan_id, DoseTaken.taken_at <= session.dosed_at
            )
        )
        or 0
    )


def _refuse_without_instruments(work: Work, session: DoseSession) -> None:
    taken = select(Assessment.id).where(
        Assessment.patient_id == session.patient_id,
        Assessment.complete.is_(True),
        Assessment.taken_at >= session.dosed_at,
    )
    if work.session.scalar(taken.limit(1)) is None:
        raise RecordForbids(code="instruments_missing")


def _go_on(patient: Patient) -> None:
    if patient.enrolment is EnrolmentState.MID_COURSE_REVIEW:
        enrolment.move(patient, EnrolmentState.COURSE_ACTIVE)

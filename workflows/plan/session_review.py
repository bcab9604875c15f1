"""Has a prescriber looked at this session? The first one, and every third, open the next dose."""

from uuid import UUID

from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.intake.intake import Assessment
from rules.permissions import Permission
from rules.terms import DeadlineKind, Instrument
from workflows.people.signing import signer
from workflows.plan import progress
from workflows.plan.authority import refuse_own_record
from workflows.platform import access, deadlines
from workflows.platform.errors import NotNow, RecordForbids
from workflows.platform.work import Work, command

REVIEWED_WITH = frozenset({Instrument.PHQ9, Instrument.GAD7, Instrument.USC6, Instrument.CCC4})


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
    used, _allowed = progress.sessions(work, session, until=session.dosed_at)
    if progress.is_review_due(used, work.limits):
        _refuse_without_instruments(work, session)
    session.reviewed_at, session.reviewed_by = work.now, signer(work)
    deadlines.settle(work, session.id, DeadlineKind.POST_FIRST_SESSION_REVIEW)
    progress.after_review(work, session)
    patient.safety_version += 1
    return session


def _refuse_without_instruments(work: Work, session: DoseSession) -> None:
    """Mood, anxiety, bladder and memory belong to it, asked since the dose and answered whole."""
    answered = work.session.scalars(
        select(Assessment.instrument).where(
            Assessment.patient_id == session.patient_id,
            Assessment.complete.is_(True),
            Assessment.taken_at >= session.dosed_at,
        )
    )
    missing = sorted(REVIEWED_WITH.difference(answered))
    if missing:
        raise RecordForbids(code="instruments_missing", missing=missing)

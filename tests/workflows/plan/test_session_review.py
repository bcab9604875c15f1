"""Does a review open the next dose only when there is something to review?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from models.platform.database import new_sessions
from models.platform.trail import Deadline
from rules.terms import DeadlineKind, EnrolmentState, Instrument, SessionState, SubjectKind
from tests.factories.clinic import Clinic, a_clinic
from tests.factories.intake import an_assessment
from tests.factories.plan import the_product, what_of
from workflows.plan import session_review
from workflows.platform.errors import NotNow, NotPermitted, RecordForbids
from workflows.platform.runtime import Runtime


@pytest.fixture
def clinic(runtime: Runtime) -> Iterator[Clinic]:
    """Give a patient who waits for a decision, with the people who decide."""
    with new_sessions(runtime.bind)() as session:
        yield a_clinic(runtime, session)


def _sessions(clinic: Clinic, count: int, **over: Any) -> list[DoseSession]:
    """Add dosed and closed sessions, the last one yesterday."""
    begun = clinic.now - timedelta(days=2 + 7 * count)
    until = begun + timedelta(days=90)
    plan = clinic.signed_plan(clinic.approved(signed_at=begun, expires_at=until))
    made = []
    for number in range(1, count + 1):
        dosed_at = clinic.now - timedelta(days=1 + 7 * (count - number))
        values: dict[str, Any] = {
            "state": SessionState.CLOSED,
            "dosed_at": dosed_at,
            "closed_at": dosed_at + timedelta(hours=3),
        }
        session = DoseSession(
            **what_of(the_product(clinic.session)),
            patient_id=clinic.patient.id,
            plan_id=plan.id,
            number=number,
            dose_mg_hundredths=10_000,
            scheduled_at=dosed_at,
            time_zone="America/Denver",
            created_by=clinic.prescriber.id,
            created_at=dosed_at,
            **values | over,
        )
        clinic.session.add(session)
        clinic.session.flush()
        clinic.session.add(
            DoseTaken(
                patient_id=clinic.patient.id,
                dose_session_id=session.id,
                cleared=False,
                dose_mg_hundredths=10_000,
                taken_at=dosed_at,
                local_date=dosed_at.date().isoformat(),
                received_at=dosed_at,
                recorded_by=clinic.patient.user_id,
            )
        )
        made.append(session)
    clinic.session.commit()
    return made


def _review(clinic: Clinic, session: DoseSession) -> DoseSession:
    with clinic.acting() as work:
        return session_review.review_session(work, session.id)


def test_the_first_session_is_reviewed_and_its_deadline_settled(clinic: Clinic) -> None:
    (first,) = _sessions(clinic, 1)
    due = Deadline(
        patient_id=clinic.patient.id,
        kind=DeadlineKind.POST_FIRST_SESSION_REVIEW,
        subject_type=SubjectKind.DOSE_SESSION,
        subject_id=first.id,
        due_at=clinic.now,
    )
    clinic.session.add(due)
    clinic.session.commit()
    before = clinic.fresh().safety_version
    reviewed = _review(clinic, first)
    assert (reviewed.reviewed_at, reviewed.reviewed_by) == (clinic.now, clinic.prescriber.id)
    clinic.session.refresh(due)
    assert due.settled_at == clinic.now
    assert clinic.fresh().safety_version == before + 1


def test_a_session_is_reviewed_once(clinic: Clinic) -> None:
    (first,) = _sessions(clinic, 1)
    _review(clinic, first)
    with pytest.raises(RecordForbids) as refused:
        _review(clinic, first)
    assert refused.value.code == "already_reviewed"


def test_a_session_that_is_still_watched_cannot_be_reviewed(clinic: Clinic) -> None:
    (watched,) = _sessions(clinic, 1, state=SessionState.MONITORING, closed_at=None)
    with pytest.raises(NotNow):
        _review(clinic, watched)


def test_a_session_without_a_dose_has_nothing_to_review(clinic: Clinic) -> None:
    (planned,) = _sessions(clinic, 1, state=SessionState.CANCELLED, dosed_at=None)
    with pytest.raises(NotNow):
        _review(clinic, planned)


def test_the_third_session_is_reviewed_with_fresh_instruments_only(clinic: Clinic) -> None:
    third = _sessions(clinic, 3)[2]
    stale = pytest.raises(RecordForbids)
    clinic.runtime.clock.advance(hours=1)  # type: ignore[attr-defined]
    # The answers of the intake were given an hour before today's evaluation, after the dose.
    third.dosed_at = clinic.now
    clinic.session.commit()
    with stale as refused:
        _review(clinic, third)
    assert refused.value.code == "instruments_missing"
    for instrument in session_review.REVIEWED_WITH - {Instrument.USC6}:
        an_assessment(clinic.session, clinic.now, clinic.patient, instrument)
    clinic.session.commit()
    with stale as refused:
        _review(clinic, third)
    assert refused.value.more["missing"] == [Instrument.USC6]
    an_assessment(clinic.session, clinic.now, clinic.patient, Instrument.USC6)
    clinic.patient.enrolment = EnrolmentState.MID_COURSE_REVIEW
    clinic.session.commit()
    _review(clinic, third)
    assert clinic.fresh().enrolment is EnrolmentState.COURSE_ACTIVE


def test_a_coach_reviews_no_session(clinic: Clinic) -> None:
    (first,) = _sessions(clinic, 1)
    with pytest.raises(NotPermitted), clinic.acting(clinic.coach) as work:
        session_review.review_session(work, first.id)

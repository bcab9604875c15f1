"""Does the course move on with what was taken, reviewed and answered, and only then?"""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.aftercare.aftercare import FollowUp
from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from models.oversight.holds import Escalation
from models.people.patients import Patient
from models.platform.database import new_sessions
from models.platform.trail import Deadline
from rules.aftercare.next_day import NextDay
from rules.terms import (
    DeadlineKind,
    EnrolmentState,
    FollowUpKind,
    Instrument,
    SessionState,
    VitalPurpose,
)
from tests.clock import HandClock
from tests.factories import intake
from tests.factories.aftercare import all_well
from tests.factories.evening import Evening, a_reading
from tests.workflows.dose.conftest import make_ready, submit
from workflows.aftercare import follow_up
from workflows.dose import release, start
from workflows.dose.release import LastLook
from workflows.dose.start import TakenDose
from workflows.oversight import overdue
from workflows.plan import session_review
from workflows.platform import sweep
from workflows.platform.runtime import Runtime

E = EnrolmentState
WELL = LastLook(
    moaas=5,
    state_check=dict.fromkeys(("q1", "q2", "q3", "q4"), 0),
    oriented=True,
    walks_unaided=True,
    vomiting=False,
    distress=False,
    suicidal_thoughts=False,
    sitter_attests=True,
)


@pytest.fixture
def ready(runtime: Runtime, clock: HandClock) -> Evening:
    """Give an evening on which everything is well, before the first dose ever."""
    with new_sessions(runtime.bind)() as rows:
        made = make_ready(rows, clock)
        rows.execute(update(Patient).values(enrolment=E.RX_ACTIVE))
        rows.commit()
    return made


@pytest.fixture
def rows(runtime: Runtime) -> Session:
    """Give a look at the tables."""
    return new_sessions(runtime.bind)()


def stands(rows: Session, made: Evening) -> EnrolmentState:
    """Read where the patient stands."""
    return rows.scalars(select(Patient.enrolment).where(Patient.id == made.patient.id)).one()


def take(runtime: Runtime, made: Evening) -> None:
    """Clear and take the dose."""
    clearance_id = submit(runtime, made).clearance_id
    assert clearance_id is not None
    with runtime.begin(made.as_patient) as work:
        start.start(work, made.session.id, clearance_id)


def let_go(runtime: Runtime, rows: Session, made: Evening, clock: HandClock) -> None:
    """Watch for two hours, and end the watch."""
    clock.advance(minutes=121)
    a_reading(rows, clock.now(), made.session, purpose=VitalPurpose.RELEASE)
    rows.commit()
    with runtime.begin(made.as_sitter) as work:
        check = release.decide(work, made.session.id, WELL)
    assert rows.scalars(select(DoseSession.released_at)).one() is not None, check


def earlier(rows: Session, made: Evening, clock: HandClock, count: int) -> None:
    """Add doses of this approval, taken before."""
    at = clock.now() - timedelta(hours=40)
    rows.add_all(
        DoseTaken(
            patient_id=made.patient.id, cleared=False, dose_mg_hundredths=10_000,
            taken_at=at + timedelta(minutes=number), local_date="2026-11-21", received_at=at,
            recorded_by=uuid4(),
        )
        for number in range(count)
    )  # fmt: skip
    rows.commit()


def reviews_due(rows: Session) -> list[Deadline]:
    """Read the reviews of a first session that are expected."""
    wanted = select(Deadline).where(Deadline.kind == DeadlineKind.POST_FIRST_SESSION_REVIEW)
    return list(rows.scalars(wanted))


def test_the_first_dose_begins_the_course_and_asks_for_a_review_in_two_days(
    runtime: Runtime, rows: Session, ready: Evening, clock: HandClock
) -> None:
    dosed_at = clock.now()
    take(runtime, ready)
    assert stands(rows, ready) is E.COURSE_ACTIVE
    (due,) = reviews_due(rows)
    assert (due.subject_id, due.due_at) == (ready.session.id, dosed_at + timedelta(hours=48))

    let_go(runtime, rows, ready, clock)
    rows.expire_all()
    assert reviews_due(rows)[0].settled_at is None, "the end of the watch is no review"
    clock.advance(hours=48)
    sweep.run_once(runtime)
    late = overdue.CODES[DeadlineKind.POST_FIRST_SESSION_REVIEW]
    assert late in rows.scalars(select(Escalation.code)).all()


def test_a_dose_without_clearance_begins_the_course_too(
    runtime: Runtime, rows: Session, ready: Evening, clock: HandClock
) -> None:
    with runtime.begin(ready.as_sitter) as work:
        start.report_taken(work, TakenDose(clock.now(), 10_000, ready.session.id))
    assert stands(rows, ready) is E.COURSE_ACTIVE
    assert len(reviews_due(rows)) == 1


@pytest.mark.parametrize("state", [E.SUSPENDED, E.PAUSED, E.DISCHARGED])
def test_a_dose_brings_nobody_back_into_treatment(
    runtime: Runtime, rows: Session, ready: Evening, clock: HandClock, state: EnrolmentState
) -> None:
    rows.execute(update(Patient).values(enrolment=state))
    rows.commit()
    with runtime.begin(ready.as_sitter) as work:
        start.report_taken(work, TakenDose(clock.now(), 10_000, ready.session.id))
    assert stands(rows, ready) is state


@pytest.mark.parametrize(
    ("doses_before", "reached"),
    [(0, E.COURSE_ACTIVE), (1, E.COURSE_ACTIVE), (2, E.MID_COURSE_REVIEW), (3, E.COURSE_ACTIVE)],
)
def test_every_third_session_asks_for_a_review(
    runtime: Runtime, rows: Session, ready: Evening, clock: HandClock,
    doses_before: int, reached: EnrolmentState,
) -> None:  # fmt: skip
    take(runtime, ready)
    earlier(rows, ready, clock, doses_before)
    let_go(runtime, rows, ready, clock)
    assert stands(rows, ready) is reached


@pytest.mark.parametrize(("doses", "reached"), [(3, E.COURSE_ACTIVE), (6, E.COURSE_COMPLETE)])
def test_the_review_lets_the_course_go_on_or_ends_it(
    runtime: Runtime, rows: Session, ready: Evening, clock: HandClock,
    doses: int, reached: EnrolmentState,
) -> None:  # fmt: skip
    take(runtime, ready)
    earlier(rows, ready, clock, doses - 1)
    let_go(runtime, rows, ready, clock)
    assert stands(rows, ready) is E.MID_COURSE_REVIEW
    for instrument in session_review.REVIEWED_WITH:
        intake.an_assessment(rows, clock.now(), ready.patient, Instrument(instrument))
    rows.commit()
    with runtime.begin(ready.as_prescriber) as work:
        session_review.review_session(work, ready.session.id)
    assert stands(rows, ready) is reached


def test_the_answers_of_the_next_day_close_the_session(
    runtime: Runtime, rows: Session, ready: Evening, clock: HandClock
) -> None:
    take(runtime, ready)
    let_go(runtime, rows, ready, clock)
    asked = rows.scalars(select(FollowUp).where(FollowUp.kind == FollowUpKind.HOURS_24)).one()
    clock.advance(hours=22)
    with runtime.begin(ready.as_patient) as work:
        follow_up.answer(work, asked.id, follow_up.Told(said=NextDay()))
    rows.expire_all()
    assert rows.get_one(DoseSession, ready.session.id).state is SessionState.RELEASED
    with runtime.begin(ready.as_patient) as work:
        follow_up.answer(work, asked.id, follow_up.Told(said=all_well()))
    rows.expire_all()
    closed = rows.get_one(DoseSession, ready.session.id)
    assert (closed.state, closed.closed_at) == (SessionState.CLOSED, clock.now())

"""Is a clearance spent once, by nobody else and for nothing else; and is a fact always kept?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.aftercare.aftercare import FollowUp
from models.dose.predose import Clearance, DoseTaken
from models.oversight.holds import Escalation, Hold
from models.people.patients import Patient
from models.platform.database import new_engine, new_sessions
from models.platform.decisions import GateDecision
from models.platform.trail import AuditEvent, Deadline, Event
from rules.terms import SessionState
from tests.clock import HandClock
from tests.factories import evening
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import Ask, make_ready, submit
from workflows.dose import start
from workflows.dose.start import TakenDose
from workflows.platform.errors import HardStop, NotFound, RecordForbids, Refusal
from workflows.platform.idempotency import OnceKey
from workflows.platform.runtime import Runtime


def take(runtime: Runtime, made: Evening, clearance_id: UUID | None) -> DoseTaken:
    """Spend the clearance as the patient."""
    assert clearance_id is not None
    with runtime.begin(made.as_patient) as work:
        return start.start(work, made.session.id, clearance_id)


def test_the_dose_starts_the_watch_and_bars_driving(
    runtime: Runtime, ask: Ask, ready: Evening, session: Session, clock: HandClock
) -> None:
    taken = take(runtime, ready, ask().clearance_id)

    session.refresh(ready.session)
    assert (taken.cleared, taken.taken_at) == (True, clock.now())
    assert ready.session.state is SessionState.MONITORING
    assert taken.no_driving_until is not None
    assert taken.no_driving_until - taken.taken_at >= timedelta(hours=12)
    checks = session.scalars(select(Deadline.due_at).where(Deadline.kind == "monitor_check")).all()
    assert min(checks) == clock.now() + timedelta(minutes=15)
    assert session.scalar(select(func.count()).select_from(FollowUp)) == 6
    assert "dose_session.dose_started" in session.scalars(select(Event.kind)).all()
    assert "dose_session.dose_started" in session.scalars(select(AuditEvent.action)).all()


@pytest.mark.asvs("2.3.4", "15.4.2")
def test_a_clearance_is_spent_once(runtime: Runtime, ask: Ask, ready: Evening) -> None:
    clearance_id = ask().clearance_id
    take(runtime, ready, clearance_id)

    with pytest.raises(RecordForbids) as refused:
        take(runtime, ready, clearance_id)
    assert refused.value.code == "clearance_used"


@pytest.mark.api_top_ten("API6.clearance_lives")
@pytest.mark.asvs("2.2.2")
def test_a_clearance_lives_thirty_minutes_and_no_second_longer(
    runtime: Runtime, ask: Ask, ready: Evening, clock: HandClock, session: Session
) -> None:
    clearance_id = ask().clearance_id
    clock.advance(minutes=30, seconds=1)

    with pytest.raises(HardStop) as refused:
        take(runtime, ready, clearance_id)
    assert "clearance_expired" in refused.value.decision.codes
    kept = session.scalars(select(GateDecision).where(GateDecision.point == "dose")).one()
    assert "clearance_expired" in kept.codes
    session.refresh(ready.session)
    assert ready.session.state is SessionState.BLOCKED


def test_a_reading_taken_after_the_clearance_ends_it(
    runtime: Runtime, ask: Ask, ready: Evening, session: Session, clock: HandClock
) -> None:
    clearance_id = ask().clearance_id
    evening.a_reading(session, clock.now(), ready.session, systolic=124)
    session.commit()

    with pytest.raises(HardStop) as refused:
        take(runtime, ready, clearance_id)
    assert "clearance_missing" in refused.value.decision.codes


@pytest.mark.api_top_ten("API6.clearance_lives")
def test_whatever_raises_the_safety_version_ends_a_clearance(
    runtime: Runtime, ask: Ask, ready: Evening, session: Session
) -> None:
    clearance_id = ask().clearance_id
    patient = session.get_one(Patient, ready.patient.id, populate_existing=True)
    patient.safety_version += 1
    session.commit()

    with pytest.raises(HardStop):
        take(runtime, ready, clearance_id)


def test_somebody_elses_clearance_is_not_there(runtime: Runtime, ask: Ask, ready: Evening) -> None:
    ask()
    with pytest.raises(NotFound):
        take(runtime, ready, uuid4())


def test_a_coach_cannot_start_a_dose(runtime: Runtime, ask: Ask, ready: Evening) -> None:
    clearance_id = ask().clearance_id
    with pytest.raises(Refusal), runtime.begin(ready.as_coach) as work:
        start.start(work, ready.session.id, clearance_id or uuid4())


def test_a_dose_without_a_clearance_is_kept_watched_and_escalated(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    told = TakenDose(clock.now() - timedelta(minutes=10), 10_000, ready.session.id)
    with runtime.begin(ready.as_patient) as work:
        taken = start.report_taken(work, told)

    session.refresh(ready.session)
    assert (taken.cleared, taken.clearance_id) == (False, None)
    assert ready.session.state is SessionState.MONITORING
    assert ready.session.cleared_dose is False
    assert session.scalars(select(Hold.code)).all() == ["dosed_without_clearance"]
    assert session.scalars(select(Escalation.code)).all() == ["dosed_without_clearance"]
    assert session.scalar(select(func.count()).where(Deadline.kind == "monitor_check"))


def test_a_reported_dose_ends_the_clearance_that_was_waiting(
    runtime: Runtime, ask: Ask, ready: Evening, session: Session, clock: HandClock
) -> None:
    clearance_id = ask().clearance_id
    with runtime.begin(ready.as_sitter) as work:
        start.report_taken(work, TakenDose(clock.now(), 10_000, ready.session.id))

    assert session.get_one(Clearance, clearance_id).voided_at is not None


def test_a_second_reported_dose_is_an_overdose(
    runtime: Runtime, ask: Ask, ready: Evening, session: Session, clock: HandClock
) -> None:
    take(runtime, ready, ask().clearance_id)
    with runtime.begin(ready.as_patient) as work:
        start.report_taken(work, TakenDose(clock.now(), 10_000, ready.session.id))

    assert "overdose_reported" in session.scalars(select(Escalation.code)).all()
    assert session.scalar(select(func.count()).select_from(DoseTaken)) == 2


def test_a_dose_outside_any_session_is_kept_too(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    ready.session.state = SessionState.CANCELLED
    session.commit()
    with runtime.begin(ready.as_patient) as work:
        taken = start.report_taken(work, TakenDose(clock.now(), 10_000))

    assert taken.dose_session_id is None
    assert session.scalars(select(Escalation.code)).all() == ["dosed_without_clearance"]


def test_of_a_hundred_starts_one_wins_and_its_own_retry_is_never_refused(
    fresh_database: str, fresh_runtime: Runtime
) -> None:
    clock = fresh_runtime.clock
    assert isinstance(clock, HandClock)
    engine = new_engine(fresh_database, pool_size=16)
    racing = Runtime(engine, clock, replace(fresh_runtime.settings))
    with new_sessions(engine)() as session:
        made = make_ready(session, clock)
    clearance_id = submit(racing, made).clearance_id
    assert clearance_id is not None

    def try_once(number: int) -> str:
        once = OnceKey(f"tap-{number % 50}", b"same")
        try:
            with racing.begin(made.as_patient, once) as work:
                taken = start.start(work, made.session.id, clearance_id)
                return f"{taken.id} {number % 50}"
        except RecordForbids as refused:
            return refused.code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(try_once, range(100)))
    with new_sessions(engine)() as session:
        taken = session.scalar(select(func.count()).select_from(DoseTaken))
    engine.dispose()

    won = [answer for answer in answers if answer != "clearance_used"]
    assert len(won) == 2, "each key was sent twice: the winner and its own retry"
    assert len(set(won)) == 1
    assert taken == 1

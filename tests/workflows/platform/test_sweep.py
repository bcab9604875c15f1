"""Do two sweeps at once do nothing twice, and does a queue hand everything over once?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text

from models.oversight.holds import Escalation
from models.platform.database import new_sessions
from models.platform.trail import AuditEvent, Deadline, Heartbeat, Notification
from rules.terms import DeadlineKind
from tests.factories.dose import a_monitored_session
from workflows import worker
from workflows.dose import watch
from workflows.platform import jobs, sweep
from workflows.platform.actor import SYSTEM


@pytest.fixture
def session(fresh_runtime):
    with new_sessions(fresh_runtime.bind)() as session:
        yield session


@pytest.fixture
def watched(fresh_runtime, session, clock):
    made = a_monitored_session(session, clock.now())
    session.commit()
    with fresh_runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        watch.start_watch(work, made.dose_session)
    return made


def queued(session) -> list[tuple[str, str | None]]:
    rows = session.execute(text("SELECT task_name, queueing_lock FROM procrastinate_jobs"))
    return [(row[0], row[1]) for row in rows]


def at_once(act, *arguments):
    """Run the same thing on two connections, starting together."""
    together = Barrier(2)

    def run(_turn):
        together.wait(10)
        return act(*arguments)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def test_two_sweeps_at_once_enqueue_one_job_a_deadline(fresh_runtime, session, clock, watched):
    clock.advance(minutes=20)
    assert sorted(at_once(sweep.enqueue_due, fresh_runtime)) == [0, 1]
    assert sweep.enqueue_due(fresh_runtime) == 0
    late = session.scalars(select(Deadline).where(Deadline.due_at <= clock.now())).one()
    assert queued(session) == [("deadline_missed", f"deadline_missed:{late.id}")]


def test_one_job_at_two_workers_at_once_acts_once(fresh_runtime, session, clock, watched):
    clock.advance(minutes=20)
    with fresh_runtime.begin(SYSTEM) as work:
        (deadline_id,) = sweep.overdue(work)
    acted = at_once(sweep.note_if_missed, fresh_runtime, str(deadline_id))
    assert sorted(acted) == [False, True]
    assert len(session.scalars(select(Escalation)).all()) == 1
    assert len(session.scalars(select(Notification)).all()) == 1
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions.count("deadline.missed") == 1


def test_two_whole_sweeps_at_once_do_nothing_twice(fresh_runtime, session, clock, watched):
    clock.advance(minutes=50)
    assert sum(at_once(sweep.run_once, fresh_runtime)) == 3
    assert len(session.scalars(select(Escalation)).all()) == 1
    missed = session.scalars(select(Deadline).where(Deadline.missed_at.is_not(None))).all()
    assert len(missed) == 3


def test_a_sweep_leaves_a_sign_of_life(fresh_runtime, session, clock):
    sweep.run_once(fresh_runtime)
    clock.advance(minutes=1)
    sweep.enqueue_due(fresh_runtime)
    beat = session.scalars(select(Heartbeat)).one()
    assert (beat.name, beat.beat_at) == (sweep.NAME, clock.now())


def test_the_worker_knows_what_to_do_about_every_kind_of_deadline():
    assert worker.KNOWN
    assert set(sweep.WATCHERS) == set(DeadlineKind)


def test_a_job_carries_ids_and_nothing_else(fresh_runtime, session, clock, watched):
    clock.advance(minutes=50)
    sweep.enqueue_due(fresh_runtime)
    sweep.run_once(fresh_runtime)
    rows = session.execute(text("SELECT args FROM procrastinate_jobs")).scalars()
    assert {name for args in rows for name in args} == {"deadline_id", "notification_id"}


@pytest.mark.api_top_ten("API10.facts_first")
def test_a_job_is_gone_with_the_act_that_handed_it_in(fresh_runtime, session):
    def fail() -> None:
        with fresh_runtime.begin(SYSTEM) as work:
            work.enqueue("deliver_notification", notification_id="1")
            assert queued(work.session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert queued(session) == []


def test_the_same_thing_waits_once_and_the_act_goes_on(fresh_runtime, session):
    with fresh_runtime.begin(SYSTEM) as work:
        assert jobs.defer_once(work.session, "deadline_missed", "7", deadline_id="7")
        assert not jobs.defer_once(work.session, "deadline_missed", "7", deadline_id="7")
        sweep.beat(work, "still alive")
    assert len(queued(session)) == 1
    assert session.scalars(select(Heartbeat.name)).all() == ["still alive"]


def test_a_kind_of_deadline_has_one_watcher():
    with pytest.raises(ValueError, match="watched twice"):
        sweep.missed(DeadlineKind.MONITOR_CHECK)(lambda *_: None)

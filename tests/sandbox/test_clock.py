"""Does time pass in a sandbox as it passes elsewhere, only faster?"""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from models.oversight.holds import Escalation
from models.platform.database import new_sessions
from models.platform.trail import Deadline, Notification
from rules.limits import LIMITS
from rules.terms import DeadlineKind
from tests.factories.dose import a_monitored_session, a_shift
from workflows.dose import watch
from workflows.platform.actor import SYSTEM
from workflows.platform.sandbox_clock import STARTS

CLOCK = "/sandbox/clock"


@pytest.fixture
def nobody_looks(runtime):
    """Let a dose be taken now, after which nobody looks."""
    with new_sessions(runtime.bind)() as session:
        made = a_monitored_session(session, STARTS)
        a_shift(session, made.prescriber, STARTS, hours=100)
        session.commit()
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        watch.start_watch(work, made.dose_session)
    return made


def rows(runtime, query):
    with new_sessions(runtime.bind)() as session:
        return session.scalars(query).all()


def test_an_admin_moves_the_clock_to_an_instant_or_by_a_duration(admin):
    assert admin.get(CLOCK).json["now"] == STARTS.isoformat()
    to = STARTS + timedelta(hours=2)
    moved = admin.post(CLOCK, {"to": to.isoformat()}, key=None)
    assert (moved.status_code, moved.json["now"]) == (200, admin.get(CLOCK).json["now"])
    again = admin.post(CLOCK, {"to": to.isoformat()}, key=None)
    assert (again.status_code, again.json["stops"]) == (200, 0)
    further = admin.post(CLOCK, {"by_seconds": 60}, key=None).json["now"]
    assert further == (to + timedelta(minutes=1)).isoformat()


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"by_seconds": 60, "to": "2026-11-24T15:00:00Z"},
        {"to": "2026-11-23T14:59:59Z"},
        {"to": "2036-01-01T00:00:00Z"},
        {"by_seconds": -1},
    ],
)
def test_the_clock_does_not_go_back_nor_away(admin, wanted):
    assert admin.post(CLOCK, wanted, key=None).status_code == 422
    assert admin.get(CLOCK).json["now"] == STARTS.isoformat()


def test_one_move_over_a_silent_night_notices_each_look_at_its_own_time(
    runtime, clock, nobody_looks
):
    clock.advance(hours=1)

    looks = rows(
        runtime,
        select(Deadline)
        .where(Deadline.kind == DeadlineKind.MONITOR_CHECK, Deadline.missed_at.is_not(None))
        .order_by(Deadline.due_at),
    )
    assert len(looks) == 3
    assert {look.missed_at - look.due_at for look in looks} == {LIMITS.check_grace}
    [call] = rows(runtime, select(Escalation).where(Escalation.code == "monitor_check_missed"))
    assert call.opened_at == looks[0].missed_at
    assert call.climbed_at > looks[2].missed_at  # nobody answers, so it goes on ringing


def test_what_waits_in_the_queue_is_done_on_the_way(runtime, clock, nobody_looks):
    clock.advance(minutes=20)
    sent = rows(runtime, select(Notification.sent_at))
    assert sent
    assert None not in sent
    assert rows(runtime, text("SELECT id FROM procrastinate_jobs WHERE status = 'todo'")) == []


def kinds(clock, *, of):
    """Give when each thing happened that is of one of these kinds, in order."""
    every = [event for passed in clock.passed for event in passed.events]
    return [(event.occurred_at, event.kind) for event in every if event.kind in of]


@pytest.mark.parametrize("steps", [1, 7, 60])
def test_small_steps_and_a_large_one_see_the_same(runtime, clock, nobody_looks, steps):
    for _ in range(steps):
        clock.advance(minutes=60 / steps)
    seen = kinds(clock, of=("deadline.missed", "escalation.raised"))
    looks = [LIMITS.check_every * turn + LIMITS.check_grace for turn in (1, 2, 3)]
    assert next(at - STARTS for at, kind in seen if kind == "escalation.raised") == looks[0]
    assert {STARTS + after for after in looks} <= {at for at, _ in seen}
    assert seen == sorted(seen, key=lambda one: one[0])


def test_a_move_with_more_stops_than_a_request_can_wait_for_goes_on_from_there(
    monkeypatch, admin, nobody_looks
):
    monkeypatch.setattr("workflows.sandbox.clock.MOST_STOPS", 2)
    to = (STARTS + timedelta(hours=1)).isoformat()
    first = admin.post(CLOCK, {"to": to}, key=None).json
    assert (first["stops"], first["reached"]) == (2, False)
    assert STARTS.isoformat() < first["now"] < to
    monkeypatch.undo()
    rest = admin.post(CLOCK, {"to": to}, key=None).json
    assert (rest["now"], rest["reached"]) == (to, True)


def test_the_clock_is_moved_by_one_at_a_time(runtime, clock, admin):
    from workflows.sandbox import clock as moving

    with moving.alone(runtime):
        refused = admin.post(CLOCK, {"by_seconds": 60}, key=None)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/wrong-state")


def test_elsewhere_there_is_no_such_address(settings, fresh_runtime):
    from api.app import create_app
    from tests.api.client import Client

    assert Client(create_app(fresh_runtime)).get(CLOCK).status_code == 404


def test_what_ends_soon_is_looked_for_at_midnight(runtime, clock):
    ends_soon = select(Deadline).where(Deadline.kind == DeadlineKind.RIGHT_ENDS)
    clock.advance(hours=8)
    assert rows(runtime, ends_soon) == []
    clock.advance(hours=2)
    assert rows(runtime, ends_soon)


def test_a_quiet_year_has_few_stops_and_each_of_them_had_a_reason(runtime, clock, admin):
    clock.advance(days=365)
    [passed] = clock.passed
    assert passed.reached
    assert passed.stops < 30
    of_kind = select(Deadline).where(Deadline.kind == DeadlineKind.RIGHT_ENDS)
    ends_soon = rows(runtime, of_kind.order_by(Deadline.due_at))
    told = {deadline.due_at.date() for deadline in ends_soon}
    last = date(2026, 12, 31)  # of prescribing by telemedicine
    ahead = {last - timedelta(days=days) for days in LIMITS.law_ending_notice_days}
    assert {day for day in ahead if day > STARTS.date()} <= told
    assert all(one.missed_at - one.due_at == timedelta() for one in ends_soon[1:])


def test_a_call_that_nobody_answers_does_not_hold_up_the_year(runtime, clock, nobody_looks):
    clock.advance(minutes=50)
    [call] = rows(runtime, select(Escalation).where(Escalation.code == "monitor_check_missed"))
    assert clock.now() - call.climbed_at <= LIMITS.climb_in_session
    clock.advance(days=200)
    [passed] = clock.passed[1:]
    assert passed.reached
    assert passed.stops < 150
    later = rows(runtime, select(Escalation).where(Escalation.code == "monitor_check_missed"))
    assert later[0].climbed_at > STARTS + timedelta(days=1)  # it still rings where there is a stop


def test_a_long_way_does_not_lose_the_clock_to_somebody_else(runtime, clock):
    from workflows.sandbox import clock as moving

    with moving.alone(runtime), runtime.bind.connect() as connection:
        idle = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
        assert connection.scalar(text(f"{idle} AND datname = current_database()")) == 0

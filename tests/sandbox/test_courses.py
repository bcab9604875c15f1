"""Is a whole course played by one call, and is it the same story every time?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from api.app import create_app
from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.oversight.holds import Escalation
from models.people.patients import Patient
from models.platform.database import new_engine, new_sessions
from models.platform.trail import Event
from rules.limits import LIMITS
from rules.terms import Role, Rung
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.factories.people import a_user
from tests.sandbox.conftest import house_on
from tests.throwaway import Throwaway
from workflows.platform import trail
from workflows.platform.clock import SystemClock
from workflows.platform.postgres import APP
from workflows.platform.runtime import Runtime
from workflows.platform.sandbox_clock import STARTS
from workflows.platform.settings import Settings
from workflows.platform.work import Work

COURSES = "/sandbox/courses"
DENVER = ZoneInfo("America/Denver")


@dataclass(frozen=True)
class Play:
    """One course as it was answered, and the house it was played in."""

    told: dict[str, Any]
    house: Runtime

    @property
    def steps(self) -> list[dict[str, Any]]:
        return list(self.told["steps"])

    def of(self, operation: str) -> list[dict[str, Any]]:
        return [step for step in self.steps if step["operation"] == operation]

    def rows(self, query: Any) -> list[Any]:
        with new_sessions(self.house.bind)() as session:
            return list(session.scalars(query))


@contextmanager
def played(throwaway: Throwaway, settings: Settings, sink: Path) -> Iterator[Play]:
    """Play the course in a fresh sandbox."""
    name = throwaway.clone()
    engine = new_engine(throwaway.cluster.url(APP, name))
    house = house_on(engine, replace(settings, audit_sink=str(sink)))
    yield Play(_office(house).post(COURSES, {"seed": 7}, key=None).json, house)
    engine.dispose()
    throwaway.drop(name)


@pytest.fixture(scope="module")
def play(
    throwaway: Throwaway, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    with played(throwaway, settings, tmp_path_factory.mktemp("sink")) as made:
        yield made


def _office(house: Runtime) -> Client:
    with new_sessions(house.bind)() as session:
        admin = a_user(session, STARTS - timedelta(days=1), Role.ADMIN)
        session.commit()
    app = create_app(house)
    app.testing = True
    return Client(app, token_for(house, admin.id))


def test_one_call_plays_six_evenings_to_their_end(play: Play) -> None:
    assert play.told["finished"], play.steps[-1]
    assert all(step["as_told"] for step in play.steps)
    doses = play.rows(select(DoseSession).order_by(DoseSession.number))
    assert [(dose.number, dose.state.value) for dose in doses] == [
        (number, "closed") for number in range(1, 7)
    ]
    for operation, outcome in (
        ("submit_predose_check", "clear"),
        ("submit_release_check", "clear"),
    ):
        assert [step["outcome"] for step in play.of(operation)] == [outcome] * 6
    assert len(play.of("start_dose")) == len(play.of("review_session")) == 6
    assert [one.state.value for one in play.rows(select(OfficeSession))] == ["closed"]


def test_a_missed_look_climbs_to_who_is_on_call_and_is_answered(play: Play) -> None:
    [call] = play.rows(select(Escalation))
    assert (call.code, call.rung) == ("monitor_check_missed", Rung.ON_CALL_CLINICIAN.value)
    second = play.rows(select(DoseSession).where(DoseSession.number == 2))[0]
    missed = second.dosed_at + 2 * LIMITS.check_every
    assert call.opened_at == missed + LIMITS.check_grace
    [answered] = play.of("acknowledge_escalation")
    assert answered["status"] == 201
    assert datetime.fromisoformat(answered["at"]) == call.acknowledged_at
    assert any("escalation.raised" in step["happened"] for step in play.of("move_sandbox_clock"))


def test_one_watch_goes_on_over_the_changed_clock(play: Play) -> None:
    watches = [
        (datetime.fromisoformat(taken["at"]), datetime.fromisoformat(released["at"]))
        for taken, released in zip(
            play.of("start_dose"), play.of("submit_release_check"), strict=True
        )
    ]
    offsets = [
        {at.astimezone(DENVER).utcoffset() for at in (begun, ended)} for begun, ended in watches
    ]
    assert [len(one) for one in offsets].count(2) == 1
    assert {ended - begun for begun, ended in watches} == {timedelta(minutes=122)}


def test_a_licence_that_ended_stops_the_order_until_the_next_one(play: Play) -> None:
    papers_and_orders = [
        (step["operation"], step["status"])
        for step in play.steps
        if step["operation"] in ("record_credential", "order_medication")
    ]
    assert papers_and_orders == [
        *[("record_credential", 201)] * 4,
        *[("order_medication", 201)] * 2,
        ("order_medication", 409),
        ("record_credential", 201),
        ("order_medication", 201),
    ]
    [stopped] = [step for step in play.of("order_medication") if step["status"] == 409]
    assert stopped["codes"] == ["hard-stop", "prescriber_not_licensed_in_state"]


def test_the_visit_in_the_office_ends_with_its_form(play: Play) -> None:
    early, let_go = play.of("discharge_from_office")
    assert (early["status"], early["codes"]) == (409, ["hard-stop", "monitoring_incomplete"])
    assert let_go["status"] == 201
    assert [step["status"] for step in play.of("submit_monitoring_form")] == [201]


def test_every_event_belongs_to_one_step_in_order(play: Play) -> None:
    first = play.steps[0]["first_event"]
    ranges = [
        (step["first_event"], step["last_event"])
        for step in play.steps
        if step["first_event"] is not None
    ]
    numbers = [number for begin, end in ranges for number in range(begin, end + 1)]
    assert numbers == sorted(set(numbers))
    since = play.rows(select(Event.sequence).where(Event.sequence >= first))
    assert set(since) <= set(numbers)
    assert play.told["now"] == play.steps[-1]["at"] == play.house.clock.now().isoformat()


def test_the_same_request_tells_the_same_story_in_two_fresh_sandboxes(
    play: Play, throwaway: Throwaway, settings: Settings, tmp_path: Path
) -> None:
    with played(throwaway, settings, tmp_path) as other:
        assert [*map(_without_ids, other.steps)] == [*map(_without_ids, play.steps)]
        stream = _stream(play)
        assert _stream(other) == stream
    assert len(stream) > 300


# A comparison that cannot fail shows nothing: here one kind of event goes by the clock on the wall.
@pytest.mark.parametrize(("by_the_wall", "same"), [("none", True), ("person.invited", False)])
def test_one_thing_that_goes_by_the_clock_on_the_wall_is_seen(
    play: Play,
    admin: Client,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    by_the_wall: str,
    same: bool,
) -> None:
    written = trail._event

    def event(work: Work, kind: str, *rest: Any) -> Any:
        at = SystemClock().now() if kind == by_the_wall else work.now
        return written(replace(work, now=at), kind, *rest)

    monkeypatch.setattr(trail, "_event", event)
    monkeypatch.setattr("workflows.sandbox.courses.MOST_STEPS", 12)
    again = Play(admin.post(COURSES, {"seed": 7}, key=None).json, runtime)
    stream = _stream(again)
    assert (stream == _stream(play)[: len(stream)]) is same


def _without_ids(step: dict[str, Any]) -> dict[str, Any]:
    bare = "/".join("id" if len(part) == 36 else part for part in step["path"].split("/"))
    return step | {"path": bare, "object_id": step["object_id"] is not None}


def _stream(play: Play) -> list[tuple[Any, ...]]:
    """Give all events; an id is told by its place in the order in which ids are first seen."""
    seen: dict[UUID | None, int] = {None: 0}
    return [
        (
            event.sequence,
            event.occurred_at,
            event.kind,
            event.object_type,
            seen.setdefault(event.object_id, len(seen)),
            seen.setdefault(event.patient_id, len(seen)),
        )
        for event in play.rows(select(Event).order_by(Event.sequence))
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        {"speed": 2},
        {"zone": "Europe/Berlin"},
        {"zone": 7},
        {"seed": -1},
        {"seed": 1.5},
        {"incidents": ["rain"]},
        {"incidents": "missed_look"},
        {"starts_on": "2026-11-23"},
        {"starts_on": "2028-01-01"},
        {"starts_on": "2026-12-01"},
        {"starts_on": "soon", "incidents": []},
    ],
    ids=str,
)
def test_what_cannot_be_played_is_refused_before_anything_is(
    admin: Client, runtime: Runtime, wanted: dict[str, Any]
) -> None:
    assert admin.post(COURSES, wanted, key=None).status_code == 422
    assert runtime.clock.now() == STARTS
    assert Play({}, runtime).rows(select(Patient)) == []


def test_a_story_that_comes_out_otherwise_stops_there_and_what_was_played_stays(
    admin: Client, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.sandbox.cast.DEA", "AD0000001")  # its check digit is wrong
    told = admin.post(COURSES, {"incidents": []}, key=None)
    assert (told.status_code, told.json["finished"]) == (200, False)
    last = told.json["steps"][-1]
    assert (last["operation"], last["status"], last["as_told"]) == ("record_credential", 422, False)
    [patient] = Play({}, runtime).rows(select(Patient))
    assert told.json["patient_id"] == str(patient.id)
    assert runtime.clock.now().isoformat() == told.json["now"] == last["at"]


def test_a_story_has_a_bounded_number_of_steps(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.sandbox.courses.MOST_STEPS", 5)
    told = admin.post(COURSES, {"incidents": []}, key=None).json
    assert (told["finished"], len(told["steps"])) == (False, 5)
    assert all(step["as_told"] for step in told["steps"])


# A lot is known by its number: the second course once ended where the first had counted tablets.
def test_another_course_is_played_after_it_by_other_people(
    admin: Client, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.sandbox.courses.MOST_STEPS", 90)  # to the first evening
    told = [admin.post(COURSES, {"incidents": []}, key=None).json for _ in range(2)]
    assert [one["steps"][-1]["as_told"] for one in told] == [True, True], told[1]["steps"][-1]
    assert "start_dose" in {step["operation"] for step in told[1]["steps"]}
    assert told[0]["patient_id"] != told[1]["patient_id"]


def test_a_course_and_a_move_of_the_clock_wait_for_each_other(
    runtime: Runtime, admin: Client
) -> None:
    from workflows.sandbox import clock as moving

    with moving.alone(runtime):
        refused = admin.post(COURSES, {}, key=None)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/wrong-state")

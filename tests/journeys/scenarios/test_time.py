"""Clocks that jump, repeat, travel or lie: scenarios 14 and 18 and their kin."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.clock import HandClock
from tests.journeys.cast import Answer, ok
from tests.journeys.course import Course
from tests.journeys.preparing import LOT, STATE, ZONE
from tests.journeys.scenarios.seen import codes, refused, sessions

DENVER = ZoneInfo(ZONE)
JUMP = "2026-11-01"  # the night the clocks were set back; and in the spring of 2027:
SPRING = "2027-03-14T02:30"
AUTUMN = "2027-11-07T01:30"


def schedules(course: Course, at: str, **more: Any) -> Answer:
    """Ask for an evening at a time as a person would type it."""
    wanted = {"plan_id": course.ids["plan"], "scheduled_at": at, "time_zone": ZONE} | more
    return course.cast.patient.post("/dose-sessions", wanted)


@pytest.fixture
def planned(course: Course) -> Course:
    """Give a course with a signed plan."""
    course.tells_history()
    course.is_evaluated()
    course.is_approved()
    course.consents()
    course.is_planned()
    return course


@pytest.mark.parametrize("at", [SPRING, f"{SPRING}:00-07:00", f"{SPRING}:00-06:00"])
def test_scenario_14_a_time_that_never_was_is_refused_and_never_shifted(
    planned: Course, at: str
) -> None:
    refusal = refused(schedules(planned, at), "invalid_local_time", status=422)
    assert "scheduled_at" in refusal["errors"]
    assert sessions(planned) == []


def test_scenario_14_a_time_that_was_twice_asks_which_one(planned: Course) -> None:
    refusal = refused(schedules(planned, AUTUMN), "invalid_local_time", status=422)
    assert "offset" in refusal["errors"]["scheduled_at"][0]
    for offset in ("-06:00", "-07:00"):
        answer = schedules(planned, f"{AUTUMN}:00{offset}")
        assert answer.json["code"] != "invalid_local_time"  # far ahead, and stopped for that alone


def test_a_local_time_is_that_of_the_place_of_the_session(planned: Course) -> None:
    made = ok(schedules(planned, "2026-11-24T19:00"))
    assert datetime.fromisoformat(made["scheduled_at"]) == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    utc = schedules(planned, "2026-11-26T02:30:00+00:00")
    assert utc.json.get("code") != "invalid_local_time"


def test_an_appointment_never_starts_at_a_time_that_never_was(planned: Course) -> None:
    slot = {"kind": "coaching", "starts_at": SPRING, "ends_at": "2027-03-14T03:30"}
    refused(
        planned.cast.coach.post("/slots", slot | {"time_zone": ZONE}),
        "invalid_local_time",
        status=422,
    )
    refused(planned.cast.coach.post("/slots", slot), "invalid_local_time", status=422)
    good = {"kind": "coaching", "starts_at": "2027-03-14T09:00", "ends_at": "2027-03-14T09:30"}
    made = ok(planned.cast.coach.post("/slots", good | {"time_zone": ZONE}))
    assert datetime.fromisoformat(made["starts_at"]) == datetime(2027, 3, 14, 15, 0, tzinfo=UTC)


def arrives(course: Course, state: str, zone: str) -> Answer:
    """Open the check-in somewhere."""
    told = {"patient_state": state, "time_zone": zone, "lot_number": LOT}
    return course.cast.patient.post(course.of_session("check-in"), told)


def test_a_clock_that_no_place_of_that_state_shows_is_refused(course: Course) -> None:
    course.is_ready_for_first_dose()
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    for zone in ("America/New_York", "Pacific/Kiritimati", "UTC"):
        refused(arrives(course, STATE, zone), "time_zone_not_of_state", status=422)
    state = ok(course.cast.patient.get(f"/dose-sessions/{course.session}"), 200)
    assert (state["state"], state["check_in_opened_at"]) == ("scheduled", None)


def test_whoever_travels_is_judged_by_the_law_and_the_clock_of_the_place(course: Course) -> None:
    course.is_ready_for_first_dose()
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    ok(arrives(course, "NY", "America/New_York"))
    course.measures()
    course.is_watched_over()
    found = codes(course.answers())
    assert {"prescriber_not_licensed_in_state", "address_unconfirmed"} & found


def test_the_last_meal_by_the_wall_clock_is_that_of_the_place_and_the_later_of_two(
    course: Course, clock: HandClock
) -> None:
    course.is_ready_for_first_dose()
    course.plans_evening()
    clock.advance(hours=1)
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    four_hours_ago = (course.now - timedelta(hours=4)).astimezone(DENVER)
    typed = four_hours_ago.replace(tzinfo=None).isoformat(timespec="minutes")
    assert course.answers(last_food_at=typed)["outcome"] == "clear"


def test_a_last_meal_at_a_time_that_never_was_is_asked_again(check_in: Course) -> None:
    with pytest.raises(AssertionError, match="invalid_local_time"):
        check_in.answers(last_food_at="2026-03-08T02:30")

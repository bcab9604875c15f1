"""A phone whose clock is wrong, or lies, or says nothing of it: scenario 18."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.clock import HandClock
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.scenarios.seen import codes, finding, refused

BACK, AHEAD = timedelta(minutes=-40), timedelta(hours=3)
NOT_MEASURED = "clock not compared"


@pytest.fixture
def attested(check_in: Course) -> Course:
    """Give a check-in that waits for a reading and for answers."""
    check_in.is_watched_over()
    return check_in


def measures_by(course: Course, off: timedelta, ago: timedelta = timedelta(0), **more: Any) -> Any:
    """Take a reading that a phone off by so much stamps with its own time, and compares clocks."""
    stamped = course.now + off - ago
    clock = course.compares_clocks(off)
    return course.measures(device_at=stamped.isoformat(), clock=clock, **more)


def test_scenario_18_a_clock_set_back_to_make_a_reading_look_fresh_is_measured_and_stops(
    attested: Course, clock: HandClock
) -> None:
    measures_by(attested, timedelta(0))
    clock.advance(minutes=40)  # then the phone is set back by as much: for it, no time has passed
    decision = attested.answers(clock=attested.compares_clocks(BACK))
    assert {"clock_skew", "vitals_stale"} <= codes(decision)
    assert finding(decision, "clock_skew")["observed"] == "-2400 s"

    measures_by(attested, timedelta(0), systolic=126)
    assert attested.answers()["outcome"] == "clear"
    assert ok(attested.takes_dose())["cleared"] is True


def test_scenario_18_a_reading_by_a_clock_set_back_is_measured_again_online(
    attested: Course, clock: HandClock
) -> None:
    kept = measures_by(attested, BACK)
    assert kept["clock_skew_seconds"] == -2400
    assert "clock_skew" in codes(attested.answers())
    assert attested.clearance == ""

    clock.advance(minutes=5)
    assert measures_by(attested, timedelta(0), systolic=126)["clock_skew_seconds"] == 0
    assert attested.answers()["outcome"] == "clear"


def test_scenario_18_an_old_reading_that_a_fast_clock_stamps_into_the_check_in_does_not_count(
    attested: Course, clock: HandClock
) -> None:
    """It was taken 35 minutes ago; by a phone 40 minutes ahead it seems to be of just now."""
    clock.advance(minutes=35)
    kept = measures_by(attested, -BACK, ago=timedelta(minutes=35))
    assert datetime.fromisoformat(kept["measured_at"]) == attested.now
    decision = attested.answers()
    assert decision["outcome"] == "stop"
    assert finding(decision, "clock_skew")["observed"] == "2400 s"


def test_scenario_18_a_clock_three_hours_ahead_skips_no_fasting(attested: Course) -> None:
    """By the phone it is four hours since the last meal; by ours it is one."""
    attested.measures()
    eaten = attested.now - timedelta(hours=1)
    ahead = attested.compares_clocks(AHEAD)
    decision = attested.answers(clock=ahead, last_food_at=eaten.isoformat())
    assert {"clock_skew", "fasting_food"} <= codes(decision)
    assert finding(decision, "clock_skew")["observed"] == "10800 s"

    right_again = attested.answers(last_food_at=eaten.isoformat())
    assert codes(right_again) == {"fasting_food"}
    stamped = eaten + AHEAD  # "an hour ago", as that phone writes it down: in two hours from now
    assert "fasting_food" in codes(attested.answers(last_food_at=stamped.isoformat()))


@pytest.mark.parametrize("seconds", [-120, 120])
def test_scenario_18_two_minutes_pass_and_not_a_second_more(attested: Course, seconds: int) -> None:
    attested.measures()
    further = timedelta(seconds=seconds) + timedelta(milliseconds=1 if seconds > 0 else -1)
    beyond = attested.answers(clock=attested.compares_clocks(further))
    assert codes(beyond) == {"clock_skew"}
    inside = attested.answers(clock=attested.compares_clocks(timedelta(seconds=seconds)))
    assert inside["outcome"] == "clear"


def test_scenario_18_a_line_so_slow_that_it_hides_the_difference_counts_as_difference(
    attested: Course, clock: HandClock
) -> None:
    attested.measures()
    slow = attested.compares_clocks(timedelta(seconds=-30))
    clock.advance(seconds=91)
    assert finding(attested.answers(clock=slow), "clock_skew")["observed"] == "-121 s"
    less_slow = attested.compares_clocks(timedelta(seconds=-30))
    clock.advance(seconds=90)
    assert attested.answers(clock=less_slow)["outcome"] == "clear"


def _forged(course: Course) -> dict[str, str]:
    told = course.compares_clocks()
    last = "A" if told["nonce"][20] != "A" else "B"
    return told | {"nonce": told["nonce"][:20] + last + told["nonce"][21:]}


def _of_the_sitter(course: Course) -> dict[str, str]:
    return course.compares_clocks(speaker=course.cast.sitter)


def _too_old(course: Course) -> dict[str, str]:
    told = course.compares_clocks()
    course.cast.clock.advance(minutes=2, seconds=1)
    return told | {"device_time": course.now.isoformat()}


def _no_nonce_at_all(course: Course) -> dict[str, str]:
    return {"nonce": "\N{SNOWMAN} no nonce", "device_time": course.now.isoformat()}


def _empty_stamp(course: Course) -> dict[str, str]:
    return course.compares_clocks() | {"nonce": "AAAAAAAAAAA"}


@pytest.mark.parametrize(
    "told", [_forged, _of_the_sitter, _too_old, _no_nonce_at_all, _empty_stamp]
)
def test_scenario_18_a_nonce_that_is_not_ours_of_just_now_measures_nothing(
    attested: Course, told: Callable[[Course], dict[str, str]]
) -> None:
    attested.measures()
    decision = attested.answers(clock=told(attested))
    assert codes(decision) == {"clock_skew"}
    assert finding(decision, "clock_skew")["observed"] == NOT_MEASURED
    kept = attested.measures(118, 77, clock=told(attested))
    assert kept["clock_skew_seconds"] is None


def test_scenario_18_a_phone_that_only_claims_its_time_is_not_believed(attested: Course) -> None:
    attested.measures()
    body = attested.check_body() | {"clock": None}
    claim = body | {"day": body["day"] | {"device_at": attested.now.isoformat()}}
    for told in (body, claim):
        decision = ok(attested.cast.patient.post(attested.of_session("predose-checks"), told))
        assert finding(decision, "clock_skew")["observed"] == NOT_MEASURED
    off = (attested.now + AHEAD).isoformat()
    assert finding(attested.answers(device_at=off), "clock_skew")["observed"] == "10800 s"


def test_scenario_18_a_reading_whose_time_nobody_compared_is_taken_again(
    attested: Course, clock: HandClock
) -> None:
    attested.measures(device_at=attested.now.isoformat())
    decision = attested.answers()
    assert finding(decision, "clock_skew")["observed"] == NOT_MEASURED
    clock.advance(minutes=5)
    measures_by(attested, timedelta(0), systolic=126)
    assert "clock_skew" in codes(attested.answers())  # the mean still leans on the first
    clock.advance(minutes=5)
    measures_by(attested, timedelta(0), systolic=127)
    assert attested.answers()["outcome"] == "clear"


def test_a_clock_that_is_off_is_found_again_at_the_dose(attested: Course) -> None:
    attested.measures()
    assert attested.answers()["outcome"] == "clear"
    measures_by(attested, BACK, systolic=126)
    refused(attested.takes_dose(), "clock_skew", "clearance_missing")


def test_nobody_but_who_holds_the_phone_of_the_evening_compares_clocks(check_in: Course) -> None:
    told = ok(check_in.cast.sitter.get("/clock"), 200)
    life = datetime.fromisoformat(told["expires_at"]) - check_in.now
    assert (datetime.fromisoformat(told["server_time"]), life) == (
        check_in.now,
        timedelta(minutes=2),
    )
    for role in ("coach", "prescriber", "officer", "admin", "staff"):
        assert getattr(check_in.cast, role).get("/clock").status_code == 403

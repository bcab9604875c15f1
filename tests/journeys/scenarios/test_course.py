"""Spacing, cadence, caps and long breaks: scenario 16 and its kin."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.clock import HandClock
from tests.journeys.cast import Answer, ok
from tests.journeys.course import Course
from tests.journeys.preparing import STATE, ZONE
from tests.journeys.scenarios.seen import codes, finding, refused

DENVER = ZoneInfo(ZONE)


def local(on: datetime, hour: int, minute: int, days: int = 0) -> datetime:
    """Give an instant by the wall clock of the session, so many days later."""
    day = on.astimezone(DENVER).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=DENVER)


@pytest.fixture
def three_over(first_over: Course, clock: HandClock) -> datetime:
    """Give the instant of the third dose, of a course that is reviewed and supplied."""
    clock.advance(hours=49)
    first_over.goes_through_session()
    first_over.is_evaluated()
    first_over.is_supplied()
    clock.advance(hours=72)
    taken = first_over.goes_through_session()
    return datetime.fromisoformat(taken["taken_at"])


def asks_again(course: Course) -> Any:
    """Open the check-in anew, with everything fresh, and ask."""
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    return course.answers()


def test_scenario_16_day_ten_passes_and_day_eleven_waits_for_a_prescriber(
    first_over: Course, three_over: datetime, clock: HandClock
) -> None:
    clock.set(local(three_over, 22, 50, days=10))
    first_over.plans_evening()
    clock.set(local(three_over, 23, 59, days=10))
    assert asks_again(first_over)["outcome"] == "clear"

    clock.set(local(three_over, 0, 5, days=11))
    decision = asks_again(first_over)
    assert decision["outcome"] == "hold"
    assert finding(decision, "course_gap_exceeded")["force"] == "soft"
    ok(first_over.lets_pass(decision, "course_gap_exceeded"))
    assert first_over.answers()["outcome"] == "clear"
    assert ok(first_over.takes_dose())["cleared"] is True


def test_scenario_16_after_a_gap_the_dose_stays_the_same_or_falls(
    first_over: Course, three_over: datetime, clock: HandClock
) -> None:
    clock.set(local(three_over, 17, 0, days=11))
    raises_dose(first_over)
    first_over.plans_evening()
    clock.advance(hours=1)
    decision = asks_again(first_over)
    assert {"course_gap_exceeded", "dose_raised_after_gap"} <= codes(decision)
    refused(
        first_over.lets_pass(decision, "dose_raised_after_gap"), "cannot_be_overridden", status=403
    )


def test_scenario_16_after_four_weeks_it_starts_small_and_after_twelve_with_a_visit(
    first_over: Course, three_over: datetime, clock: HandClock
) -> None:
    raises_dose(first_over)
    clock.set(local(three_over, 17, 0, days=29))
    refused(orders(first_over), "dose_reset_required")

    clock.set(local(three_over, 17, 0, days=85))
    refused(plans(first_over), "reevaluation_required")


def orders(course: Course) -> Answer:
    """Let the prescriber order more of the planned dose, with a fresh look into the registry."""
    course.is_evaluated()
    told = {"external_prescription_id": "RX-AGAIN", "patient_state": STATE}
    return course.cast.prescriber.post(f"/treatment-plans/{course.ids['plan']}/orders", told)


def raises_dose(course: Course, to_mg: int = 300) -> Any:
    """Let the prescriber raise the dose, a step the gate allows."""
    plan = ok(course.cast.prescriber.get(f"/treatment-plans/{course.ids['plan']}"), 200)
    told = {
        "to_mg_hundredths": to_mg * 100,
        "rationale": "Tolerated well three times, with little effect on mood so far.",
        "patient_state": STATE,
        "weight_g": 68_000,
        "weighed_at": course.now.isoformat(),
    }
    course.is_evaluated()
    address = f"/treatment-plans/{plan['id']}/dose"
    return ok(course.cast.prescriber.put(address, told, version=plan["version"]), 200)


def plans(course: Course, at: datetime | None = None) -> Answer:
    """Ask for the next evening, at an instant."""
    wanted = {
        "plan_id": course.ids["plan"],
        "scheduled_at": (at or course.now).isoformat(),
        "time_zone": ZONE,
        "sitter_id": course.ids["sitter"],
    }
    return course.cast.patient.post("/dose-sessions", wanted)


def test_seventy_two_hours_pass_to_the_second(first_over: Course) -> None:
    [only] = ok(first_over.cast.patient.get(first_over.of_patient("dose-sessions")), 200)["items"]
    taken_at = datetime.fromisoformat(only["dosed_at"])
    short = plans(first_over, taken_at + timedelta(hours=71, minutes=59, seconds=59))
    assert codes(refused(short, "interval_too_short")) == {"interval_too_short"}
    ok(plans(first_over, taken_at + timedelta(hours=72)))


@pytest.mark.asvs("2.3.2")
def test_a_third_dose_within_a_week_waits(first_over: Course, clock: HandClock) -> None:
    clock.advance(hours=49)
    first_over.goes_through_session()
    clock.advance(hours=48)  # more than 72 hours after the second, 167 after the first
    [_, first] = ok(first_over.cast.patient.get(first_over.of_patient("dose-sessions")), 200)[
        "items"
    ]
    week = datetime.fromisoformat(first["dosed_at"]) + timedelta(hours=168)
    assert week > first_over.now
    refused(plans(first_over, week - timedelta(seconds=1)), "weekly_session_cap")
    ok(plans(first_over, week))


def test_a_first_dose_above_its_cap_is_not_signed(course: Course) -> None:
    course.tells_history()
    course.is_evaluated()
    course.is_approved()
    course.consents()
    for changes, code in (
        ({"dose_mg_hundredths": 30_000}, "first_dose_cap_exceeded"),
        ({"dose_mg_hundredths": 20_000, "weight_g": 66_000}, "first_dose_cap_exceeded"),
        ({"dose_mg_hundredths": 40_000, "weight_g": 57_000}, "dose_cap_exceeded"),
    ):
        draft, signed = signs(course, **changes)
        refused(signed, code)
        ended = course.cast.prescriber.put(
            f"/treatment-plans/{draft['id']}/end", version=draft["version"]
        )
        ok(ended, 200)
    _, signed = signs(course, dose_mg_hundredths=20_000, weight_g=67_000)
    ok(signed, 200)


def signs(course: Course, **changes: Any) -> tuple[Any, Answer]:
    """Draft a plan and try to sign it."""
    told = {
        "approval_id": course.ids["approval"],
        "product_code": "ket-rdt-100",
        "dose_mg_hundredths": 20_000,
        "session_count": 6,
        "spacing_hours": 72,
        "weight_g": 68_000,
        "weighed_at": (course.now - timedelta(hours=2)).isoformat(),
        "end_condition": "PHQ-9 below 5 twice, or six sessions.",
    } | changes
    draft = ok(course.cast.prescriber.post(course.of_patient("treatment-plans"), told))
    sign = {"patient_state": STATE, "signature": course.ids["prescriber_name"]}
    address = f"/treatment-plans/{draft['id']}/signature"
    course.prescriber_proves_presence()
    return draft, course.cast.prescriber.put(address, sign, version=draft["version"])

"""Silence during a dose is noticed by a human; a red button is never refused."""

from typing import Any

from tests.journeys.cast import ok
from tests.journeys.course import Course


def on_the_night(course: Course) -> Course:
    """Bring a course to the minute after the first dose."""
    course.is_ready_for_first_dose()
    course.comes_to_the_evening()
    assert course.answers()["outcome"] == "clear"
    ok(course.takes_dose())
    return course


def test_missed_checks_climb_until_a_human_answers(course: Course) -> None:
    on_the_night(course)
    for _ in range(9):
        course.cast.clock.advance(minutes=5)
        course.cast.sweep()

    [missed] = _open_calls(course)
    assert missed["acknowledged_at"] is None
    ok(course.cast.prescriber.post(f"/escalations/{missed['id']}/acknowledgement"))
    assert _open_calls(course) == []


def _open_calls(course: Course) -> list[dict[str, Any]]:
    """Give the open calls for help about the looks that were missed."""
    calls = ok(course.cast.prescriber.get("/escalations"), 200)["items"]
    return [call for call in calls if call["code"] == "monitor_check_missed"]


def test_an_emergency_is_answered_with_what_to_do_now(course: Course) -> None:
    on_the_night(course)
    course.cast.clock.advance(minutes=20)
    answer = ok(
        course.cast.sitter.post(
            course.of_session("emergencies"), {"code": "emergency_unresponsive"}
        )
    )
    assert "911" in str(answer)
    state = ok(course.cast.prescriber.get(f"/dose-sessions/{course.session}"), 200)["state"]
    assert state == "emergency"


def test_nobody_is_released_before_two_hours(course: Course) -> None:
    on_the_night(course)
    course.is_watched(60)
    early = course.is_released()
    assert early["outcome"] == "stop"
    assert "monitoring_incomplete" in [f["code"] for f in early["findings"]]


def test_a_dose_without_a_clearance_is_kept_watched_and_told(course: Course) -> None:
    course.is_ready_for_first_dose()
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    told = {
        "dose_session_id": course.session,
        "taken_at": course.now.isoformat(),
        "dose_mg_hundredths": 20_000,
    }
    kept = ok(course.cast.patient.post("/doses-taken", told))
    assert kept["cleared"] is False
    codes = [call["code"] for call in ok(course.cast.prescriber.get("/escalations"), 200)["items"]]
    assert "dosed_without_clearance" in codes
    assert course.is_looked_at()

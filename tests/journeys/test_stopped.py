"""What stops a dose, and what a person hears then."""

import pytest

from tests.journeys.cast import ok
from tests.journeys.course import Course


@pytest.fixture
def evening(course: Course) -> Course:
    """Give a course on the evening of its first dose."""
    course.is_ready_for_first_dose()
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    course.opens_check_in()
    return course


def codes(decision: dict[str, list[dict[str, str]]]) -> list[str]:
    """Give the codes of a decision."""
    return [finding["code"] for finding in decision["findings"]]


def test_a_pressure_too_high_a_missing_sitter_and_a_drink_each_stop_the_dose(
    evening: Course,
) -> None:
    evening.measures(168, 96)
    decision = evening.answers(alcohol_24h=True)

    assert decision["outcome"] == "stop"
    assert {"bp_too_high", "sitter_not_present", "alcohol_window"} <= set(codes(decision))
    assert all(finding["says"] and finding["remedy"] for finding in decision["findings"])
    assert evening.cast.patient.get(evening.of_session("clearance")).status_code == 404


def test_the_patient_cannot_be_their_own_sitter(course: Course) -> None:
    email = course.ids["patient_email"].replace("@", "+sitter@")
    invited = {"name": "Me", "email": email, "phone": "+17205550177"}
    refused = course.cast.patient.post("/sitters", invited)

    assert (refused.status_code, refused.json["code"]) == (409, "sitter_is_patient")


@pytest.mark.asvs("2.3.2")
def test_a_second_dose_waits_for_the_next_day_the_review_and_seventy_two_hours(
    evening: Course,
) -> None:
    evening.measures()
    evening.is_watched_over()
    assert evening.answers()["outcome"] == "clear"
    ok(evening.takes_dose())
    evening.is_watched()
    evening.is_released()

    too_soon = evening.cast.patient.post(
        "/dose-sessions",
        {
            "plan_id": evening.ids["plan"],
            "scheduled_at": evening.now.isoformat(),
            "time_zone": "America/Denver",
        },
    )
    assert too_soon.status_code == 409
    assert "interval_too_short" in codes(too_soon.json)

    evening.cast.clock.advance(hours=72)
    evening.comes_to_the_evening()
    decision = evening.answers()
    assert {"followup_24h_missing", "post_first_session_review_missing"} <= set(codes(decision))


def test_a_coach_can_stop_the_next_dose_and_only_a_prescriber_lets_go(evening: Course) -> None:
    evening.measures()
    evening.is_watched_over()
    held = ok(evening.cast.coach.post(evening.of_patient("holds"), {}))
    assert "care_team_hold" in codes(evening.answers())

    let_go = {"rationale": "Talked with patient and coach; the worry is settled."}
    release = f"/holds/{held['id']}/release"
    assert evening.cast.coach.post(release, let_go).status_code == 403
    ok(evening.cast.prescriber.post(release, let_go))
    assert evening.answers()["outcome"] == "clear"

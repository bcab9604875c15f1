"""Thoughts of suicide, at any hour, with or without a check-in: scenario 21."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.clock import HandClock
from tests.factories.intake import CLEAR_ANSWERS
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.preparing import ZONE
from tests.journeys.scenarios.seen import calls, codes, holds, refused

THREE_IN_THE_MORNING = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def answers(course: Course, instrument: str, **items: Any) -> Any:
    """Answer an instrument, all well but for these items; None leaves an item out."""
    told = {**CLEAR_ANSWERS[instrument], **items}
    body = {
        "instrument": instrument,
        "answers": {item: said for item, said in told.items() if said is not None},
    }
    return ok(course.cast.patient.post(course.of_patient("assessments"), body))


@pytest.fixture
def at_night(course: Course, clock: HandClock) -> Course:
    """Give a patient ready for a first dose, at three in the morning, with no check-in open."""
    course.is_ready_for_first_dose()
    course.plans_evening()
    clock.set(THREE_IN_THE_MORNING)
    return course


def test_scenario_21_item_nine_asks_for_the_screen_at_once_and_gives_the_numbers(
    at_night: Course,
) -> None:
    told = answers(at_night, "phq9", q9=1)
    assert told["answer_next"] == "cssrs"
    assert {"988", "911"} <= set(told["crisis"]["call"])


def test_scenario_21_a_plan_calls_a_clinician_and_stops_every_dose_for_everybody(
    at_night: Course,
) -> None:
    told = answers(at_night, "cssrs", q2=True, q3=False, q4=True, q5=False)
    assert (told["band"], "suicide_risk_high" in told["alarms"]) == ("high", True)
    assert {"988", "911"} <= set(told["crisis"]["call"])
    assert "suicide_risk_high" in calls(at_night.cast.prescriber)
    assert "suicide_risk_high" in holds(at_night)

    wanted = {
        "plan_id": at_night.ids["plan"],
        "scheduled_at": at_night.now.isoformat(),
        "time_zone": ZONE,
    }
    assert at_night.cast.patient.post("/dose-sessions", wanted).status_code == 409
    at_night.opens_check_in()
    at_night.measures()
    at_night.is_watched_over()
    decision = at_night.answers()
    assert "suicide_risk_high" in codes(decision) or "enrolment_suspended" in codes(decision)
    for row in decision["findings"]:
        if row["force"] == "hard":
            refused(at_night.lets_pass(decision, row["code"]), "cannot_be_overridden", status=403)


def test_scenario_21_the_page_goes_to_somebody_else_when_nobody_answers(
    at_night: Course, clock: HandClock
) -> None:
    answers(at_night, "cssrs", q2=True, q4=True, q3=False, q5=False)
    clock.advance(minutes=5)
    at_night.cast.sweep()
    [call] = [
        row
        for row in ok(at_night.cast.prescriber.get("/escalations"), 200)["items"]
        if row["code"] == "suicide_risk_high"
    ]
    assert call["acknowledged_at"] is None
    ok(at_night.cast.prescriber.post(f"/escalations/{call['id']}/acknowledgement"))
    assert "suicide_risk_high" not in calls(at_night.cast.prescriber)


def test_scenario_21_an_item_left_out_is_no_zero(at_night: Course) -> None:
    told = answers(at_night, "phq9", q9=None)
    assert (told["complete"], told["total"], told["band"]) == (False, None, None)

"""Oxygen, where the lungs ask for an oximeter: without it no dose, and its own limits with it."""

import pytest

from tests.factories.intake import CLEAR_INTAKE
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.preparing import PRODUCT, REASON
from tests.journeys.scenarios.seen import codes, finding

LUNGS = "respiratory_moderate"


@pytest.fixture
def attested(course: Course) -> Course:
    """Give the evening of somebody whose asthma a prescriber has let pass, with an oximeter."""
    course.tells_history(conditions=dict(CLEAR_INTAKE["conditions"]) | {LUNGS: True})
    course.is_evaluated()
    wanted = {
        "evaluation_id": course.ids["evaluation"],
        "decision": "home",
        "product_code": PRODUCT,
        "rationale": REASON,
        "signature": course.ids["prescriber_name"],
    }
    course.prescriber_proves_presence()
    held = course.cast.prescriber.post(course.of_patient("approvals"), wanted)
    assert (held.status_code, codes(held) & {LUNGS}) == (409, {LUNGS})
    judged = ok(course.cast.prescriber.get(course.of_patient("case")), 200)["decisions"][0]
    ok(course.lets_pass(judged, LUNGS))
    course.is_approved()
    course.consents()
    course.is_planned()
    course.is_supplied()
    course.finds_sitter()
    course.is_prepared()
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    course.opens_check_in()
    course.is_watched_over()
    return course


def test_without_oxygen_there_is_no_dose_for_who_needs_an_oximeter(attested: Course) -> None:
    attested.measures(spo2_percent=None)
    decision = attested.answers()
    assert decision["outcome"] == "stop"
    assert finding(decision, "vitals_missing")["force"] == "hard"
    attested.cast.clock.advance(minutes=5)
    attested.measures(126, 80, spo2_percent=97)
    attested.cast.clock.advance(minutes=5)
    attested.measures(125, 80, spo2_percent=96)
    assert attested.answers()["outcome"] == "clear"


@pytest.mark.parametrize(
    ("percent", "found"),
    [(95, set()), (94, {"spo2_review"}), (92, {"spo2_review"}), (91, {"spo2_low"})],
)
def test_its_limits_are_those_of_everybody(attested: Course, percent: int, found: set[str]) -> None:
    attested.measures(spo2_percent=percent)
    decision = attested.answers()
    assert codes(decision) & {"spo2_review", "spo2_low"} >= found
    assert (decision["outcome"] == "clear") is (found == set())

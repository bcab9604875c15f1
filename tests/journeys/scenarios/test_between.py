"""What happens between two sessions: harm, a wait, everybody who tries to let a finding pass."""

from datetime import timedelta

import pytest

from tests.clock import HandClock
from tests.journeys.cast import ok
from tests.journeys.course import NOT_SERIOUS, Course
from tests.journeys.scenarios.seen import codes, refused


def test_harm_after_the_second_session_stops_the_third_until_somebody_has_looked(
    first_over: Course, clock: HandClock
) -> None:
    clock.advance(hours=49)
    first_over.goes_through_session()
    first_over.is_evaluated()
    first_over.is_supplied()
    told = first_over.reports_harm(own_words="A headache that stays.", severity="mild")
    clock.advance(hours=72)
    first_over.comes_to_the_evening()
    assert "open_adverse_event" in codes(first_over.answers())

    judged = {"severity": "mild", "criteria": NOT_SERIOUS}
    ok(first_over.cast.officer.post(f"/adverse-events/{told['id']}/triage", judged))
    assert first_over.answers()["outcome"] == "clear"


@pytest.mark.parametrize("role", ["patient", "sitter", "coach", "officer", "admin", "staff"])
def test_nobody_but_a_prescriber_even_tries_to_let_a_finding_pass(
    check_in: Course, role: str
) -> None:
    decision = check_in.answers()
    told = {
        "code": "vitals_missing",
        "rationale": "It will be all right, he is fine.",
        "unrelated": True,
    }
    answer = getattr(check_in.cast, role).post(f"/gate-decisions/{decision['id']}/overrides", told)
    assert answer.status_code in (403, 404)
    assert ok(check_in.cast.prescriber.get(check_in.of_patient("overrides")), 200) == []


def test_a_session_that_waits_longer_than_its_clearance_is_asked_again(cleared: Course) -> None:
    cleared.cast.clock.advance(by=timedelta(minutes=30, seconds=1))
    refused(cleared.takes_dose(), "clearance_expired", "vitals_stale")

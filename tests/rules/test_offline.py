"""Which facts may a device bring late?"""

from datetime import timedelta

import pytest

from rules.dose.offline import (
    MOST_URGENT_FIRST,
    LateFact,
    calls_unverified,
    is_from_the_future,
    is_read_in_any_form,
    may_arrive_late,
    may_wait,
    needs_review,
    time_to_keep,
    urgency_rank,
)
from tests.rules.facts_factory import NOW

# What a device may bring late, and whether a human looks at it for that alone.
LATE = {
    "dose_taken": True,
    "monitor_check": False,
    "vitals": False,
    "emergency": True,
    "adverse_event": True,
    "follow_up": False,
    "sitter_left": False,
    "patient_emergency": True,
    "harm_addition": True,
    "deviation": True,
}


@pytest.mark.parametrize("kind", ["dose_taken", "emergency", "adverse_event", "vitals"])
def test_a_fact_may_arrive_late(kind: str) -> None:
    assert may_arrive_late(kind)


@pytest.mark.parametrize("kind", LATE)
def test_every_fact_may_and_some_are_reviewed_for_it(kind: str) -> None:
    assert may_arrive_late(kind)
    assert needs_review(LateFact(kind)) is LATE[kind]


@pytest.mark.parametrize("kind", ["clearance", "predose_check", "start_dose", "consent", "release"])
def test_a_command_may_not(kind: str) -> None:
    assert not may_arrive_late(kind)


def test_a_clinician_is_called_for_what_may_be_danger_whoever_brings_it() -> None:
    called = {"dose_taken", "emergency", "patient_emergency", "deviation", "sitter_left"}
    assert {fact.value for fact in LateFact if calls_unverified(fact)} == called


def test_a_cry_for_help_is_read_in_any_form_and_nothing_else() -> None:
    """A reading in a form that nobody knows may be anything; a cry for help is one."""
    cries = {"emergency", "patient_emergency", "adverse_event"}
    assert {fact.value for fact in LateFact if is_read_in_any_form(fact)} == cries
    assert not is_read_in_any_form("emergency ")


def test_a_phone_is_listened_to_in_the_order_of_need() -> None:
    ranks = [urgency_rank(fact) for fact in MOST_URGENT_FIRST]
    assert ranks == list(range(len(LateFact)))
    assert urgency_rank("start_dose") == len(LateFact)


def test_only_words_for_a_report_wait_for_it() -> None:
    """Whatever else may ring an alarm, and an alarm waits for nothing."""
    assert {fact for fact in LateFact if may_wait(fact)} == {LateFact.HARM_ADDITION}


def test_nothing_else_may() -> None:
    assert set(LateFact) == set(LATE)


def test_the_emergency_is_heard_first() -> None:
    assert MOST_URGENT_FIRST[0] is LateFact.EMERGENCY
    assert set(MOST_URGENT_FIRST) == set(LateFact)


@pytest.mark.parametrize(("seconds", "future"), [(-600, False), (120, False), (121, True)])
def test_a_device_from_the_future_gets_the_time_of_the_server(seconds: int, future: bool) -> None:
    claimed = NOW + timedelta(seconds=seconds)
    assert is_from_the_future(claimed, NOW) is future
    assert time_to_keep(claimed, NOW) == (NOW if future else claimed)

"""Exactly at the limit, one beyond it, too old, and measured again: scenarios 10 and 12."""

from typing import Any

import pytest

from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.scenarios.seen import codes, finding, refused


@pytest.fixture
def attested(check_in: Course) -> Course:
    """Give a check-in that waits for nothing but a reading."""
    check_in.is_watched_over()
    return check_in


def test_scenario_10_a_reading_of_exactly_thirty_minutes_still_counts(attested: Course) -> None:
    attested.measures(138, 88)
    attested.cast.clock.advance(minutes=5)
    assert attested.answers()["outcome"] == "clear"
    attested.cast.clock.advance(minutes=25)
    assert ok(attested.takes_dose())["cleared"] is True


def test_scenario_10_after_a_nap_of_thirty_one_minutes_it_is_measured_again(
    attested: Course,
) -> None:
    attested.measures(138, 88)
    attested.cast.clock.advance(minutes=5)
    assert attested.answers()["outcome"] == "clear"
    attested.cast.clock.advance(minutes=26)
    refusal = refused(attested.takes_dose(), "vitals_stale")
    assert {row["code"] for row in refusal["findings"]} == {"vitals_stale"}

    assert "vitals_stale" in codes(attested.answers())
    attested.measures(136, 86)
    assert attested.answers()["outcome"] == "clear"
    assert ok(attested.takes_dose())["cleared"] is True


def test_scenario_12_the_limit_itself_passes(attested: Course) -> None:
    attested.measures(140, 90, heart_rate_bpm=100, spo2_percent=95)
    decision = attested.answers()
    assert (decision["outcome"], codes(decision)) == ("clear", set())


def test_scenario_12_one_above_it_waits_for_a_prescriber_who_may_let_it_pass(
    attested: Course,
) -> None:
    attested.measures(141, 90)
    decision = attested.answers()
    assert decision["outcome"] == "hold"
    assert finding(decision, "bp_elevated_review")["force"] == "soft"

    ok(attested.lets_pass(decision, "bp_elevated_review"))
    assert attested.answers()["outcome"] == "clear"


@pytest.mark.parametrize(("systolic", "diastolic"), [(160, 90), (150, 100)])
def test_scenario_12_from_the_stop_on_nobody_lets_it_pass(
    attested: Course, systolic: int, diastolic: int
) -> None:
    attested.measures(systolic, diastolic)
    decision = attested.answers()
    assert decision["outcome"] == "stop"
    assert finding(decision, "bp_too_high")["force"] == "hard"
    refused(attested.lets_pass(decision, "bp_too_high"), "cannot_be_overridden", status=403)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"systolic": 89}, "bp_too_low"),
        ({"heart_rate_bpm": 101}, "hr_review"),
        ({"heart_rate_bpm": 111}, "hr_out_of_range"),
        ({"heart_rate_bpm": 49}, "hr_review"),
        ({"heart_rate_bpm": 44}, "hr_out_of_range"),
        ({"spo2_percent": 94}, "spo2_review"),
        ({"spo2_percent": 91}, "spo2_low"),
        ({"systolic": 80, "diastolic": 80}, "vitals_implausible"),
    ],
    ids=str,
)
def test_every_other_measure_has_its_own_limit(
    attested: Course, more: dict[str, Any], code: str
) -> None:
    attested.measures(**{"systolic": 120, "diastolic": 70} | more)
    assert code in codes(attested.answers())


def test_the_mean_of_the_last_two_rounded_up_decides(attested: Course) -> None:
    attested.measures(142, 92)
    attested.cast.clock.advance(minutes=5)
    attested.measures(139, 89)
    decision = attested.answers()
    assert "141/91" in finding(decision, "bp_elevated_review")["observed"]

    attested.cast.clock.advance(minutes=5)
    attested.measures(138, 88)
    assert attested.answers()["outcome"] == "clear"


def test_numbers_copied_from_the_last_reading_are_no_measurement(attested: Course) -> None:
    attested.measures(118, 76)
    attested.cast.clock.advance(minutes=31)
    attested.measures(118, 76)
    assert "vitals_implausible" in codes(attested.answers())
    attested.measures(119, 77)
    assert attested.answers()["outcome"] == "clear"


def test_one_reading_at_one_hundred_and_eighty_ends_the_day(attested: Course) -> None:
    attested.measures(180, 92)
    attested.cast.clock.advance(minutes=10)
    attested.measures(120, 78)
    assert "vitals_repeat_limit" in codes(attested.answers())
    attested.opens_check_in()
    attested.cast.clock.advance(minutes=5)
    attested.measures(120, 78)
    assert "vitals_repeat_limit" in codes(attested.answers())


def test_a_fourth_reading_does_not_count_and_a_rushed_one_neither(attested: Course) -> None:
    for systolic in (150, 149, 148):
        attested.measures(systolic, 85)
        attested.cast.clock.advance(minutes=5)
    attested.measures(118, 75)
    assert attested.answers()["outcome"] == "hold"
    kept = ok(attested.cast.patient.get(attested.of_session("vital-signs")), 200)
    assert [row["systolic_mmhg"] for row in kept] == [150, 149, 148, 118]

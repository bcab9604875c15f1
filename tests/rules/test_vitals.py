"""Is the body ready? The boundaries of the vital signs, and which reading counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.core import Point
from rules.dose.readings import why_not_counted
from rules.dose.vitals import oximeter_is_required
from rules.gates import evaluate
from rules.limits import LIMITS
from rules.terms import Outcome
from tests.rules.facts_factory import NOW, a_reading, ago, but, clear_facts
from tests.rules.rows import Row, conditions, met, not_met, params, unknown


def one(*numbers: int | None, **at: object) -> dict[str, object]:
    """Change the vitals to one single reading."""
    return {"vitals__readings": (a_reading(*numbers, **at),)}


def two(first: tuple[int, ...], last: tuple[int, ...]) -> dict[str, object]:
    """Change the vitals to two readings, ten minutes apart."""
    readings = (a_reading(*first, at=ago(minutes=15)), a_reading(*last, at=ago(minutes=5)))
    return {"vitals__readings": readings, "vitals__check_in_opened_at": ago(minutes=30)}


def earlier_and_now(minutes: int) -> dict[str, object]:
    """Change the vitals to one reading so long ago, and one now."""
    return {"vitals__readings": (a_reading(at=ago(minutes=minutes)), a_reading(at=NOW))}


def many(*readings: tuple[int, ...]) -> dict[str, object]:
    """Change the vitals to several readings, five minutes apart, the last one now."""
    start = NOW - timedelta(minutes=5 * (len(readings) - 1))
    return {
        "vitals__readings": tuple(
            a_reading(*numbers, at=start + timedelta(minutes=5 * place))
            for place, numbers in enumerate(readings)
        )
    }


UNMEASURED = {"vitals__readings": None}
NO_READING = {"vitals__readings": ()}
ROWS: tuple[Row, ...] = (
    met("bp_elevated_review", **one(140, 90)),
    not_met("bp_elevated_review", **one(141, 90)),
    not_met("bp_elevated_review", **one(140, 91)),
    met("bp_too_high", **one(159, 99)),
    not_met("bp_too_high", **one(160, 90)),
    not_met("bp_too_high", **one(150, 100)),
    met("bp_too_high", **two((180, 99), (138, 88))),  # 159/93.5: the mean of two decides
    not_met("bp_too_high", **two((180, 99), (139, 88))),  # 159.5 is rounded up
    met("bp_too_high", **many((179, 99, 70), (150, 90, 71), (150, 90, 72))),
    not_met("bp_too_high", **many((150, 90, 71), (150, 90, 72), (170, 90, 70))),
    met("bp_too_low", **one(90, 60)),
    not_met("bp_too_low", **one(89, 60)),
    not_met("bp_too_low", **two((89, 60), (90, 60))),  # 89.5 is never rounded into safety
    met("hr_review", **one(120, 80, 100)),
    not_met("hr_review", **one(120, 80, 101)),
    met("hr_review", **one(120, 80, 50)),
    not_met("hr_review", **one(120, 80, 49)),
    not_met("hr_review", **two((120, 80, 49), (120, 80, 50))),  # nor 49.5 beats
    not_met("hr_review", **two((120, 80, 100), (120, 80, 101))),
    met("hr_out_of_range", **one(120, 80, 110)),
    not_met("hr_out_of_range", **one(120, 80, 111)),
    met("hr_out_of_range", **one(120, 80, 45)),
    not_met("hr_out_of_range", **one(120, 80, 44)),
    met("spo2_review", **one(120, 80, 70, 95)),
    not_met("spo2_review", **one(120, 80, 70, 94)),
    not_met("spo2_review", **two((120, 80, 70, 94), (120, 80, 71, 95))),
    not_met("spo2_review", **two((120, 80, 70, 90), (120, 80, 71, 96))),
    met("spo2_review", **many((120, 80, 70, 80), (120, 80, 71, 95), (120, 80, 72, 95))),
    met("spo2_low", **one(120, 80, 70, 92)),
    not_met("spo2_low", **one(120, 80, 70, 91)),
    met("spo2_low", **one(120, 80, 70, None)),
    unknown("spo2_low", **one(120, 80, 70, None), vitals__oximeter_required=True),
    unknown("spo2_review", **NO_READING, vitals__oximeter_required=True),
    met("vitals_missing"),
    not_met("vitals_missing", **NO_READING),
    not_met("vitals_missing", **one(None, 80)),
    not_met("vitals_missing", **one(120, None)),
    not_met("vitals_missing", **two((120, 80, 70), (120, 80, None))),
    met("vitals_missing", **two((120, 80, None), (120, 80, 70))),
    not_met("vitals_missing", **one(120, 80, None)),
    not_met("vitals_missing", **one(120, 80, 70, None), vitals__oximeter_required=True),
    met("vitals_missing", **one(120, 80, 70, None)),
    unknown(
        "vitals_missing",
        **one(120, 80, 70, None),
        vitals__oximeter_required=None,
        intake__conditions={},
    ),
    unknown(
        "vitals_missing",
        **one(120, 80, 70, None),
        vitals__oximeter_required=False,
        intake__body_mass_index_tenths=None,
    ),
    unknown("vitals_missing", **UNMEASURED),
    met("vitals_stale", **one(at=ago(minutes=30)), vitals__check_in_opened_at=ago(minutes=40)),
    not_met(
        "vitals_stale",
        **one(at=ago(minutes=30, seconds=1)),
        vitals__check_in_opened_at=ago(minutes=40),
    ),
    met("vitals_stale", vitals__check_in_opened_at=ago(minutes=10)),
    not_met("vitals_stale", vitals__check_in_opened_at=ago(minutes=9)),
    met("vitals_stale", **earlier_and_now(35), vitals__check_in_opened_at=ago(minutes=40)),
    unknown("vitals_stale", vitals__check_in_opened_at=None),
    unknown("vitals_stale", **NO_READING),
    not_met("vitals_implausible", **one(80, 80)),
    met("vitals_implausible", **one(300, 120)),
    not_met("vitals_implausible", **one(301, 120)),
    met("vitals_implausible", **one(120, 80, 70, 100)),
    not_met("vitals_implausible", **one(120, 80, 70, 101)),
    met("vitals_implausible", **one(None, 80, 70, None)),
    met("vitals_implausible", **many((120, 80, 70), (121, 80, 70), (120, 80, 70))),
    not_met("vitals_implausible", **many((120, 80, 70), (121, 80, 70), (121, 80, 70))),
    not_met("vitals_implausible", **two((120, 80, 70), (120, 80, 70))),
    met("vitals_implausible", **two((120, 80, 70), (120, 80, 71))),
    met("vitals_implausible", **one(at=NOW + timedelta(minutes=2))),
    not_met("vitals_implausible", **one(at=NOW + timedelta(minutes=2, seconds=1))),
    unknown("vitals_implausible", **NO_READING),
    met("vitals_repeat_limit", **many((150, 90, 70), (145, 90, 71), (138, 88, 72))),
    not_met("vitals_repeat_limit", **many((150, 9, 7), (145, 9, 7), (138, 8, 7), (130, 8, 7))),
    met("vitals_repeat_limit", **one(179, 109)),
    not_met("vitals_repeat_limit", **one(180, 90)),
    not_met("vitals_repeat_limit", **two((150, 110), (120, 80))),
    not_met(
        "vitals_repeat_limit",
        vitals__readings=(a_reading(at=ago(minutes=9)), a_reading(at=ago(minutes=5))),
    ),
    met("vitals_repeat_limit", **NO_READING),
    unknown("vitals_repeat_limit", **UNMEASURED),
    not_met("vitals_repeat_limit", vitals__no_more_today=True),
    unknown("vitals_repeat_limit", vitals__no_more_today=None),
    not_met("antihypertensive_missed", day__antihypertensive_missed=True),
    unknown("antihypertensive_missed", day__antihypertensive_missed=None),
    *(
        unknown(code, **UNMEASURED)
        for code in (
            "bp_elevated_review",
            "bp_too_high",
            "bp_too_low",
            "hr_review",
            "hr_out_of_range",
            "vitals_stale",
            "vitals_implausible",
        )
    ),
    unknown("bp_too_high", **two((150, None), (120, 80))),  # half a reading decides nothing
    unknown("spo2_low", **UNMEASURED, vitals__oximeter_required=True),
)


@pytest.mark.asvs("2.2.3")
@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


def test_a_reading_at_noon_ends_at_half_past() -> None:
    facts = but(
        clear_facts(Point.DOSE),
        vitals__readings=(a_reading(138, 88, at=NOW - timedelta(minutes=31)),),
        vitals__check_in_opened_at=NOW - timedelta(minutes=35),
    )
    assert evaluate(Point.DOSE, facts).codes == ("vitals_stale",)
    assert evaluate(Point.DOSE, replace(facts, now=NOW - timedelta(minutes=1))).codes == ()


@pytest.mark.parametrize(
    ("numbers", "outcome", "codes"),
    [
        pytest.param((140, 90, 100, 95), Outcome.CLEAR, (), id="at every review line"),
        pytest.param((141, 90), Outcome.HOLD, ("bp_elevated_review",), id="one over"),
        pytest.param((160, 90), Outcome.STOP, ("bp_too_high", "bp_elevated_review"), id="stop"),
        pytest.param((150, 100), Outcome.STOP, ("bp_too_high", "bp_elevated_review"), id="below"),
    ],
)
def test_the_gate_tells_hold_from_stop(
    numbers: tuple[int, ...], outcome: Outcome, codes: tuple[str, ...]
) -> None:
    decision = evaluate(Point.CHECK_IN, but(clear_facts(Point.CHECK_IN), **one(*numbers)))
    assert (decision.outcome, decision.codes) == (outcome, codes)


@pytest.mark.parametrize(
    ("change", "required"),
    [
        ({}, False),
        ({"intake__body_mass_index_tenths": 400}, True),
        ({"intake__body_mass_index_tenths": 399}, False),
        ({"intake__body_mass_index_tenths": None}, None),
        ({"intake__conditions": conditions(sleep_apnoea_untreated=True)}, True),
        ({"intake__conditions": conditions(sleep_apnoea_treated=True)}, True),
        ({"intake__conditions": conditions(respiratory_severe=True)}, True),
        ({"intake__conditions": conditions(respiratory_moderate=True)}, True),
        ({"intake__conditions": conditions(respiratory_moderate=None)}, None),
    ],
)
def test_who_needs_an_oximeter(change: dict[str, object], required: bool | None) -> None:
    assert oximeter_is_required(but(clear_facts(), **change).intake, LIMITS) is required


def test_a_known_lung_disease_outranks_no_oximeter_needed() -> None:
    sick = {"intake__conditions": conditions(respiratory_moderate=True)}
    row = not_met("vitals_missing", **one(120, 80, 70, None), **sick)
    assert row.check().met is False


FIRST = a_reading(150, 92, 80, at=ago(minutes=10))
SECOND = a_reading(145, 90, 78, at=ago(minutes=5))


@pytest.mark.parametrize(
    ("reading", "counted", "code"),
    [
        (a_reading(at=ago(minutes=5)), (FIRST,), None),
        (a_reading(at=ago(minutes=5, seconds=1)), (FIRST,), "vitals_repeat_limit"),
        (a_reading(), (), None),
        (a_reading(90, 95), (), "vitals_implausible"),
        (a_reading(150, 92, 80, at=ago(minutes=1)), (FIRST,), "vitals_implausible"),
        (a_reading(145, 90, 78, at=ago(minutes=1)), (FIRST, SECOND), "vitals_implausible"),
        (a_reading(150, 92, 80, at=NOW), (FIRST, SECOND), None),
        (a_reading(at=ago(minutes=1)), (FIRST, SECOND), "vitals_repeat_limit"),
        (a_reading(at=NOW), (FIRST, FIRST, FIRST), "vitals_repeat_limit"),
        (a_reading(at=NOW), (a_reading(185, 90, at=ago(minutes=20)),), "vitals_repeat_limit"),
    ],
)
def test_which_reading_counts(reading: object, counted: tuple, code: str | None) -> None:
    assert why_not_counted(reading, counted, LIMITS) == code


def test_an_empty_reading_is_said_to_be_empty() -> None:
    row = not_met("vitals_missing", **one(None, None, None, None))
    assert row.check().observed == "empty"

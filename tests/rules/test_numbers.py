"""Does every number say its unit, its bounds and who sets it, and is a slip of the pen refused?"""

from dataclasses import fields
from datetime import timedelta

import pytest

from rules.limits import BY_NAME, LIMITS, NUMBERS, UNSIGNED, Limits, Number, Pressure, values_of
from rules.limits.catalogue import IN_ORDER
from rules.limits.kinds import PROTOCOL
from rules.terms import Route


def test_the_catalogue_holds_every_limit_once() -> None:
    assert sorted(number.name for number in NUMBERS) == sorted(f.name for f in fields(Limits))


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_every_number_has_a_unit_and_a_source_or_waits_for_a_signature(number: Number) -> None:
    assert number.about.unit
    assert number.topic
    assert number.about.source != PROTOCOL or number.about.unsigned
    assert number.loosest == getattr(LIMITS, number.name)
    assert (number.about.tightest is None) == (number.way is None)
    assert (number.about.step is not None) == isinstance(number.loosest, timedelta)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_both_bounds_may_be_written_on_a_sheet(number: Number) -> None:
    assert number.read(number.write(number.loosest)) == number.loosest
    if number.way is not None:
        assert values_of({number.name: number.write(number.loosest)})[1] == {}
        assert number.why_not(number.about.tightest) is None


def test_what_is_marked_p_is_counted() -> None:
    assert {"bp_stop_from", "dose_interval", "dose_mg_max", "monitoring"} <= UNSIGNED
    assert UNSIGNED.isdisjoint(
        {"refills_max", "food_wait", "office_doses_mg", "phq9_moderate_from"}
    )
    assert len(UNSIGNED) == sum(number.about.unsigned for number in NUMBERS)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("vitals_life", "20", timedelta(minutes=20)),
        ("dose_interval", "96", timedelta(hours=96)),
        ("approval_life", "30", timedelta(days=30)),
        ("bp_stop_from", "150/95", Pressure(150, 95)),
        ("dose_mg_max", "400", 400),
        ("home_routes", "oral, sublingual", frozenset({Route.ORAL, Route.SUBLINGUAL})),
    ],
)
def test_a_number_is_written_in_its_unit(name: str, text: str, value: object) -> None:
    assert values_of({name: text}) == ({name: value}, {})
    assert BY_NAME[name].write(value) == text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("dose_mg_max", "451", "Loosens"),
        ("vitals_life", "31", "Loosens"),
        ("bp_stop_from", "155/101", "Loosens"),
        ("home_routes", "oral, nasal", "Loosens"),
        ("vitals_life", "0", "tighter"),
        ("vitals_life", "9", "tighter"),
        ("doses_per_week_max", "0", "tighter"),
        ("bp_stop_from", "15/9", "written like"),
        ("bp_stop_from", "160", "written like"),
        ("dose_mg_max", "400 mg", "whole number"),
        ("dose_mg_max", "0400", "whole number"),
        ("dose_mg_max", "-1", "whole number"),
        ("dose_mg_max", "4e2", "whole number"),
        ("dose_mg_max", "٤٠٠", "whole number"),
        ("dose_mg_max", "", "whole number"),
        ("home_routes", "", "words"),
        ("home_routes", "by mouth", "words"),
        ("week", "100", "fixed"),
        ("office_doses_mg", "56", "fixed"),
        ("monitoring_form_reminder_days", "3", "fixed"),
        ("no_such_number", "1", "no such number"),
    ],
)
def test_a_value_that_no_sheet_may_set_is_named(name: str, text: str, said: str) -> None:
    values, wrong = values_of({name: text})
    assert values == {}
    assert said in wrong[name][0]


@pytest.mark.parametrize(("earlier", "later"), IN_ORDER)
def test_what_opens_never_opens_after_it_closes(earlier: str, later: str) -> None:
    assert getattr(LIMITS, earlier) <= getattr(LIMITS, later)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("_from", "_until"),
        ("_family_from", "_clinician_from"),
        ("_clinician_after", "_emergency_after"),
        ("_ageing_", "_life_"),
    ],
)
def test_what_is_called_a_beginning_and_an_end_is_held_in_that_order(before, after) -> None:
    named = {(name, name.replace(before, after)) for name in BY_NAME if before in name}
    pairs = {(earlier, later) for earlier, later in named if later in BY_NAME}
    assert pairs
    assert pairs <= set(IN_ORDER)


def test_two_numbers_that_cross_are_refused_together() -> None:
    for sheet in (
        {"booster_from": "25", "booster_until": "20"},
        {"monitoring": "200"},
        {"missed_looks_clinician_from": "1"},
        {"drug_data_life_days": "34"},
    ):
        assert list(values_of(sheet)[1]) == [next(iter(sheet))]
    assert values_of({"prolonged_clinician_after": "130", "monitoring": "130"})[1] == {}


def test_a_choice_may_shrink_to_one_and_not_to_none() -> None:
    assert BY_NAME["home_routes"].why_not(frozenset({Route.ORAL})) is None
    assert "tighter" in (BY_NAME["home_routes"].why_not(frozenset()) or "")


def test_of_two_sets_of_limits_the_tighter_number_counts() -> None:
    state = LIMITS.tightened(pdmp_life=timedelta(hours=6))
    both = state.and_also(
        pdmp_life=timedelta(hours=12),
        bp_stop_from=Pressure(150, 101),
        bp_high_from=Pressure(161, 95),
        dose_interval=timedelta(hours=96),
    )
    assert both.pdmp_life == timedelta(hours=6)
    assert both.bp_stop_from == Pressure(150, 100)
    assert both.bp_high_from == Pressure(160, 95)
    assert both.dose_interval == timedelta(hours=96)
    assert LIMITS.and_also(home_routes=frozenset({Route.ORAL})).home_routes == {Route.ORAL}
    assert LIMITS.and_also(dose_mg_max=999, week=timedelta(1)) == LIMITS

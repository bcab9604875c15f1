"""May a programme tighten a limit, and is loosening refused?"""

from dataclasses import fields
from datetime import timedelta

import pytest

from rules.limits import LIMITS, Limits, Pressure, Tighter, direction
from rules.terms import DoseForm, Route


@pytest.mark.parametrize(
    ("name", "tighter", "looser"),
    [
        ("adult_years", 21, 17),
        ("dose_mg_max", 449, 451),
        ("dose_interval", timedelta(hours=96), timedelta(hours=71, minutes=59)),
        ("clearance_life", timedelta(minutes=20), timedelta(minutes=31)),
        ("bp_stop_from", Pressure(159, 100), Pressure(160, 101)),
        ("bp_stop_from", Pressure(160, 99), Pressure(161, 90)),
        ("home_routes", frozenset({Route.ORAL}), frozenset({Route.ORAL, Route.NASAL})),
        ("home_forms", frozenset(), frozenset({DoseForm.NASAL_SPRAY})),
    ],
)
def test_a_limit_moves_one_way_only(name, tighter, looser):
    assert getattr(LIMITS.tightened(**{name: tighter}), name) == tighter
    assert getattr(LIMITS.tightened(**{name: getattr(LIMITS, name)}), name) == getattr(LIMITS, name)
    with pytest.raises(ValueError, match=name):
        LIMITS.tightened(**{name: looser})


def test_tightening_twice_starts_from_the_tighter_value():
    with pytest.raises(ValueError, match="adult_years"):
        LIMITS.tightened(adult_years=21).tightened(adult_years=18)


@pytest.mark.parametrize("value", [frozenset({56}), frozenset({28, 56, 84}), frozenset()])
def test_a_fixed_limit_cannot_move(value):
    with pytest.raises(ValueError, match="office_doses_mg"):
        LIMITS.tightened(office_doses_mg=value)


def test_a_fixed_limit_may_be_said_again():
    assert LIMITS.tightened(office_doses_mg=frozenset({56, 84})) == LIMITS


@pytest.mark.parametrize(
    ("name", "value"),
    [("adult_years", 21.0), ("adult_years", True), ("adult_years", "21"), ("clearance_life", 20)],
)
def test_a_limit_keeps_its_kind(name, value):
    with pytest.raises(ValueError, match="expected"):
        LIMITS.tightened(**{name: value})


def test_an_unknown_limit_is_refused():
    with pytest.raises(ValueError, match="no such limit"):
        LIMITS.tightened(dose_max=1)


@pytest.mark.parametrize("name", [known.name for known in fields(Limits)])
def test_every_limit_that_moves_says_which_way(name):
    assert direction(name) in {*Tighter, None}
    if isinstance(getattr(LIMITS, name), Pressure):
        assert direction(name) is Tighter.DOWN


def test_a_pressure_is_written_as_a_nurse_does():
    assert str(Pressure(140, 90)) == "140/90 mmHg"

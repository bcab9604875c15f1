"""Which values may a sheet set? Strategies over the whole catalogue, the bounds included."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from rules.limits import NUMBERS, Number, Pressure

MOVABLE = tuple(number for number in NUMBERS if number.way)


def values(number: Number) -> st.SearchStrategy[Any]:
    """Give any value that a sheet may set for this number."""
    loosest, tightest = number.loosest, number.about.tightest
    if isinstance(loosest, frozenset):
        return st.frozensets(st.sampled_from(sorted(loosest)), min_size=1)
    if isinstance(loosest, Pressure):
        top = _between(loosest.systolic_mmhg, tightest.systolic_mmhg)
        return st.builds(Pressure, top, _between(loosest.diastolic_mmhg, tightest.diastolic_mmhg))
    if isinstance(loosest, timedelta):
        step = number.about.step or timedelta(minutes=1)
        return _between(loosest // step, tightest // step).map(lambda count: count * step)
    return _between(loosest, tightest)


def sheets() -> st.SearchStrategy[dict[str, Any]]:
    """Give the changes of any sheet: some numbers, each with a value it may have."""
    return st.lists(st.sampled_from(MOVABLE), min_size=1, max_size=12, unique=True).flatmap(
        lambda some: st.fixed_dictionaries({number.name: values(number) for number in some})
    )


def _between(one: int, other: int) -> st.SearchStrategy[int]:
    return st.integers(min(one, other), max(one, other))

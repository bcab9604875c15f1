"""Which situations does chance think of? The clear patient, with things changed as the tables do.

Every row of every table of the rules changes facts to a value that matters: at a limit, beside it,
unknown. Here chance takes such changes together, some of them or many, at any moment.
"""

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from rules.core import Point
from rules.facts import Facts
from rules.gates import RULES
from rules.limits import LIMITS, Limits, Pressure, direction
from rules.limits.catalogue import BY_NAME
from tests.rules.facts_factory import but, clear_facts
from tests.rules.tables import all_rows

CODES = sorted({rule.code for rule in RULES})
PARTS = tuple(
    part.name
    for part in fields(Facts)
    if part.name != "limits" and is_dataclass(getattr(clear_facts(), part.name))
)


class Leaf(NamedTuple):
    """One fact, by its part and its name; of a reading or a condition, with a name within."""

    part: str
    name: str
    within: str = ""


@cache
def changes(point: Point) -> list[dict[str, Any]]:
    """Give what the tables change, of every rule that is asked at this moment."""
    return [row.change for row in all_rows() if row.rule().at & (row.point or point) & point]


@st.composite
def situations(draw: st.DrawFn, *points: Point) -> tuple[Point, Facts]:
    """Draw a moment, and what is known then."""
    point = draw(st.sampled_from(points or tuple(Point)), label="point")
    facts = clear_facts(point)
    for change in draw(st.lists(st.sampled_from(changes(point)), max_size=4), label="changed"):
        facts = but(facts, **change)
    if draw(st.booleans(), label="anything let pass"):
        let = draw(st.frozensets(st.sampled_from(CODES), max_size=4), label="let pass")
        facts = replace(facts, overridden=let)
    return point, facts


def leaves(facts: Facts) -> list[Leaf]:
    """Give every fact that is known and could be forgotten."""
    found = []
    for part in PARTS:
        for field in fields(getattr(facts, part)):
            value = getattr(getattr(facts, part), field.name)
            if value is not None and (field.default is None or field.name == "conditions"):
                found += _of(Leaf(part, field.name), value)
    return found


def forget(facts: Facts, leaf: Leaf) -> Facts:
    """Forget one fact."""
    whole = getattr(getattr(facts, leaf.part), leaf.name, None)
    return but(facts, **{f"{leaf.part}__{leaf.name}": _without(whole, leaf.within)})


@st.composite
def tighter_sheets(draw: st.DrawFn) -> Limits:
    """Draw a sheet in which some numbers are tighter, by little or by much."""
    movable = [known.name for known in fields(Limits) if direction(known.name) is not None]
    names = draw(st.lists(st.sampled_from(movable), min_size=1, max_size=6, unique=True))
    return LIMITS.tightened(**{name: draw(_tighter(name), label=name) for name in names})


def _of(leaf: Leaf, value: Any) -> list[Leaf]:
    if leaf.name == "conditions":
        return [leaf._replace(within=code) for code in value if value[code] is not None]
    if is_dataclass(value):
        inner = [f.name for f in fields(value) if f.default is None]
        return [leaf, *(leaf._replace(within=n) for n in inner if getattr(value, n) is not None)]
    if leaf.name in ("readings", "medicines"):
        return [leaf, *_within_the_last(leaf, value)]
    return [leaf]


def _within_the_last(leaf: Leaf, items: tuple[Any, ...]) -> list[Leaf]:
    inner = fields(items[-1]) if items else ()
    known = [f.name for f in inner if f.default is None and getattr(items[-1], f.name) is not None]
    return [leaf._replace(within=name) for name in known]


def _without(whole: Any, within: str) -> Any:
    if not within or whole is None:
        return None
    if isinstance(whole, tuple):
        return (*whole[:-1], replace(whole[-1], **{within: None})) if whole else whole
    if is_dataclass(whole) and not isinstance(whole, type):
        return replace(whole, **{within: None})
    return {**whole, within: None}


def _tighter(name: str) -> st.SearchStrategy[Any]:
    """Give any value that a sheet may set: tighter than that is a slip, and nobody signs it."""
    now, most = getattr(LIMITS, name), BY_NAME[name].about.tightest
    if isinstance(now, frozenset):
        return st.frozensets(st.sampled_from(sorted(now)), min_size=1)
    if isinstance(now, Pressure):
        return st.builds(
            Pressure,
            st.integers(most.systolic_mmhg, now.systolic_mmhg),
            st.integers(most.diastolic_mmhg, now.diastolic_mmhg),
        )
    if isinstance(now, int):
        return st.integers(min(now, most), max(now, most))
    part = st.fractions(0, 1, max_denominator=20).map(float)
    return part.map(lambda by: now + (most - now) * by)


all_rows()  # the tables are read now: chance may not wait for the import of a test

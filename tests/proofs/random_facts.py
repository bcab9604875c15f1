"""Which situations does chance think of? Mostly clear ones, with a few things changed.

Every value comes from a list made beforehand for one moment, so that a case costs little. What
is not given in a clear case is no for yes/no fields, and not known otherwise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from random import Random
from types import UnionType
from typing import Any, get_args, get_type_hints

from rules import facts as f
from tests.proofs import boundaries, together
from tests.proofs.clear_facts import clear
from tests.proofs.moments import MOMENTS, Moment
from tests.proofs.oracle.registry import ASKED, SOFT

SECTIONS: dict[str, type] = {
    "person": f.PersonFacts,
    "product": f.ProductFacts,
    "authority": f.AuthorityFacts,
    "intake": f.IntakeFacts,
    "instruments": f.InstrumentFacts,
    "course": f.CourseFacts,
    "day": f.DayFacts,
    "vitals": f.VitalsFacts,
    "sitter": f.SitterFacts,
    "home": f.HomeFacts,
    "cover": f.CoverFacts,
    "clearance": f.ClearanceFacts,
    "release": f.ReleaseFacts,
    "office": f.OfficeFacts,
}
EVERY = "person product authority intake instruments course"
LOOKED_AT = {
    "SCREEN": "person intake intake intake instruments instruments",
    "SCHEDULE": "product course course course cover intake",
    "APPROVAL": f"{EVERY} intake intake instruments course",
    "ORDER": "product authority authority authority course course course person",
    "CHECK_IN": f"{EVERY} course course day day vitals vitals vitals sitter home cover clearance",
    "DOSE": f"{EVERY} course course day day vitals vitals vitals sitter home cover clearance",
    "RELEASE": "release",
    "OFFICE_SCHEDULE": "product office office",
    "OFFICE_START": "person product course office office office office",
    "OFFICE_DISCHARGE": "office",
}
POINTS = tuple(LOOKED_AT)
OFTEN = (3, 3, 3, 3, 5, 5, 2, 1, 3, 2)
Change = tuple[str, str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One situation at one moment of the programme, and how it differs from a clear one."""

    point: str
    facts: f.Facts
    base: tuple[int, int]
    changes: tuple[Change, ...]
    overridden: frozenset[str]


def choices(kind: Any, name: str, place: int) -> tuple[Any, ...]:
    """List what a field may be; nobody knowing is always among it."""
    parts = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    plain = next(part for part in parts if part is not type(None))
    return (*_known(plain, name, MOMENTS[place]), *((None,) if len(parts) > 1 else ()))


def _known(plain: Any, name: str, moment: Moment) -> Iterable[Any]:
    if plain is bool:
        return (True, False)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return tuple(plain)
    if name in together.LISTS:
        return together.LISTS[name](moment)
    return boundaries.WORDS[name] if name in boundaries.WORDS else _counted(plain, name, moment)


def _counted(plain: Any, name: str, moment: Moment) -> Iterable[Any]:
    if plain is int:
        return boundaries.numbers(name)
    if plain is datetime:
        return boundaries.instants(name, moment)
    assert plain is date, f"{name} ({plain}) is new: tell tests/proofs/boundaries.py its values"
    return boundaries.dates(name, moment)


@cache
def domain(place: int) -> dict[str, tuple[tuple[str, tuple[Any, ...]], ...]]:
    """List the fields of every section with all they may be, at one moment."""
    return {
        section: tuple(
            (name, choices(kind, f"{section}.{name}", place))
            for name, kind in get_type_hints(made).items()
        )
        for section, made in SECTIONS.items()
    }


@cache
def bases(place: int, earlier: int) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Give the clear case as values and as ready sections."""
    values = clear(MOMENTS[place], earlier)
    for section, made in SECTIONS.items():
        given = values[section]
        for one in fields(made):
            kind = get_type_hints(made)[one.name]
            given.setdefault(one.name, False if bool in (get_args(kind) or (kind,)) else None)
    return values, {section: made(**values[section]) for section, made in SECTIONS.items()}


@cache
def related(place: int, point: str) -> tuple[tuple[Change, ...], ...]:
    """List the changes that only mean something together, as far as this point looks there."""
    looked_at = set(LOOKED_AT[point].split())
    every = together.changes(MOMENTS[place])
    return tuple(one for one in every if looked_at & {section for section, _, _ in one})


def build(base: tuple[int, int], changes: tuple[Change, ...], over: frozenset[str]) -> f.Facts:
    """Make the facts of a clear case with some changes."""
    values, ready = bases(*base)
    changed: dict[str, dict[str, Any]] = {}
    for section, name, value in changes:
        changed.setdefault(section, {})[name] = value
    made = {name: SECTIONS[name](**values[name] | new) for name, new in changed.items()}
    return f.Facts(now=MOMENTS[base[0]].now, overridden=over, **ready | made)


def _some_changes(chance: Random, point: str, place: int) -> tuple[Change, ...]:
    every = domain(place)
    where = LOOKED_AT[point].split()
    if point.startswith("OFFICE"):
        # An office session is about esketamine at a certified site, mostly.
        picked: list[Change] = [*together.IN_OFFICE] if chance.random() < 0.9 else []
    else:
        picked = []
    if chance.random() < 0.01:
        names = set(where)
        return tuple((s, n, chance.choice(v)) for s in sorted(names) for n, v in every[s])
    while chance.random() < 0.65:
        if chance.random() < 0.3:
            picked += chance.choice(related(place, point))
            continue
        section = chance.choice(where)
        name, values = chance.choice(every[section])
        # The last of the values is "nobody knows" wherever that can be.
        picked.append(
            (section, name, values[-1] if chance.random() < 0.15 else chance.choice(values))
        )
    return tuple(picked)


def _some_overrides(chance: Random) -> frozenset[str]:
    lot = chance.random()
    if lot < 0.6:
        return frozenset()
    if lot < 0.7:
        return frozenset(ASKED)
    pool = ALL_SOFT if lot < 0.9 else ALL_CODES
    return frozenset(chance.sample(pool, chance.randint(1, len(pool) // 2)))


ALL_CODES, ALL_SOFT = sorted(ASKED), sorted(SOFT)


def cases(number: int, seed: int) -> Iterator[Case]:
    """Give cases; the same seed gives the same ones."""
    chance = Random(seed)  # noqa: S311 - the same cases again, and no secret
    for point in chance.choices(POINTS, OFTEN, k=number):
        base = (chance.randrange(len(MOMENTS)), chance.choice((0, 1, 2, 3, 5)))
        changes = _some_changes(chance, point, base[0])
        over = _some_overrides(chance)
        yield Case(point, build(base, changes, over), base, changes, over)

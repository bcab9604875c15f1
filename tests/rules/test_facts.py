"""Is a fact unknown until somebody says it, and safe from being changed on the way to a rule?"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass

import pytest

import rules
from rules.facts import Facts, ReadingFact
from tests.rules.facts_factory import NOW

# What is something else than unknown when nobody has said it, and why.
KNOWN_UNSAID = {
    "booster_asked": False,  # a second part is taken only when somebody asks for it
    "source": "typed",  # the weakest evidence there is
    "conditions": {},  # no question answered: each one is unknown
}


def _all() -> Iterator[type]:
    for found in pkgutil.walk_packages(rules.__path__, "rules."):
        module = importlib.import_module(found.name)
        yield from (
            value
            for value in vars(module).values()
            if isinstance(value, type) and is_dataclass(value) and value.__module__ == found.name
        )


PARTS = [field for field in fields(Facts) if is_dataclass(getattr(Facts(now=NOW), field.name))]


@pytest.mark.parametrize("kind", list(_all()), ids=lambda kind: kind.__qualname__)
def test_nothing_that_a_rule_sees_can_be_changed_on_the_way(kind) -> None:
    assert kind.__dataclass_params__.frozen
    if not kind.__module__.startswith("rules.limits"):  # those are joined from several tables
        assert "__slots__" in vars(kind)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_fact_is_unknown_until_somebody_says_it(part) -> None:
    if part.name != "limits":
        empty = getattr(Facts(now=NOW), part.name)
        for field in fields(empty):
            assert getattr(empty, field.name) == KNOWN_UNSAID.get(field.name), field.name


def test_a_reading_is_empty_until_it_is_measured() -> None:
    reading = ReadingFact(measured_at=NOW)
    for field in fields(reading):
        if field.default is not MISSING:
            assert getattr(reading, field.name) == KNOWN_UNSAID.get(field.name)


def test_nothing_is_let_pass_until_somebody_lets_it() -> None:
    assert Facts(now=NOW).overridden == frozenset()

"""Are the things the rules pass around unchangeable, and hard to mix up?"""

import dataclasses
import importlib
import pkgutil
from enum import StrEnum
from typing import get_args

import pytest

import rules
from rules import limits

# A sheet is put together from several bases, and Python cannot do that with slots.
A_SHEET = ("rules.limits.access", "rules.limits.instruments", "rules.limits.table")
# Every field by name, even where there are few: two of a kind beside each other get mixed up.
BY_NAME_ALWAYS = (*A_SHEET, "rules.facts", "rules.intake.instrument_shape")
BY_NAME_TOO = ("Resolution", "Limits", "Session", "Effect")
MANY_FIELDS = 6
BY_PLACE = ("Rule",)  # made in one place only, by `@rule`
# Words of a protocol, which are longer than a name.
OTHER_WORDS = ("Seriousness", "FollowUpKind", "HomeItem", "Language")


def types() -> list[type]:
    """Give everything the rules make a type of."""
    names = [found.name for found in pkgutil.walk_packages(rules.__path__, "rules.")]
    return [
        thing
        for name in names
        for thing in vars(importlib.import_module(name)).values()
        if isinstance(thing, type) and thing.__module__ == name
    ]


SHAPES = [one for one in types() if dataclasses.is_dataclass(one)]
WORDS = [one for one in types() if issubclass(one, StrEnum) and one.__name__ not in OTHER_WORDS]


def test_there_are_shapes() -> None:
    assert len(SHAPES) > 60


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__qualname__)
def test_nobody_changes_one_after_it_is_made(shape) -> None:
    assert shape.__dataclass_params__.frozen
    assert shape.__dataclass_params__.eq


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__qualname__)
def test_a_field_that_does_not_exist_cannot_be_written(shape) -> None:
    sheet = shape.__module__ in A_SHEET or shape.__name__ == "Limits"
    assert ("__slots__" in vars(shape)) is not sheet


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__qualname__)
def test_many_fields_are_given_by_name(shape) -> None:
    fields = dataclasses.fields(shape)
    by_name = (
        shape.__module__ in BY_NAME_ALWAYS
        or shape.__name__ in BY_NAME_TOO
        or (len(fields) >= MANY_FIELDS and shape.__name__ not in BY_PLACE)
    )
    assert {field.kw_only for field in fields} == {by_name}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__qualname__)
def test_what_may_be_unknown_is_unknown_until_somebody_says_it(shape) -> None:
    unsaid = [
        field
        for field in dataclasses.fields(shape)
        if type(None) in get_args(field.type) and field.default is not dataclasses.MISSING
    ]
    assert {field.name: field.default for field in unsaid} == {field.name: None for field in unsaid}


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__qualname__)
def test_a_word_that_is_kept_and_sent_is_its_name_in_small_letters(words) -> None:
    assert [word.value for word in words] == [word.name.lower() for word in words]


def test_the_limits_offer_everything_that_is_asked_of_them() -> None:
    assert set(limits.__all__) == {
        *("BY_NAME", "LIMITS", "NUMBERS", "UNSIGNED"),
        *("Limits", "Number", "Pressure", "Tighter", "direction", "values_of"),
    }
    assert all(hasattr(limits, name) for name in limits.__all__)

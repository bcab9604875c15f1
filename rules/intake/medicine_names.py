"""Which ingredients does a medicine hold, by the name it goes by, and does its code agree?"""

import re

from rules.intake.ingredients import BY_RXCUI
from rules.intake.medicines import BRANDS, COMBINATIONS, INGREDIENTS

_BETWEEN = re.compile(r"[/+&,]|\band\b|\bwith\b|(?<=[a-z])-(?=[a-z])")
_STRENGTH = re.compile(
    r"\b\d[\d.,/-]*\s*(mg|mcg|g|ml|iu|units?|%)?\b|"
    r"\b(er|xr|sr|la|cr|dr|xl|odt|hcl|hbr|tablets?|capsules?|patch(es)?|spray|oral|nasal|daily|"
    r"hydrochloride|hydrobromide|sodium|potassium|succinate|tartrate|besylate|maleate|calcium|"
    r"mesylate|oxalate|citrate|sulfate|phosphate|acetate|carbonate|bitartrate)\b"
)


def ingredients_in(name: str) -> tuple[str | None, ...]:
    """Give every ingredient of a medicine by name or brand; None for a part that nobody knows."""
    plain = " ".join(name.lower().split())
    whole = _one(plain)
    if whole:
        return whole
    parts = [_one(part) or (None,) for part in _BETWEEN.split(plain) if part.strip()]
    return tuple(one for part in parts for one in part)


def agrees(name: str, rxcui: str) -> bool:
    """Say whether a code names an ingredient that the name holds too; an unknown code does not."""
    return BY_RXCUI.get(rxcui.strip()) in (set(ingredients_in(name)) - {None})


def _one(name: str) -> tuple[str | None, ...]:
    for words in (name.strip(), " ".join(_STRENGTH.sub(" ", name).split())):
        if words in COMBINATIONS:
            return COMBINATIONS[words]
        ingredient = BRANDS.get(words, words)
        if ingredient in INGREDIENTS:
            return (ingredient,)
    return ()

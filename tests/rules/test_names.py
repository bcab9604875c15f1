"""Which molecule does a text name, how surely, and what says nothing about it?"""

import pytest

from rules.plan.aliases import ORDINARY_WORDS
from rules.plan.names import Evidence, _near, barred_in, named_barred, named_in_story, read
from rules.terms import Molecule
from tests.rules.test_every_alias import KETAMINE_NAMES, MIRROR_NAMES, MORE_NAMES, NAMES

ESKETAMINE, ARKETAMINE = Molecule.ESKETAMINE, Molecule.ARKETAMINE
MIXED = Evidence(ESKETAMINE, "name in mixed letters")
MISSPELT = Evidence(ESKETAMINE, "misspelt name")


# Two slips of the pen in a shorter word make nearly any word of it.
def test_no_name_is_too_short_to_be_looked_for_misspelt() -> None:
    assert min(map(len, (*NAMES, *MORE_NAMES, *MIRROR_NAMES, *KETAMINE_NAMES))) >= 7


@pytest.mark.parametrize(
    ("word", "near"), [("katavqd", True), ("kaqqved", True), ("qqqaved", False)]
)
def test_a_name_is_known_with_two_slips_and_not_with_three(word: str, near: bool) -> None:
    assert (read(word) == (MISSPELT,)) is near


def test_an_ordinary_word_is_no_misspelt_name_and_no_evidence_at_all() -> None:
    assert {_near(word) for word in ORDINARY_WORDS} == {None}


def test_what_was_compared_is_kept_but_not_without_end() -> None:
    assert 0 < _near.cache_parameters()["maxsize"] < 10_000


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("sprav\u0430to", True),
        ("sprav\u0430tq", True),  # one letter may be odd
        ("sprav\u0430qq", False),
        ("qsprav\u0430t", False),  # it has to end as well
        ("qqsprav\u0430to", True),
        ("qqsprav\u0430toqq", True),
        ("sket\u0430mine", True),
        ("skqt\u0430mine", False),  # so near to ketamine none may
        ("skqt\u0430min", False),
        ("eskqt\u0430mine", True),
        ("k\u0435tamine", False),
    ],
)
def test_letters_of_two_scripts_are_compared_one_by_one(text: str, mixed: bool) -> None:
    assert (MIXED in read(text)) is mixed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Spravato", ESKETAMINE),
        ("arketamine", ARKETAMINE),
        ("arketamine and esketamine", ESKETAMINE),
        ("ketamine", None),
        ("", None),
    ],
)
def test_a_barred_molecule_is_named_by_a_text_and_by_a_story(text, found) -> None:
    assert named_barred(text) is found
    assert named_in_story(text) is found


def test_a_lone_s_is_a_sign_on_a_product_and_none_in_a_story() -> None:
    assert named_barred("ketamine (S) made me sick") is ESKETAMINE
    assert named_in_story("ketamine (S) made me sick") is None


@pytest.mark.parametrize("text", ["211 93 65", "RxCUI2119365", "code 2119365x", "RxCUI 2ll9365"])
def test_a_number_is_found_cut_in_pieces_behind_letters_and_misread(text: str) -> None:
    assert Evidence(ESKETAMINE, "code") in barred_in((text,))


@pytest.mark.parametrize("word", ["tablet", "100mg", "nasal", "vial"])
def test_a_word_of_form_or_route_says_nothing_of_the_molecule(word: str) -> None:
    assert read(word) == ()


def test_a_word_that_nobody_knows_is_said_to_be_one() -> None:
    assert read("sertraline") == (Evidence(None, "unknown word"),)

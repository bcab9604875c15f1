"""What does a text say when each disguise is taken off, and nothing more than that?"""

import pytest

from rules.plan.spelling import (
    code_key,
    consonants,
    foreign_key,
    joined,
    letter_sets,
    ndc_11,
    other_readings,
    plain,
    racemic_spelled_out,
    readings,
    sentences,
)


def in_tags(text: str) -> str:
    """Write a text in the signs of Unicode that nobody sees."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (" Spravato\t", "spravato"),
        ("a\x7fb", "a b"),
        ("\u00c9sk\u00e9\u200b", "eske"),
        ("a\u2122b\u2120c", "a b c"),
        ("\uff33\uff50r", "spr"),
    ],
)
def test_a_text_is_read_in_small_latin_letters(text: str, read: str) -> None:
    assert plain(text) == read


@pytest.mark.parametrize(
    ("text", "besides"),
    [
        ("spravato", ()),
        ("a<b", ()),
        ("Sprav<b>a</b>to", ("spravato",)),
        ("%3Cb%3Espra", ("<b>spra", "spra")),
        ("%53prav", ("sprav",)),
        ("&#83;pr", ("spr",)),
        ("%252553", ("s",)),
        ("%25252553", ("%53",)),  # deeper than anybody reads
        ("\\u0053p", ("sp",)),
        ("\\u{53}p", ("sp",)),
        ("\\x5Ap", ("zp",)),
        ("\\U00053p", ("sp",)),
        ("spr!te", ("sprite",)),
        ("spr|te+", ("sprite+", "spritet")[1:]),
        ("a(b", ("acb",)),
        ("+a (b", ()),
        ("x" + in_tags("s ~"), ("xs ~",)),
        ("ab\U000e007fc", ("cba",)),
        ("ab\U000e001fc", ("abc", "c\U000e001fba")),
        ("\u202eotav", ("vato",)),
        ("\u044d\u0441\u043a\u0435\u200b\u0442", ("esket", "\u0442e\u043ac\u044d")),
        ("\u00b1ketamine", ("racemic ketamine", "enimatek\u00b1")),
    ],
)
def test_a_text_may_say_this_besides(text: str, besides: tuple[str, ...]) -> None:
    assert other_readings(text) == besides


def test_a_word_with_foreign_signs_is_compared_by_all_they_may_stand_for() -> None:
    assert letter_sets("ab \u0441\u2020-x") == ((frozenset("cs"), frozenset("+t"), frozenset("x")),)
    assert letter_sets("ab cd") == ()


def test_a_foreign_text_is_compared_by_its_letters_alone() -> None:
    assert foreign_key("\u042d\u0441-\u043a 1") == "\u044d\u0441\u043a"


def test_only_a_foreign_word_is_reduced_to_its_consonants() -> None:
    assert consonants("abc \u0441\u043a\u0435\u0442 eab\u0430") == ("skt", "b")


@pytest.mark.parametrize(
    "signs", ["(RS)-", "(R,S)-", "R/S-", "(+/-)-", "(\u00b1)-", "\u00b1", "D,L-", "dl-", "[R/S] "]
)
def test_a_sign_of_both_mirror_images_is_the_word_racemic(signs: str) -> None:
    assert racemic_spelled_out(plain(f"{signs}ketamine")) == "racemic ketamine"
    assert racemic_spelled_out(f"x{signs.lower()}sertraline") == f"x{signs.lower()}sertraline"


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("ketamine", ("ketamine",)),
        ("50", ("50",)),
        ("e5k3", ("e5k3", "eske", "eske")),
        ("01345780z", ("01345780z", "oleastboz", "oieastboz")),
    ],
)
def test_digits_among_letters_are_read_as_letters(word: str, read: tuple[str, ...]) -> None:
    assert readings(word) == read


@pytest.mark.parametrize(
    ("parts", "runs"),
    [
        (("a", "b", "c"), {"ab", "bc", "abc"}),
        (("a" * 8, "b" * 8), {"a" * 8 + "b" * 8}),
        (("a" * 8, "b" * 9), set()),
        (("5", "p"), {"5p", "sp"}),  # the 5 hides an s
        (("5", "pr"), set()),  # the 5 counts
        (("a", "5"), {"a5", "as"}),
        (("a",), set()),
    ],
)
def test_neighbouring_words_are_read_as_one(parts: tuple[str, ...], runs: set[str]) -> None:
    assert joined(parts) == runs


def test_a_text_is_cut_into_sentences_but_not_at_a_decimal_point() -> None:
    assert sentences("One two. Three!Four?! Five; 2.5 mg.") == (
        *(("one", "two"), ("three", "four"), ("five",), ("2", "5", "mg"), ()),
    )


def test_a_line_is_given_by_itself_beside_the_sentence_it_may_belong_to() -> None:
    assert sentences("One\ntwo\n\nThree") == (("one", "two"), ("three",), ("one",), ("two",))


def test_a_code_is_compared_without_signs_and_with_letters_as_digits() -> None:
    assert code_key(" 5OL-fg %30 lisz b") == "501fg011528"


@pytest.mark.parametrize(
    ("ndc", "forms"),
    [
        ("1234-5678-90", ("01234567890",)),
        ("12345-678-90", ("12345067890",)),
        ("12345-6789-0", ("12345678900",)),
        ("12345-6789-01", ("12345678901",)),
        ("012345-6789-01", ("12345678901",)),
        ("123456-7890-12", ("123456789012",)),
        ("012345678901", ("12345678901",)),
        ("123456789012", ("123456789012",)),
        ("1234567890", ("01234567890", "12345067890", "12345678900")),
        ("12345678901", ("12345678901",)),
        ("1234567890123", ()),
        ("1-2-3", ()),
    ],
)
def test_a_drug_code_of_any_format_has_eleven_digits(ndc: str, forms: tuple[str, ...]) -> None:
    assert ndc_11(ndc) == forms

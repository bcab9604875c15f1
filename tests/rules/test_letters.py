"""Which Latin letter is each sign read as, and which letters may it stand for?"""

import pytest

from rules.plan.letters import by_look, candidates, is_seen, letter


@pytest.mark.parametrize(
    ("signs", "read"),
    [
        ("aA@\u0430\u0251\u1d00", "a"),
        ("e\u20ac\u0435", "e"),
        ("i\u0438\u0456", "i"),
        ("n\u043f\u03b7", "n"),
        ("o\u00f8\u043e\u03c3", "o"),
        ("r\u0433\u13d2\u0280", "r"),
        ("s$\u0455\u0405\u02e2\u24e2\U0001f162\U0001f1f8", "s"),
        ("t\u2020\u0422", "t"),
        ("v\u028c\u03bd", "v"),
        ("3\u0663", "3"),
        ("-\u2212\u2013\u2010", "-"),
        ("'\u2018\u2019\u02bc\u00b4`\u115f\u1160\u3164\uffa0\u2800", ""),
        (" \t\x7f\x85\u00a0\u2003\u2028\u2029", " "),
        ("\u2122\u2120\u00ae\u00a9", " "),
    ],
)
def test_a_sign_is_read_as_one_letter(signs: str, read: str) -> None:
    assert {sign: letter(sign) for sign in signs} == dict.fromkeys(signs, read)


# Letters that look like no Latin one, two letters in one sign, a sound that is no letter.
@pytest.mark.parametrize("sign", "\u044d\u0432\u827e\u00df\u00e6\ua733\u0294\u2192")
def test_what_looks_like_no_letter_stays_itself(sign: str) -> None:
    assert letter(sign) == sign
    assert by_look(sign) == ()


# A raised s imitates a small capital that imitates the letter; a third step would go too far.
def test_a_look_goes_over_two_steps_and_not_over_three() -> None:
    assert by_look("\u0430") == ("a",)
    assert by_look("\u02e2") == ("s",)
    assert by_look("\u2503") == ()


# By how it is read alone, by its look and by its sound.
@pytest.mark.parametrize(
    ("sign", "letters"),
    [
        ("\u043f", "np"),
        ("\u0440", "pr"),
        ("\u03bd", "vn"),
        ("\u028c", "va"),
        ("\u0660", "0o"),  # an Arabic zero, by what its digit stands for
        ("\u06f7", "7tv"),  # a Persian seven, by its look
        ("1", "1il"),
        ("3", "3e"),
        ("4", "4a"),
        ("5", "5s"),
        ("7", "7t"),
        ("8", "8b"),
        ("!", "!il"),
        ("|", "|il"),
        ("+", "+t"),
    ],
)
def test_a_sign_may_stand_for_each_of_these(sign: str, letters: str) -> None:
    assert candidates(sign) == set(letters)


# A sign is looked up once; whoever sends every sign there is fills no memory.
@pytest.mark.parametrize("table", [letter, by_look, candidates])
def test_what_was_looked_up_is_kept_but_not_without_end(table) -> None:
    assert 0 < table.cache_parameters()["maxsize"] < 10_000


def test_marks_and_directions_leave_nothing_on_the_paper() -> None:
    assert not any(map(is_seen, "\u0301\u20dd\u200b\u00ad\u202e"))
    assert all(map(is_seen, "a\u0430 -"))

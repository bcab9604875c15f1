"""Does every reason code say who can put it right?"""

from collections import Counter

import pytest

from rules.gates import RULES
from rules.remedies import _CODES, WHO, Helper, who_puts_right

CODES = sorted({rule.code for rule in RULES})


# A stop without a way on is a dead end for the person who reads it.
def test_every_code_has_one_helper() -> None:
    named = Counter(code for codes in _CODES.values() for code in codes.split())
    assert set(CODES) - set(named) == set(), "say in rules/remedies.py who puts it right"
    assert [code for code, times in named.items() if times > 1] == []


@pytest.mark.parametrize("code", CODES)
def test_what_nobody_knows_is_answered_by_somebody(code: str) -> None:
    assert who_puts_right(code, unknown=True) is not Helper.NOBODY
    assert who_puts_right(code, unknown=False) is WHO[code]


@pytest.mark.parametrize(
    ("code", "unknown", "helper"),
    [
        ("stroke_history", False, "nobody"),
        ("stroke_history", True, "patient"),
        ("esketamine_home_prohibited", False, "nobody"),
        ("esketamine_home_prohibited", True, "prescriber"),
        ("enantiomer_not_allowed", True, "prescriber"),
        ("esketamine_contraindicated", True, "site_staff"),
        ("sitter_not_present", False, "sitter"),
        ("sitter_not_present", True, "sitter"),
        ("oncall_unavailable", False, "house"),
        ("bp_elevated_review", False, "prescriber"),
        ("fasting_food", False, "patient"),
    ],
)
def test_the_helper_is_whoever_can_act(code: str, unknown: bool, helper: str) -> None:
    assert who_puts_right(code, unknown=unknown) == helper


def test_a_code_that_nobody_knows_has_no_helper() -> None:
    with pytest.raises(KeyError):
        who_puts_right("no_such_code", unknown=True)

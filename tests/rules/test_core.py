"""Does a finding say what it saw, in the numbers of the sheet that was in force?"""

import pytest

from rules.core import Check, Finding, Point, rule
from rules.limits import LIMITS
from rules.terms import Force

TEXTS = ("says", "clinician", "remedy")
TIGHTER = LIMITS.tightened(adult_years=21)


def a_finding(limits=LIMITS) -> Finding:
    """Give one finding whose texts name a number."""
    told = {name: f"{name}: from {{adult_years}} on" for name in TEXTS}
    made = rule("a", Force.HARD, at=Point.DOSE, cite="-", **told)(lambda _facts: Check(False))
    return Finding(made, Check(False), overridden=False, limits=limits)


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_tells_the_numbers_of_its_own_sheet(name):
    assert getattr(a_finding(), name) == f"{name}: from 18 years on"
    assert getattr(a_finding(TIGHTER), name) == f"{name}: from 21 years on"


def test_the_same_finding_under_another_sheet_is_the_same_finding():
    """What was seen is compared, in replays too; the whole sheet stands beside the decision."""
    one, other = a_finding(), a_finding()
    under_another = Finding(one.rule, one.check, overridden=False, limits=TIGHTER)
    assert under_another == one
    assert under_another != other  # it is another rule
    assert "limits" not in repr(one)

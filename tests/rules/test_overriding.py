"""Does a second clinician sign where one is not enough?"""

import pytest

from rules.limits import LIMITS
from rules.plan.overriding import another_has_to, cosigned_by_director, needs_cosigner

TRIO = ("age_65_plus", "cardiac_history", "hypertension_controlled")


@pytest.mark.parametrize("code", TRIO)
def test_age_heart_and_pressure_together_need_two_for_each(code: str) -> None:
    assert needs_cosigner(code, TRIO)
    assert needs_cosigner(code, (*TRIO, "liver_disease"))


@pytest.mark.parametrize("left_out", TRIO)
def test_two_of_the_three_need_one(left_out: str) -> None:
    there = tuple(code for code in TRIO if code != left_out)
    assert not any(needs_cosigner(code, there) for code in there)
    assert not needs_cosigner("liver_disease", TRIO)


def test_a_serious_reaction_before_needs_the_medical_director() -> None:
    code = "prior_serious_ketamine_reaction"
    assert needs_cosigner(code, (code,))
    assert cosigned_by_director(code)
    assert not any(cosigned_by_director(other) for other in (*TRIO, "liver_disease"))


@pytest.mark.parametrize(("mine", "another"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_third_finding_is_another_clinicians_to_sign(mine: int, another: bool) -> None:
    assert another_has_to(mine) is another


def test_a_tighter_sheet_asks_for_another_sooner() -> None:
    assert another_has_to(1, LIMITS.tightened(overrides_by_one_clinician_max=1))

"""Is every open point held by something that exists?"""

from dataclasses import fields

import pytest

from rules.gates import RULES
from rules.limits import Limits
from rules.open_points import OPEN_POINTS

CODES = {rule.code for rule in RULES}
NUMBERS = {known.name for known in fields(Limits)}
NOT_A_RULE = {"U11"}  # how the house is built, not what it decides


@pytest.mark.parametrize("point", OPEN_POINTS, ids=lambda point: point.id)
def test_a_default_is_carried_by_a_code_or_a_number(point) -> None:
    assert set(point.codes) <= CODES
    assert set(point.numbers) <= NUMBERS
    assert point.codes or point.numbers or point.id in NOT_A_RULE


def test_the_points_are_those_of_the_source_in_its_order() -> None:
    assert [point.id for point in OPEN_POINTS] == [f"U{n}" for n in range(1, 14)]

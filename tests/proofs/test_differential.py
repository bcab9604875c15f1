"""Do the rules say what a second reading of the document says?

Short here; the long form is `python -m tests.proofs.differential --cases 1000000 --processes 2`.
"""

from collections import Counter
from dataclasses import replace

import pytest

from rules.core import Point
from rules.gates import RULES
from tests.proofs import differential
from tests.proofs.differential import compare, never_seen, told_about
from tests.proofs.moments import MOMENTS
from tests.proofs.numbers import unnoticed
from tests.proofs.oracle import judge, outcome
from tests.proofs.oracle.registry import ADVISORY, ASKED, HARD, LETTERS, SOFT
from tests.proofs.random_facts import LOOKED_AT, bases, build, cases
from tests.proofs.together import IN_OFFICE

FORCE = (
    dict.fromkeys(HARD, "hard") | dict.fromkeys(SOFT, "soft") | dict.fromkeys(ADVISORY, "advisory")
)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_rules_and_oracle_say_the_same_of_random_patients(seed: int) -> None:
    found = compare(5_000, seed)
    assert not found, "\n".join(str(differential.shrink(one)) for one in found[:5])


def test_every_code_of_the_rules_has_a_second_reading_and_the_same_force() -> None:
    told_about()
    assert {rule.code: rule.force.value for rule in RULES} == FORCE


def test_every_code_is_asked_at_the_moments_of_the_document() -> None:
    asked: dict[str, set[str]] = {}
    for rule in RULES:
        here = {LETTERS[point.name] for point in Point if point in rule.at}
        asked[rule.code] = asked.get(rule.code, set()) | here
    assert asked == {code: set(letters) for code, letters in ASKED.items()}


@pytest.mark.parametrize("point", LOOKED_AT)
def test_the_clear_case_is_clear_on_both_sides(point: str) -> None:
    office = IN_OFFICE if point.startswith("OFFICE") else ()
    for place in range(len(MOMENTS)):
        for earlier in (0, 1, 2, 3, 5):
            facts = build((place, earlier), office, frozenset())
            assert outcome(judge(point, facts), frozenset()) == "clear"
            assert differential.rules_on(point, facts) == ({}, "clear")


def test_chance_reaches_nearly_every_code() -> None:
    count: Counter[str] = Counter()
    compare(5_000, 11, count)
    assert len(never_seen(count, at_least=1)) < 40


def test_a_number_that_is_one_step_off_is_noticed() -> None:
    watched = frozenset({"adult_years", "food_wait"})
    assert unnoticed(60_000, 22, watched) == []  # it ends with the case that shows the last one


def test_a_code_that_nobody_told_the_oracle_about_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger = replace(RULES[0], code="something_new")
    monkeypatch.setattr(differential, "RULES", (*RULES, stranger))
    with pytest.raises(AssertionError, match="not been told about something_new"):
        told_about()


def test_the_same_seed_gives_the_same_cases() -> None:
    first, again = list(cases(200, 31)), list(cases(200, 31))
    assert [(one.point, one.changes) for one in first] == [
        (one.point, one.changes) for one in again
    ]
    assert bases(0, 0)[1]["person"].local_date == MOMENTS[0].today

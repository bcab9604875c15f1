"""Does tightening a number ever let somebody through? Over every row of every table."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.core import Point
from rules.facts import Facts
from rules.gates import evaluate
from rules.limits import LIMITS, NUMBERS, Limits, Number, Pressure
from rules.terms import Outcome
from tests.rules.facts_factory import but, clear_facts
from tests.rules.rows import Row
from tests.rules.tables import all_rows
from tests.rules.tightened import MOVABLE, sheets, values

SITUATIONS = all_rows()


def asked(row: Row) -> tuple[Point, Facts]:
    """Give the moment and the facts of a row."""
    point = row.point or next(iter(row.rule().at))
    return point, but(clear_facts(point), **row.change)


FOUND = [(row.rule(), asked(row)[1]) for row in SITUATIONS]
MOMENTS = sorted({asked(row)[0] for row in SITUATIONS}, key=lambda point: point.value)


def alone() -> Iterator[tuple[str, Limits]]:
    """Give every sheet that moves one number as far as it goes."""
    for number in MOVABLE:
        furthest = [number.about.tightest]
        if isinstance(number.loosest, Pressure):
            top, bottom = number.loosest, number.about.tightest
            furthest += [
                Pressure(top.systolic_mmhg, bottom.diastolic_mmhg),
                Pressure(bottom.systolic_mmhg, top.diastolic_mmhg),
            ]
        for value in furthest:
            yield number.name, LIMITS.tightened(**{number.name: value})


@given(row=st.sampled_from(SITUATIONS), sheet=sheets())
@settings(max_examples=150, deadline=None)
def test_tightening_releases_nobody(row: Row, sheet: dict[str, Any]) -> None:
    point, facts = asked(row)
    before = evaluate(point, facts)
    after = evaluate(point, replace(facts, limits=LIMITS.tightened(**sheet)))

    better = {
        found.rule.code
        for found in before.findings
        for now in after.findings
        if now.rule.code == found.rule.code and now.check.met and not found.check.met
    }
    assert better == set()
    assert before.outcome is Outcome.CLEAR or after.outcome is not Outcome.CLEAR


# What nobody knows may become a plain no, which a prescriber can weigh; nothing becomes a yes.
# One number alone, and each half of a pressure alone: together they hide one another.
def test_no_number_alone_meets_a_rule_that_was_not_met() -> None:
    better = []
    for name, sheet in alone():
        for rule, facts in FOUND:
            now = rule.find(replace(facts, limits=sheet)).check.met
            if now is True and rule.find(facts).check.met is not True:
                better.append((name, rule.code))
    assert better == []


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda point: str(point.name))
def test_the_tightest_sheet_releases_nobody(moment: Point) -> None:
    tightest = {number.name: number.about.tightest for number in MOVABLE}
    sheet = LIMITS.tightened(**tightest)
    here = [row for row in SITUATIONS if asked(row)[0] is moment]
    released = [
        (row.code, row.change)
        for row in here
        if evaluate(*asked(row)).outcome is not Outcome.CLEAR
        and evaluate(moment, replace(asked(row)[1], limits=sheet)).outcome is Outcome.CLEAR
    ]
    assert released == []


@given(st.sampled_from(MOVABLE).flatmap(lambda n: st.tuples(st.just(n), values(n))))
def test_what_is_written_is_read_again(drawn: tuple[Number, Any]) -> None:
    number, value = drawn
    assert number.read(number.write(value)) == value
    assert number.why_not(value) is None


def test_every_number_that_may_move_is_drawn() -> None:
    assert {number.name for number in MOVABLE} | {n.name for n in NUMBERS if n.way is None} == {
        number.name for number in NUMBERS
    }

"""Does an override live as long as its input stands, whatever the clock says meanwhile?

An override ends when what its finding saw changes. So a soft rule has to say what it saw, such as
a date, and never how long ago that is: else every override would end at midnight.
"""

from datetime import timedelta

import pytest

from rules.core import Point, Rule
from rules.facts import Facts
from rules.gates import RULES
from rules.terms import Force
from tests.proofs.random_facts import cases
from tests.rules.facts_factory import but, clear_facts
from tests.rules.tables import all_rows
from workflows.platform.gatekeeping import finding_hash
from workflows.platform.waiting import Waiting

SOFT_ROWS = [row for row in all_rows() if row.rule().force is Force.SOFT]
HOUR = timedelta(hours=1)


def changed_by_time_alone(rule: Rule, facts: Facts, later: Facts) -> bool:
    """Say whether the finding looks another one later, though it finds the same."""
    before, after = rule.find(facts), rule.find(later)
    return before.check.met is after.check.met and finding_hash(before) != finding_hash(after)


@pytest.mark.parametrize("wait", [HOUR, timedelta(days=1), timedelta(days=7)], ids=str)
def test_no_soft_finding_changes_by_waiting(wait: timedelta) -> None:
    moved = set()
    for row in SOFT_ROWS:
        for point in [row.point] if row.point else row.rule().at:
            facts = but(clear_facts(point), **row.change)
            if changed_by_time_alone(row.rule(), facts, Waiting(point, facts).later(wait)):
                moved.add(row.code)
    assert moved == set()


@pytest.mark.parametrize("seed", range(4))
def test_an_hour_changes_no_soft_finding_of_anybody(seed: int) -> None:
    moved = set()
    for case in cases(150, seed):
        point = Point[case.point] if isinstance(case.point, str) else case.point
        later = Waiting(point, case.facts).later(HOUR)
        asked = (rule for rule in RULES if rule.force is Force.SOFT and point & rule.at)
        moved |= {rule.code for rule in asked if changed_by_time_alone(rule, case.facts, later)}
    assert moved == set()


def test_a_birthday_ends_no_override() -> None:
    facts = clear_facts(Point.CHECK_IN)
    today = facts.person.local_date
    assert today is not None
    (rule,) = (rule for rule in RULES if rule.code == "age_65_plus")
    facts = but(facts, person__born_on=today.replace(year=today.year - 70))
    eve = but(facts, person__local_date=today - timedelta(days=1))
    assert rule.find(eve).check.met is False
    assert not changed_by_time_alone(rule, eve, facts)

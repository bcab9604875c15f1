"""Is every reason code tested as met, as not met and as unknown, and does it have one force?"""

from collections import defaultdict
from functools import cache

import pytest

from rules.dose.emergencies import TEXTS
from rules.gates import RULES
from rules.terms import Force
from tests.rules.asking import ask
from tests.rules.facts_factory import clear_facts
from tests.rules.tables import all_rows

CODES = sorted({rule.code for rule in RULES})


@cache
def seen() -> dict[str, set[bool | None]]:
    """Run every row of every table and collect what its rule found."""
    found: dict[str, set[bool | None]] = defaultdict(set)
    for row in all_rows():
        found[row.code].add(ask(row).check.met)
    return found


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_seen_not_met_and_unknown(code: str) -> None:
    assert {False, None} <= seen()[code]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_code_is_met_for_the_clear_patient(rule) -> None:
    notices = {"in_person_visit_absent"}
    for moment in rule.at:
        met = rule.find(clear_facts(moment)).check.met
        assert met is True or rule.code in notices


def test_one_code_has_one_force() -> None:
    force: dict[str, Force] = {}
    assert [
        rule.code for rule in RULES if force.setdefault(rule.code, rule.force) != rule.force
    ] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_is_wrong_and_what_to_do(rule) -> None:
    assert rule.says[0].isupper()
    assert rule.remedy[0].isupper()
    assert all(words.endswith(".") for words in (rule.says, rule.clinician, rule.remedy))
    assert rule.cite


def test_no_rule_refuses_under_the_code_of_an_escalation() -> None:
    facts = {code for code in TEXTS["en"] if code not in {"suicide_risk_high", "pregnancy"}}
    assert facts.isdisjoint(CODES)

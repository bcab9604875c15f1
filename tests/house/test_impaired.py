"""Does every act that a patient may do say whether it waits while a dose may act on them?"""

import ast

from rules.access import impaired, policy
from rules.terms import Role
from tests.house.source import declared, files
from tests.house.test_declared import promises

INSISTS = "workflows.platform.impaired.refuse_about"


def acts_of_patients() -> dict[str, str]:
    """Give the name in the trail of each act that changes something, and its kind."""
    return {
        act.audit: act.kind
        for operation, _, acts in promises()
        if Role.PATIENT in (line := policy.line_of(operation)).who or line.everybody
        for act in acts
        if act.kind != "reading"
    }


# At two in the morning she agreed to another course, and knew nothing of it at breakfast.
def test_every_act_of_a_patient_waits_or_says_why_not() -> None:
    table = impaired.WAITS.keys() | impaired.PASSES.keys()
    missing = [
        f'{name}: add "{name}" to WAITS or to PASSES in rules/access/impaired.py, with the reason'
        for name in sorted(set(acts_of_patients()) - table)
    ]
    assert missing == []
    assert sorted(table - set(acts_of_patients())) == []
    assert impaired.WAITS.keys() & impaired.PASSES.keys() == set()


# Commands can be refused, facts cannot; and nobody waits to be let out, or to be let in.
def test_no_fact_waits() -> None:
    facts = {name for name, kind in acts_of_patients().items() if kind == "record"}
    assert facts - set(impaired.PASSES) == set()


def test_what_is_decided_about_them_waits_for_whoever_asks() -> None:
    bodies = {
        f"{file.module}.{name}": {called for called, _ in file.calls(ast.Module(node.body, []))}
        for file in files("workflows")
        for name, node in file.functions.items()
    }
    insisting = {act.audit for act in declared().values() if INSISTS in bodies[act.name]}
    assert insisting == set(impaired.ABOUT_THEM)


def test_every_reason_is_given() -> None:
    tables = (impaired.WAITS, impaired.ABOUT_THEM, impaired.PASSES)
    assert all(reason.strip() for table in tables for reason in table.values())

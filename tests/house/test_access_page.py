"""Is docs/security/access.md what rules/access says?

The matrix takes what it expects from the policy itself, so it cannot see that a line became wider.
This page can: it is kept, and whoever changes a line changes the page in the same review.
"""

from dataclasses import replace

import pytest

from rules.access import fields, policy
from rules.access.words import Relation
from rules.terms import Role
from tests.rules import access_page
from tests.rules.access_page import FILE, meanings, page


@pytest.mark.api_top_ten("API3.page")
@pytest.mark.asvs("8.1.1", "8.1.2")
def test_the_page_is_what_the_policy_says() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), (
        "stale: read what becomes wider, then run `make access-page`"
    )


def test_every_relation_says_what_it_means() -> None:
    assert set(meanings()) - {"hidden", "narrowed"} == set(Relation)


def test_every_operation_and_every_hidden_field_is_on_the_page() -> None:
    text = page()
    hidden = frozenset[str]().union(*fields.HIDDEN_FIELDS.values())
    named = (*policy.BY_OPERATION, *policy.EMERGENCY_READS, *hidden)
    assert [name for name in named if f"`{name}`" not in text] == []
    assert [line.operation for room in access_page.ROOMS for line in room.LINES] == [
        line.operation for line in policy.LINES
    ]


# A sitter who may read the plan: one relation more in one line, and no other test of ours red.
def test_one_relation_more_is_seen_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    before = page()
    plan = access_page.ROOMS[2]
    wider = [
        replace(line, who={**line.who, Role.SITTER: frozenset({Relation.SITS})})
        if line.operation == "read_plan"
        else line
        for line in plan.LINES
    ]
    monkeypatch.setattr(plan, "LINES", tuple(wider))
    added = set(page().splitlines()) - set(before.splitlines())
    assert ["sitter: sits" in line for line in added] == [True]


def test_one_field_more_is_seen_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {**fields.HIDDEN_FIELDS, Role.COACH: frozenset()}
    before = page()
    monkeypatch.setattr(fields, "HIDDEN_FIELDS", shown)
    assert page() != before

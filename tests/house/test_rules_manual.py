"""Is docs/clinical-rules.md what rules/ says?"""

from dataclasses import fields

import pytest

from rules.gates import RULES
from rules.limits import UNSIGNED, Limits
from tests.rules.manual import FILE, manual


@pytest.mark.asvs("2.1.2")
def test_the_manual_is_what_the_rules_say() -> None:
    assert FILE.read_text(encoding="utf-8") == manual(), "stale: run `make rules-manual`"


def test_every_code_is_in_the_manual() -> None:
    text = manual()
    assert [rule.code for rule in RULES if f"`{rule.code}`" not in text] == []


def test_every_number_is_in_the_manual_and_most_wait_for_a_signature() -> None:
    text = manual()
    assert [known.name for known in fields(Limits) if f"| `{known.name}` |" not in text] == []
    assert {"bp_stop_from", "vitals_life", "dose_interval", "monitoring"} <= UNSIGNED
    assert UNSIGNED.isdisjoint({"refills_max", "monitoring_form_days", "bp_review_above"})
    assert text.count("| (P) |") == len(UNSIGNED)

"""Does a row say what its rule finds? Asked through the gate, as if this were its only rule."""

from unittest import mock

from rules import gates
from tests.rules.asking import _LATEST_FIRST
from tests.rules.facts_factory import but, clear_facts
from tests.rules.rows import Row


def differs(row: Row) -> bool:
    """Say whether the rule finds something else than the row says."""
    rule = row.rule()
    moment = row.point or next(point for point in _LATEST_FIRST if point & rule.at)
    facts = but(clear_facts(moment), **row.change)
    with mock.patch.object(gates, "RULES", (rule,)):
        (found,) = gates.evaluate(moment, facts).findings
    return found.check.met is not row.met

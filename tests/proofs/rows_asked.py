"""Does a row say what its rule finds? Asked as the gate asks, about the one rule alone."""

from rules.gates import _LOOKING_AHEAD, _as_of_now
from tests.rules.asking import _LATEST_FIRST
from tests.rules.facts_factory import but, clear_facts
from tests.rules.rows import Row


def differs(row: Row) -> bool:
    """Say whether the rule finds something else than the row says."""
    rule = row.rule()
    moment = row.point or next(point for point in _LATEST_FIRST if point & rule.at)
    facts = but(clear_facts(moment), **row.change)
    seen = facts if moment & _LOOKING_AHEAD else _as_of_now(facts)
    return rule.find(seen).check.met is not row.met

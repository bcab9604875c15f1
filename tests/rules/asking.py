"""How is the whole gate asked about one changed fact?"""

from rules.core import Decision, Finding, Point
from rules.gates import evaluate
from tests.rules.facts_factory import but, clear_facts
from tests.rules.rows import Row

_LATEST_FIRST = (
    Point.DOSE,
    Point.OFFICE_DISCHARGE,
    Point.OFFICE_START,
    Point.CHECK_IN,
    Point.ORDER,
    Point.APPROVAL,
    Point.SCHEDULE,
    Point.OFFICE_SCHEDULE,
)


def decide(row: Row) -> Decision:
    """Decide about the clear patient with the one changed fact, at the last moment asked."""
    moment = row.point or next(point for point in _LATEST_FIRST if point & row.rule().at)
    return evaluate(moment, but(clear_facts(moment), **row.change))


def ask(row: Row) -> Finding:
    """Give the finding of this row's rule from the whole decision."""
    return next(finding for finding in decide(row).findings if finding.rule.code == row.code)

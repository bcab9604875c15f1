"""What would the gates say today about facts that were judged before?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules import gates
from rules.core import Decision, Point
from rules.limits import Limits
from workflows.platform import gatekeeping


def rejudged(point: str, facts: Mapping[str, Any], limits: Limits | None = None) -> Decision:
    """Judge kept facts once more, at the point they were judged, under the limits kept or these.

    Only the limits change: the moment, the answers and what a prescriber let pass stay as kept,
    and what the law of a state had tightened stays as tight.
    """
    seen = gatekeeping.read_facts(dict(facts))
    if limits is not None:
        by_law = min(seen.limits.pdmp_life, limits.pdmp_life)
        seen = replace(seen, limits=replace(limits, pdmp_life=by_law))
    return gates.evaluate(Point[point.upper()], seen)

"""What does one rule set say about kept facts, in the words in which answers are compared?

Imported, it asks the rules of this checkout. Run as a program by `workflows.platform.replaying`, in
an interpreter of its own that sees the rules of an archive and nothing else of the house, it reads
one question a line and writes one answer a line. So it knows the standard library, msgspec and
`rules`, and of those only what every rule set has.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from rules import gates
from rules.core import Finding, Point
from rules.facts import Facts

COMPARED = ("force", "outcome", "unknown", "overridden", "observed", "limit")
NOT_READABLE = "facts not readable"
_NOT_JUDGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def verdict(point: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Judge kept facts with the rules at hand; what cannot be judged is said and not raised."""
    try:
        seen = msgspec.convert(facts, Facts)
        decision = gates.evaluate(Point[point.upper()], seen)
    except _NOT_JUDGED as reason:
        return {"error": NOT_READABLE, "kind": type(reason).__name__}
    return {
        "ruleset": decision.ruleset,
        "outcome": decision.outcome.value,
        "suitability": gates.suitability(decision).value,
        "codes": list(decision.codes),
        "findings": [_compared(finding) for finding in decision.raised],
    }


def answer(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer every question that comes in, one a line, until there is none."""
    for line in asked:
        question = json.loads(line)
        told.write(json.dumps(verdict(question["point"], question["facts"])).encode() + b"\n")
        told.flush()


def _compared(finding: Finding) -> dict[str, Any]:
    check = finding.check
    return {
        "code": finding.rule.code,
        "force": finding.rule.force.value,
        "outcome": finding.outcome.value,
        "unknown": check.met is None,
        "overridden": finding.overridden,
        "observed": check.observed,
        "limit": check.limit,
    }


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer)

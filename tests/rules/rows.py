"""How is a table of rules written? One clear patient, one changed fact a row."""

from dataclasses import dataclass
from typing import Any

import pytest

from rules.core import Check, Point, Rule
from rules.gates import RULES
from tests.rules.facts_factory import CONDITIONS, but, clear_facts


@dataclass(frozen=True)
class Row:
    """One changed fact, and what the rule with this code then finds."""

    code: str
    met: bool | None
    change: dict[str, Any]
    point: Point | None = None

    def rule(self) -> Rule:
        """Find the rule of this row, at the moment of the row if it names one."""
        found = (one for one in RULES if one.code == self.code and self._is_asked(one))
        return next(found)

    def check(self) -> Check:
        """Ask the rule about the clear patient with the one changed fact."""
        rule = self.rule()
        moment = self.point or next(iter(rule.at))
        return rule.find(but(clear_facts(moment), **self.change)).check

    def _is_asked(self, rule: Rule) -> bool:
        return self.point is None or bool(rule.at & self.point)


def met(code: str, **change: Any) -> Row:
    """Say that the rule is met although this fact changed."""
    return Row(code, True, change)


def not_met(code: str, **change: Any) -> Row:
    """Say that the rule is not met."""
    return Row(code, False, change)


def unknown(code: str, **change: Any) -> Row:
    """Say that nobody knows."""
    return Row(code, None, change)


def conditions(**answers: bool | None) -> dict[str, bool | None]:
    """Give the answers of an intake where everything else was denied."""
    return {**dict.fromkeys(CONDITIONS, False), **answers}


def params(rows: tuple[Row, ...]) -> list[Any]:
    """Turn a table into parameters with a readable name each."""
    words = {True: "met", False: "not-met", None: "unknown"}
    return [
        pytest.param(row, id=f"{row.code}-{words[row.met]}-{'-'.join(row.change)}") for row in rows
    ]

"""Whom would a draft sheet have stopped, and whom released? Past decisions, judged again.

Each kept decision is judged twice with the rules of today: with the limits it was made with, and
with those of the draft. So what differs is the draft's doing alone. It is read page by page, and
nothing is changed. What was worked out before the gate was asked stays as it was then: which
readings counted, or whether a review was due.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, tuple_

from models.oversight.parameters import ParameterSheet
from models.platform.decisions import GateDecision
from rules import gates
from rules.core import Decision, Point
from rules.facts import Facts
from rules.limits import LIMITS, Limits, values_of
from rules.permissions import Permission
from rules.terms import Outcome
from workflows.oversight import parameter_sheets
from workflows.platform import gatekeeping
from workflows.platform.work import Work, reading

AT_ONCE = 200
NAMED_OF_EACH = 100


@dataclass(slots=True)
class ByCode:
    """How many decisions one code would change, and which, as far as a page can hold."""

    code: str
    count: int = 0
    decision_ids: list[UUID] = field(default_factory=list)

    def add(self, decision_id: UUID) -> None:
        """Count one more."""
        self.count += 1
        if len(self.decision_ids) < NAMED_OF_EACH:
            self.decision_ids.append(decision_id)


class Codes(defaultdict[str, ByCode]):
    """Every code with its decisions."""

    def __missing__(self, code: str) -> ByCode:
        """Begin with none."""
        self[code] = ByCode(code)
        return self[code]


@dataclass(slots=True)
class Rehearsal:
    """What a draft would have changed."""

    days: int
    looked_at: int = 0
    stopped: int = 0
    released: int = 0
    unchanged: int = 0
    unreadable: int = 0
    stopped_by: Codes = field(default_factory=Codes)
    released_from: Codes = field(default_factory=Codes)


@reading(permit=Permission.DRAFT_PARAMETERS, audit="parameter_sheet.rehearsed")
def rehearse(work: Work, sheet_id: UUID, days: int) -> Rehearsal:
    """Judge the decisions of the last days again, as if this sheet had been in force."""
    drafted = _limits(parameter_sheets.may_rehearse(work, sheet_id).changes)
    found, sheets = Rehearsal(days), _sheets(work)
    for decision_id, point, sheet, plain in _kept(work, days):
        found.looked_at += 1
        try:
            facts = gatekeeping.read_facts(plain)
            moment = Point[point.upper()]
        except (msgspec.ValidationError, KeyError):
            found.unreadable += 1
            continue
        limits = _with_the_state(drafted, facts, sheets.get(sheet, LIMITS))
        _compare(found, decision_id, moment, facts, limits)
    return found


def _compare(
    found: Rehearsal, decision_id: UUID, moment: Point, facts: Facts, limits: Limits
) -> None:
    then = gates.evaluate(moment, facts)
    now = gates.evaluate(moment, _still_passed(moment, replace(facts, limits=limits), then))
    if now.outcome.rank > then.outcome.rank:
        found.stopped += 1
        _note(found.stopped_by, now, then, decision_id)
    elif now.outcome.rank < then.outcome.rank:
        found.released += 1
        _note(found.released_from, then, now, decision_id)
    else:
        found.unchanged += 1


def _note(codes: Codes, worse: Decision, better: Decision, decision_id: UUID) -> None:
    """Name the codes that make the difference."""
    spared = {f.rule.code for f in better.findings if f.outcome is worse.outcome}
    for finding in worse.findings:
        if finding.outcome is not Outcome.CLEAR and finding.rule.code not in spared:
            codes[finding.rule.code].add(decision_id)


def _still_passed(moment: Point, facts: Facts, then: Decision) -> Facts:
    """An override dies when its finding changes, and a limit is part of what a finding says."""
    if not facts.overridden:
        return facts
    before = {f.rule.code: gatekeeping.finding_hash(f) for f in then.findings}
    after = {
        f.rule.code: gatekeeping.finding_hash(f) for f in gates.evaluate(moment, facts).findings
    }
    alive = {code for code in facts.overridden if before.get(code) == after.get(code)}
    return replace(facts, overridden=frozenset(alive))


def _with_the_state(drafted: Limits, facts: Facts, sheet: Limits) -> Limits:
    """What a state asked for on top of the sheet of that day, it would still ask for."""
    asked = facts.limits.pdmp_life
    return drafted.and_also(pdmp_life=asked) if asked < sheet.pdmp_life else drafted


def _kept(work: Work, days: int) -> Iterator[tuple[UUID, str, int | None, dict[str, Any]]]:
    columns = (GateDecision.id, GateDecision.point, GateDecision.sheet, GateDecision.facts)
    place = tuple_(GateDecision.decided_at, GateDecision.id)
    query = (
        select(*columns, GateDecision.decided_at)
        .where(GateDecision.decided_at >= work.now - timedelta(days=days))
        .order_by(GateDecision.decided_at, GateDecision.id)
        .limit(AT_ONCE)
    )
    page = work.session.execute(query).all()
    while page:
        for row in page:
            yield row[0], row[1], row[2], row[3]
        last = (page[-1][4], page[-1][0])
        page = work.session.execute(query.where(place > tuple_(*last))).all()


def _sheets(work: Work) -> dict[int | None, Limits]:
    rows = work.session.execute(select(ParameterSheet.number, ParameterSheet.changes))
    return {number: _limits(changes) for number, changes in rows}


def _limits(changes: dict[str, str]) -> Limits:
    return LIMITS.and_also(**values_of(changes)[0])

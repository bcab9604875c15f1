"""Why was I stopped, what is the quickest way on, and who may let it pass?

Everything is computed from the facts kept with the decision, by asking the rules in force: what
waiting cures gets its moment, the rest becomes steps for the people who can take them, and what
would go stale meanwhile is named as well.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from models.platform.decisions import GateDecision
from rules import gates
from rules.core import Decision, Finding, Point
from rules.facts import Facts
from rules.permissions import Permission
from rules.plan import overriding
from rules.remedies import Helper, who_puts_right
from rules.terms import Force, Outcome
from workflows.platform import access
from workflows.platform.errors import RecordForbids
from workflows.platform.gatekeeping import read_facts
from workflows.platform.waiting import Waiting
from workflows.platform.work import Work, reading


class MayOverride(StrEnum):
    """Who may let one finding pass; a prescriber needs a licence in the state of the patient."""

    NOBODY = "nobody"
    PRESCRIBER = "prescriber"
    WITH_SECOND_CLINICIAN = "prescriber_and_second_clinician"
    WITH_MEDICAL_DIRECTOR = "prescriber_and_medical_director"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody has to do, and every finding that it settles."""

    who: Helper
    codes: tuple[str, ...]
    says: str
    remedy: str
    source: str
    may_override: MayOverride


@dataclass(frozen=True, slots=True)
class Wait:
    """One finding that time alone settles, and from when."""

    code: str
    says: str
    clears_at: datetime
    may_override: MayOverride


@dataclass(frozen=True, slots=True)
class Explanation:
    """The quickest way from a decision to a go-ahead, as far as the rules can tell."""

    decision_id: UUID
    patient_id: UUID
    outcome: Outcome
    ruleset: str
    says: str
    possible: bool
    override_in_state: str | None
    earliest_at: datetime | None
    earliest_with_overrides_at: datetime | None
    waits: tuple[Wait, ...]
    steps: tuple[Step, ...]
    to_repeat: tuple[Step, ...]
    instead: tuple[Step, ...]


_CLEAR = "Nothing stands in the way."
_NEVER = "This can't happen the way it was planned. Here is what you can do instead."
_WAIT = "You only have to wait until the time shown. What is listed to repeat must be fresh then."
_STEPS = "There is no need to wait. It can go on once each step is done."
_BOTH = "Wait until the time shown, and do each step before then."


@reading(permit=Permission.READ_DECISION, audit="predose.decision_explained")
def explain(work: Work, decision_id: UUID) -> Explanation:
    """Explain one decision: what has to change, who can change it, and from when it could clear."""
    return explained(access.record(work, GateDecision, decision_id), work.now)


def explained(kept: GateDecision, now: datetime) -> Explanation:
    """Explain a kept decision, seen from now."""
    point, facts = Point[kept.point.upper()], _facts_of(kept)
    decision, waiting = gates.evaluate(point, facts), Waiting(point, facts)
    open_ = tuple(f for f in decision.findings if f.outcome is not Outcome.CLEAR)
    cured = {f.rule.code: at for f in open_ if (at := waiting.clears_at(f.rule)) is not None}
    helpers = {f.rule.code: _helper(f) for f in open_ if f.rule.code not in cured}
    lost = [f for f in open_ if helpers.get(f.rule.code) is Helper.NOBODY]
    due = [f for f in open_ if helpers.get(f.rule.code, Helper.NOBODY) is not Helper.NOBODY]
    hard = [at for f in open_ if (at := cured.get(f.rule.code)) and not _may_pass(f)]
    start = waiting.moment or facts.now
    earliest = max((start, *cured.values()))
    return Explanation(
        decision_id=kept.id,
        patient_id=kept.patient_id,
        outcome=decision.outcome,
        ruleset=decision.ruleset,
        says=_summary(open_, lost, due, cured),
        possible=not lost,
        override_in_state=facts.authority.state,
        earliest_at=None if lost else earliest,
        earliest_with_overrides_at=None if lost else max((start, *hard)),
        waits=tuple(
            Wait(f.rule.code, f.says, cured[f.rule.code], may_override(f, decision))
            for f in open_
            if f.rule.code in cured
        ),
        steps=_steps(due, decision),
        to_repeat=() if lost else _to_repeat(decision, waiting, max(earliest, now), set(helpers)),
        instead=_steps(lost, decision),
    )


def _facts_of(kept: GateDecision) -> Facts:
    """Read the facts with the rules of today; what they cannot read, only a replay explains."""
    try:
        return read_facts(kept.facts)
    except msgspec.ValidationError:
        raise RecordForbids(code="decision_too_old") from None


def may_override(finding: Finding, decision: Decision) -> MayOverride:
    """Say who may let this finding pass, and whether a second signature belongs to it."""
    code = finding.rule.code
    if not _may_pass(finding):
        return MayOverride.NOBODY
    if overriding.cosigned_by_director(code):
        return MayOverride.WITH_MEDICAL_DIRECTOR
    holds = sum(_may_pass(other) for other in decision.findings)
    many = holds > finding.limits.overrides_by_one_clinician_max
    if many or overriding.needs_cosigner(code, decision.codes):
        return MayOverride.WITH_SECOND_CLINICIAN
    return MayOverride.PRESCRIBER


def _may_pass(finding: Finding) -> bool:
    """Only a soft finding that is known; nobody lets pass what nobody knows."""
    return finding.rule.force is Force.SOFT and finding.outcome is Outcome.HOLD


def _helper(finding: Finding) -> Helper:
    return who_puts_right(finding.rule.code, unknown=finding.check.met is None)


def _steps(findings: Iterable[Finding], decision: Decision) -> tuple[Step, ...]:
    """Put together what one act of one person settles: the same remedy is one step."""
    acts: dict[tuple[Helper, str, MayOverride], list[Finding]] = {}
    for finding in findings:
        key = (_helper(finding), finding.remedy, may_override(finding, decision))
        acts.setdefault(key, []).append(finding)
    return tuple(
        Step(
            who=who,
            codes=tuple(finding.rule.code for finding in together),
            says=together[0].says,
            remedy=remedy,
            source=together[0].rule.cite,
            may_override=override,
        )
        for (who, remedy, override), together in acts.items()
    )


def _to_repeat(
    before: Decision, waiting: Waiting, target: datetime, steps: Collection[str]
) -> tuple[Step, ...]:
    """Name what will not be in order any more at that time, though no step above is about it.

    What was let pass stays so: time alone changes nothing that an override saw.
    """
    wait = max(target - waiting.moment, timedelta(0)) if waiting.moment else timedelta(0)
    then = gates.evaluate(before.point, waiting.later(wait))
    stale = [
        finding
        for finding in then.findings
        if finding.rule.code not in steps and finding.outcome is not Outcome.CLEAR
    ]
    return _steps(stale, then)


def _summary(
    open_: tuple[Finding, ...], lost: list[Finding], due: list[Finding], cured: dict[str, datetime]
) -> str:
    if lost:
        return _NEVER
    if not open_:
        return _CLEAR
    if due and cured:
        return _BOTH
    return _STEPS if due else _WAIT

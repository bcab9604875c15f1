"""Is this act safe at this moment? The only door into the rules."""

from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType

from rules.core import Decision, Finding, Point, Rule, rules_in
from rules.dose import (
    booster,
    clearance,
    course,
    cover,
    dose,
    health_today,
    home,
    monitoring,
    office,
    session_day,
    sitter,
    vitals,
)
from rules.facts import Facts
from rules.intake import eligibility, interactions, screens, suicide_risk
from rules.oversight import holds
from rules.plan import approval, authority, product, supply
from rules.preparation import preparation
from rules.terms import Force, Outcome, Suitability

RULESET = "2026.11.3"

_TOPICS: tuple[ModuleType, ...] = (
    product,
    supply,
    authority,
    eligibility,
    screens,
    interactions,
    approval,
    course,
    dose,
    booster,
    preparation,
    holds,
    suicide_risk,
    health_today,
    session_day,
    vitals,
    sitter,
    home,
    cover,
    clearance,
    monitoring,
    office,
)
# Stops that an answer, a look-up or a talk may settle: a screen never turns anybody away for them.
FOR_A_HUMAN = frozenset(
    {
        "intake_incomplete",
        "instrument_incomplete",
        "cssrs_incomplete",
        "medication_unmapped",
        "diagnosis_not_documented",
        "suicide_risk_high",
    }
)
_WORST_OUTCOME_FIRST = {outcome: -outcome.rank for outcome in Outcome}
_WORST_FORCE_FIRST = {
    force: place
    for place, force in enumerate((Force.HARD, Force.SOFT, Force.ADVISORY, Force.ESCALATION))
}
LOOKING_AHEAD = Point.SCHEDULE | Point.OFFICE_SCHEDULE


def refuse_ambiguous(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Refuse a code that has two forces, or that two rules claim at the same moment."""
    claimed: dict[tuple[str, Point], Rule] = {}
    force: dict[str, Force] = {}
    kept = tuple(rules)
    for rule in kept:
        if force.setdefault(rule.code, rule.force) is not rule.force:
            raise ValueError(f"{rule.code} has two forces")
        for point in rule.at:
            if claimed.setdefault((rule.code, point), rule) is not rule:
                raise ValueError(f"{rule.code} is claimed twice at {point.name}")
    return kept


RULES = refuse_ambiguous(rule for topic in _TOPICS for rule in rules_in(topic))


def evaluate(point: Point, facts: Facts) -> Decision:
    """Ask every rule of this moment; the worst finding decides, and unknown stops."""
    if len(point) != 1:
        raise ValueError(f"a decision is made at one moment, not at {point}")
    asked = tuple(rule for rule in RULES if rule.at.value & point.value)
    if not asked:
        raise LookupError(f"no rule guards {point.name}: that is an error, never a pass")
    seen = facts if point & LOOKING_AHEAD else _as_of_now(facts)
    findings = tuple(sorted((rule.find(seen) for rule in asked), key=_badness))
    return Decision(point, RULESET, findings[0].outcome, findings)


def suitability(decision: Decision) -> Suitability:
    """Translate a screen: a definite stop is not suitable; the rest is for a human to look at."""
    if any(map(_rules_out, decision.findings)):
        return Suitability.NOT_SUITABLE
    if decision.outcome is Outcome.CLEAR:
        return Suitability.CANDIDATE
    return Suitability.NEEDS_REVIEW


def _rules_out(finding: Finding) -> bool:
    definite = finding.outcome is Outcome.STOP and finding.check.met is False
    return definite and finding.rule.code not in FOR_A_HUMAN


def rule_for(code: str) -> Rule:
    """Give the rule behind a reason code (the first, where two moments word it differently)."""
    for rule in RULES:
        if rule.code == code:
            return rule
    raise LookupError(f"no rule has the code {code}")


def _as_of_now(facts: Facts) -> Facts:
    # Only scheduling looks ahead. At every other moment the act happens now, whatever was planned:
    # otherwise a plan dated later would shorten the wait of somebody who comes early.
    today = facts.person.local_date
    return replace(
        facts, course=replace(facts.course, planned_at=facts.now, planned_local_date=today)
    )


def _badness(finding: Finding) -> tuple[int, bool, int]:
    force = _WORST_FORCE_FIRST[finding.rule.force]
    return (_WORST_OUTCOME_FIRST[finding.outcome], not finding.raised, force)

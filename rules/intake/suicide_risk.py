"""Is this person safe from suicide today? Answered fresh; a high risk stops for everybody."""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import NOT_ANSWERED
from rules.terms import Force, SuicideRisk

EVERYWHERE = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN | Point.DOSE
ACTS = Point.APPROVAL | Point.CHECK_IN | Point.DOSE
REVIEW = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN
_CRISIS = "Call or text 988 now, or 911 if you are in danger. Stay with someone you trust."


@rule(
    "suicide_risk_high",
    Force.HARD,
    at=EVERYWHERE,
    says="Your answers tell us you may be in danger from suicide. You deserve help right now.",
    remedy=_CRISIS,
    cite=citations.CSSRS_TRIAGE,
)
def suicide_risk_is_not_high(facts: Facts) -> Check:
    """C-SSRS triage is not high: no intent, no plan, no behaviour within 3 months."""
    return _risk_is_not(facts, SuicideRisk.HIGH)


@rule(
    "cssrs_incomplete",
    Force.HARD,
    at=EVERYWHERE,
    says="You have not finished the safety questions about suicide.",
    remedy="Please answer every question. Your care team can help you.",
    cite=citations.CSSRS_TRIAGE,
)
def suicide_questions_are_complete(facts: Facts) -> Check:
    """Every required C-SSRS answer is given; incomplete counts as not done."""
    risk = facts.instruments.suicide_risk
    if risk is None:
        return Check(None, NOT_ANSWERED, "complete")
    return Check(risk is not SuicideRisk.INCOMPLETE, risk.value, "complete")


@rule(
    "cssrs_stale",
    Force.HARD,
    at=ACTS,
    says="Your answers to the safety questions are too old. Please answer them again.",
    remedy="Answer the questions again now; they count for {suicide_risk_life}.",
    cite=citations.PROTOCOL_SCREENS,
)
def suicide_questions_are_fresh(facts: Facts) -> Check:
    """C-SSRS answered at most {suicide_risk_life} ago."""
    answered_at, life = facts.instruments.suicide_risk_answered_at, facts.limits.suicide_risk_life
    limit = f"at most {life} old"
    if answered_at is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(facts.now - answered_at <= life, f"{facts.now - answered_at} old", limit)


@rule(
    "suicide_risk_moderate_unassessed",
    Force.HARD,
    at=ACTS,
    says="A clinician needs to talk with you today about your safety before anything else.",
    remedy=f"We will call you today. {_CRISIS}",
    cite=citations.CSSRS_TRIAGE,
)
def moderate_suicide_risk_is_assessed(facts: Facts) -> Check:
    """A moderate triage has a same-day clinician assessment and a safety plan."""
    found = _risk_is_not(facts, SuicideRisk.MODERATE)
    if found.met is False and facts.instruments.suicide_risk_assessed:
        return Check(met=True, observed="moderate, assessed today", limit=found.limit)
    return found


@rule(
    "suicide_risk_moderate",
    Force.SOFT,
    at=REVIEW,
    says="Your answers about suicide need a careful look by your prescriber.",
    remedy=f"Your prescriber decides after talking with you. {_CRISIS}",
    cite=citations.CSSRS_TRIAGE,
)
def suicide_risk_is_not_moderate(facts: Facts) -> Check:
    """C-SSRS triage is not moderate."""
    return _risk_is_not(facts, SuicideRisk.MODERATE)


@rule(
    "suicide_risk_low",
    Force.SOFT,
    at=REVIEW,
    says="You had thoughts about death. Your prescriber wants to look at this soon.",
    remedy="Your prescriber reviews within {suicide_risk_review} and keeps your safety plan. "
    f"{_CRISIS}",
    cite=citations.CSSRS_TRIAGE,
)
def suicide_risk_is_not_low(facts: Facts) -> Check:
    """C-SSRS triage is not low."""
    return _risk_is_not(facts, SuicideRisk.LOW)


def _risk_is_not(facts: Facts, level: SuicideRisk) -> Check:
    risk, limit = facts.instruments.suicide_risk, f"not {level.value}"
    if risk is None or risk is SuicideRisk.INCOMPLETE:
        return Check(None, NOT_ANSWERED, limit)
    return Check(risk is not level, risk.value, limit)

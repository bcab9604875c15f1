"""What do the scores say? Section 4 and gates G-30, G-31 and G-33."""

from rules.facts import Facts
from rules.terms import SuicideRisk
from tests.proofs.oracle.three import (
    HOUR,
    Verdict,
    above,
    all_of,
    any_of,
    below,
    older,
)


def instruments(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    """Judge severity, alcohol, drugs, mood, suicide risk, bladder and thinking."""
    score = facts.instruments
    says["severity_below_threshold"] = all_of(
        below(score.phq9, 10), below(score.gad7, 10), _trauma(facts)
    )
    says["audit_c_positive"] = _audit_c(score.audit_c, facts.person.drinks_like)
    says["audit_c_high"] = above(score.audit_c, 7) and not score.audit_c_assessed
    says["dast10_positive"] = above(score.dast10, 2)
    says["dast10_high"] = above(score.dast10, 5)
    _mood(facts, at, says)
    _suicide(facts, says)
    _bladder(facts, says)
    says["cognitive_complaint_review"] = _thinking(score.cognitive_sum, score.cognitive_baseline)


def _trauma(facts: Facts) -> Verdict:
    """The PCL-5 is for PTSD; nobody else misses it."""
    reasons = facts.intake.indications or ()
    if facts.instruments.pcl5 is None:
        return None if "post_traumatic_stress_disorder" in reasons else True
    return below(facts.instruments.pcl5, 33)


def _thinking(now: int | None, before: int | None) -> Verdict:
    """Six, or four more than before; a rise is never more than the sum."""
    if now is None or now < 4:
        return None if now is None else False
    return any_of(now >= 6, None if before is None else now - before >= 4)


def _audit_c(score: int | None, drinks_like: str | None) -> Verdict:
    """Four for men, three for women and for everybody else."""
    return None if score is None else score >= (4 if drinks_like == "man" else 3)


def _mood(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    """A high score counts whoever was asked, until a prescriber has cleared it."""
    score, told = facts.instruments, facts.intake.conditions.get("mania_active")
    high = above(score.asrm, 5) and not score.asrm_cleared
    today = facts.day.manic_symptoms if at in "CD" else False
    says["mania_active"] = any_of(told, high, today)


def _suicide(facts: Facts, says: dict[str, Verdict]) -> None:
    score = facts.instruments
    risk = None if score.suicide_risk is SuicideRisk.INCOMPLETE else score.suicide_risk
    for level in (SuicideRisk.LOW, SuicideRisk.MODERATE, SuicideRisk.HIGH):
        says[f"suicide_risk_{level.value}"] = None if risk is None else risk is level
    moderate = says["suicide_risk_moderate"]
    says["suicide_risk_moderate_unassessed"] = moderate and not score.suicide_risk_assessed
    given = score.suicide_risk
    says["cssrs_incomplete"] = None if given is None else given is SuicideRisk.INCOMPLETE
    says["cssrs_stale"] = older(score.suicide_risk_answered_at, facts.now, 12 * HOUR)


def _bladder(facts: Facts, says: dict[str, Verdict]) -> None:
    score = facts.instruments
    trouble = any_of(
        score.urinary_blood, above(score.urinary_worst_pain, 1), above(score.urinary_sum, 5)
    )
    written = "urinary_symptoms_hold" in (facts.course.hold_codes or ())
    says["urinary_symptoms_hold"] = written or all_of(trouble, not score.urinary_cleared)
    says["urinary_symptoms_review"] = above(score.urinary_sum, 2)

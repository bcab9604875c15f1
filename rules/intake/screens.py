"""Do the screening scores allow treatment at home? A score that is not complete is unknown."""

from collections.abc import Callable

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.intake.freshness import stale_before_dose
from rules.looks import NOT_ANSWERED, any_true
from rules.terms import Force

EVERYWHERE = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN | Point.DOSE
REVIEW = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN
DECIDING = Point.SCREEN | Point.APPROVAL
DOSING = Point.CHECK_IN | Point.DOSE
_DRINKS_LIKE_A_MAN = "man"


@rule(
    "instrument_incomplete",
    Force.HARD,
    at=DECIDING,
    says="One of your questionnaires is not finished.",
    remedy="Please answer every question of it; skipping one is not the same as no.",
    cite=citations.PROTOCOL_SCREENS,
)
def instruments_are_complete(facts: Facts) -> Check:
    """Every required instrument is complete; a missing answer is never counted as zero."""
    missing = facts.instruments.incomplete
    if missing is None:
        return Check(None, NOT_ANSWERED, "all complete")
    return Check(not missing, ", ".join(missing) or "all complete", "all complete")


@rule(
    "instrument_incomplete",
    Force.HARD,
    at=DOSING,
    says="One of your questionnaires is not finished, or your answers are too old.",
    remedy="Answer the questionnaires that are due now, every question of them.",
    cite=citations.PROTOCOL_SCREENS,
)
def instruments_are_complete_and_fresh(facts: Facts) -> Check:
    """Every instrument due before this dose is whole and no older than it may be."""
    missing, stale = facts.instruments.incomplete, stale_before_dose(facts)
    limit = "all complete and recent"
    found = tuple(dict.fromkeys((*(missing or ()), *(stale or ()))))
    if found:
        return Check(met=False, observed=", ".join(found), limit=limit)
    if missing is None or stale is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(met=True, observed=limit, limit=limit)


@rule(
    "audit_c_positive",
    Force.SOFT,
    at=REVIEW,
    says="Your answers about alcohol show a risk. Your prescriber wants to talk about it.",
    remedy="Answer the full questions about alcohol with your prescriber.",
    cite=citations.AUDIT_C,
)
def drinking_is_low(facts: Facts) -> Check:
    """AUDIT-C below {audit_c_positive_from_men} for men, else below {audit_c_positive_from}."""
    man = facts.person.drinks_like == _DRINKS_LIKE_A_MAN
    limits = facts.limits
    top = limits.audit_c_positive_from_men if man else limits.audit_c_positive_from
    return _scores(facts.instruments.audit_c, lambda score: score < top, f"below {top}")


@rule(
    "audit_c_high",
    Force.HARD,
    at=EVERYWHERE,
    says="Your answers about alcohol show a high risk. A clinician must talk with you first.",
    remedy="A clinician goes through your drinking with you. Do not stop suddenly on your own.",
    cite=citations.PROTOCOL_SCREENS,
)
def heavy_drinking_is_assessed(facts: Facts) -> Check:
    """AUDIT-C below {audit_c_high_from}, or assessed by a clinician."""
    top, known = facts.limits.audit_c_high_from, facts.instruments
    assessed = known.audit_c_assessed is True
    return _scores(known.audit_c, lambda score: score < top or assessed, f"below {top}")


@rule(
    "dast10_positive",
    Force.SOFT,
    at=REVIEW,
    says="Your answers about drugs show a risk. Your prescriber wants to talk about it.",
    remedy="Talk with your prescriber about drug use.",
    cite=citations.DAST10,
)
def drug_use_is_low(facts: Facts) -> Check:
    """DAST-10 below {dast10_positive_from}."""
    top = facts.limits.dast10_positive_from
    return _scores(facts.instruments.dast10, lambda score: score < top, f"below {top}")


@rule(
    "dast10_high",
    Force.HARD,
    at=EVERYWHERE,
    says="Your answers about drugs show a high risk. Home treatment is not safe now.",
    remedy="Treatment for substance use comes first. The care team can help you find it.",
    cite=citations.DAST10,
)
def drug_use_is_not_high(facts: Facts) -> Check:
    """DAST-10 below {dast10_high_from}."""
    top = facts.limits.dast10_high_from
    return _scores(facts.instruments.dast10, lambda score: score < top, f"below {top}")


@rule(
    "severity_below_threshold",
    Force.SOFT,
    at=DECIDING,
    says="Your scores are mild. Your prescriber decides if the risk is worth it.",
    remedy="Your prescriber weighs gentler treatments with you.",
    cite=citations.HOME_COHORT_2022,
)
def illness_is_at_least_moderate(facts: Facts) -> Check:
    """At least one score of the illness reaches its cut-off."""
    known, limits = facts.instruments, facts.limits
    limit = (
        f"PHQ-9 from {limits.phq9_moderate_from}, GAD-7 from {limits.gad7_moderate_from} "
        f"or PCL-5 from {limits.pcl5_probable_from}"
    )
    met = any_true(
        (
            _reaches(known.phq9, limits.phq9_moderate_from),
            _reaches(known.gad7, limits.gad7_moderate_from),
            _reaches(known.pcl5, limits.pcl5_probable_from) if _has_ptsd(facts) else False,
        )
    )
    observed = f"PHQ-9 {known.phq9}, GAD-7 {known.gad7}, PCL-5 {known.pcl5}"
    return Check(met, observed, limit)


def _scores(score: int | None, passes: Callable[[int], bool], limit: str) -> Check:
    if score is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(passes(score), str(score), limit)


def _reaches(score: int | None, line: int) -> bool | None:
    return None if score is None else score >= line


def _has_ptsd(facts: Facts) -> bool:
    """Say whether PCL-5 counts: it is asked for PTSD, and it counts whenever it was answered."""
    ptsd = "post_traumatic_stress_disorder" in (facts.intake.indications or ())
    return ptsd or facts.instruments.pcl5 is not None

"""Is mind and body well enough now? Mania, psychosis, pregnancy, bladder and memory."""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import NOT_ANSWERED, Read, any_true, today_was_asked
from rules.terms import Force

EVERYWHERE = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN | Point.DOSE
ACTS = Point.APPROVAL | Point.CHECK_IN | Point.DOSE


def _reported(facts: Facts, code: str, today: Read) -> bool | None:
    """Join what the intake said with what was said today; any yes decides."""
    answers = [facts.intake.conditions.get(code)]
    return any_true([*answers, today(facts)] if today_was_asked(facts) else answers)


def _not(what: str, *, answer: bool | None) -> Check:
    observed = NOT_ANSWERED if answer is None else (what if answer else f"no {what}")
    return Check(None if answer is None else not answer, observed, f"no {what}")


@rule(
    "mania_active",
    Force.HARD,
    at=EVERYWHERE,
    says="You may be in a manic or very high state. Ketamine can make this worse.",
    remedy="Your prescriber talks with you first. Call your care team today.",
    cite=citations.ASRM,
)
def mood_is_not_manic(facts: Facts) -> Check:
    """No mania, hypomania or mixed state; ASRM below 6 or cleared by interview."""
    said = _reported(facts, "mania_active", lambda now: now.day.manic_symptoms)
    return _not("mania or positive ASRM", answer=any_true((said, _asrm_is_positive(facts))))


def _asrm_is_positive(facts: Facts) -> bool | None:
    """Say whether the mania score alarms; it is asked of everybody with a mood disorder."""
    known = facts.instruments
    if known.asrm is None:
        return False if known.mood_disorder is False else None
    return known.asrm >= facts.limits.asrm_positive_from and known.asrm_cleared is not True


@rule(
    "psychosis_active",
    Force.HARD,
    at=EVERYWHERE,
    says="You may be seeing, hearing or believing things that are not real. No dose is safe now.",
    remedy="Call your care team today. Call 911 if you or others are in danger.",
    cite=citations.HOME_EXCLUSIONS,
)
def mind_is_not_psychotic(facts: Facts) -> Check:
    """No current psychotic symptom."""
    known = _reported(facts, "psychosis_active", lambda now: now.day.psychotic_symptoms)
    return _not("psychotic symptoms", answer=known)


@rule(
    "pregnancy",
    Force.HARD,
    at=EVERYWHERE,
    says="You are or may be pregnant. Ketamine could harm a baby.",
    remedy="Do not take a dose. Call your care team; tell us in every case, at any time.",
    cite=citations.HOME_EXCLUSIONS,
)
def nobody_is_pregnant(facts: Facts) -> Check:
    """Not pregnant, not suspected, no positive test, at intake and today."""
    known = _reported(facts, "pregnancy", lambda now: now.day.pregnant_or_unsure)
    if known is None and facts.person.can_become_pregnant is False:
        known = False
    return _not("pregnancy", answer=known)


@rule(
    "pregnancy_test_overdue",
    Force.HARD,
    at=ACTS,
    says="You need a fresh pregnancy test before a dose.",
    remedy="Take a test and tell us the result: in the week before the first dose, then monthly.",
    cite=citations.PROTOCOL_REVIEW,
)
def pregnancy_test_is_fresh(facts: Facts) -> Check:
    """Test at most 7 days old before the first dose, then at most 28 days old."""
    limits, person = facts.limits, facts.person
    later = bool(facts.course.doses)
    life = limits.pregnancy_test_life if later else limits.pregnancy_test_life_first_dose
    limit = f"at most {life.days} days old"
    if person.can_become_pregnant is False:
        return Check(met=True, observed="cannot become pregnant", limit=limit)
    if person.can_become_pregnant is None or person.pregnancy_tested_at is None:
        return Check(None, "no test known", limit)
    age = facts.now - person.pregnancy_tested_at
    return Check(age <= life, f"{age} old", limit)


@rule(
    "urinary_symptoms_hold",
    Force.HARD,
    at=Point.CHECK_IN,
    says="Your bladder shows warning signs. Ketamine can harm the bladder, so doses stop now.",
    remedy="Give a urine sample; your prescriber must clear this first.",
    cite=citations.KETAMINE_CYSTITIS,
)
def bladder_shows_no_warning(facts: Facts) -> Check:
    """USC-6: no blood, no pain item at 2, sum below 6; or cleared after urinalysis."""
    known, limits = facts.instruments, facts.limits
    limit = f"no blood, pain below {limits.urinary_pain_hold_from}, " + (
        f"sum below {limits.urinary_hold_from}"
    )
    if known.urinary_cleared:
        return Check(met=True, observed="cleared by the prescriber", limit=limit)
    warns = any_true(
        (
            known.urinary_blood,
            _from(known.urinary_worst_pain, limits.urinary_pain_hold_from),
            _from(known.urinary_sum, limits.urinary_hold_from),
        )
    )
    observed = f"sum {known.urinary_sum}, pain {known.urinary_worst_pain}, " + (
        f"blood {known.urinary_blood}"
    )
    return Check(None if warns is None else not warns, observed, limit)


@rule(
    "urinary_symptoms_review",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="You have some bladder complaints. Your prescriber wants to look at them.",
    remedy="Your prescriber decides, perhaps after a urine test.",
    cite=citations.KETAMINE_CYSTITIS,
)
def bladder_needs_no_review(facts: Facts) -> Check:
    """USC-6 sum below 3."""
    return _below(facts.instruments.urinary_sum, facts.limits.urinary_review_from)


@rule(
    "cognitive_complaint_review",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="You notice trouble with memory or thinking. Your prescriber wants to look at this.",
    remedy="Your prescriber decides whether to go on, and at which dose.",
    cite=citations.PROTOCOL_SCREENS,
)
def thinking_needs_no_review(facts: Facts) -> Check:
    """CCC-4 sum below 6 and less than 4 above the baseline."""
    total, baseline = facts.instruments.cognitive_sum, facts.instruments.cognitive_baseline
    top, rise = facts.limits.cognitive_review_from, facts.limits.cognitive_rise_from
    found = _below(total, top)
    if total is None or total < rise or total >= top:
        return found
    if baseline is None:
        return Check(None, f"{total}, no baseline", found.limit)
    return Check(total - baseline < rise, f"{total}, baseline {baseline}", found.limit)


def _from(value: int | None, alarm_from: int) -> bool | None:
    return None if value is None else value >= alarm_from


def _below(value: int | None, alarm_from: int) -> Check:
    limit = f"below {alarm_from}"
    if value is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(value < alarm_from, str(value), limit)

"""Is mind and body well enough now? Mania, psychosis, pregnancy, bladder and memory."""

from dataclasses import dataclass

from rules import citations
from rules.core import Check, Point, Rule, rule
from rules.facts import Facts
from rules.looks import NOT_ANSWERED, Read, absent, any_true
from rules.oversight.danger_words import URINARY_HOLD
from rules.terms import Force

DECIDING = Point.SCREEN | Point.APPROVAL
GATE = Point.CHECK_IN | Point.DOSE
ACTS = Point.APPROVAL | GATE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Something asked at intake and again on the day; one yes at any time stops."""

    code: str
    what: str
    then: Read
    today: Read
    says: str
    clinician: str
    remedy: str
    cite: str

    def rules(self) -> tuple[Rule, Rule]:
        """Make one rule for the decision, and one for the day that wants today's answer too."""
        return (
            self._rule(DECIDING, self.then),
            self._rule(GATE, lambda facts: any_true((self.then(facts), self.today(facts)))),
        )

    def _rule(self, at: Point, read: Read) -> Rule:
        return rule(
            self.code,
            Force.HARD,
            at=at,
            says=self.says,
            clinician=self.clinician,
            remedy=self.remedy,
            cite=self.cite,
        )(absent(read, self.what))


def _said_manic(facts: Facts) -> bool | None:
    """Join the answer with the mania score; everybody is scored at intake, some every time."""
    known = facts.instruments
    alarms = _from(known.asrm, facts.limits.asrm_positive_from)
    score = False if alarms and known.asrm_cleared else alarms
    return any_true((facts.intake.conditions.get("mania_active"), score))


def _said_pregnant(facts: Facts) -> bool | None:
    said = facts.intake.conditions.get("pregnancy")
    return False if said is None and facts.person.can_become_pregnant is False else said


MANIA = _Asked(
    code="mania_active",
    what="mania or positive ASRM",
    then=_said_manic,
    today=lambda facts: facts.day.manic_symptoms,
    says="You may be in a manic or very high state. Ketamine can make this worse.",
    clinician="Mania, hypomania or mixed state; or ASRM {asrm_positive_from} and above not "
    "cleared by interview.",
    remedy="Your prescriber talks with you first. Call your care team today.",
    cite=citations.ASRM,
).rules()

PSYCHOSIS = _Asked(
    code="psychosis_active",
    what="psychotic symptoms",
    then=lambda facts: facts.intake.conditions.get("psychosis_active"),
    today=lambda facts: facts.day.psychotic_symptoms,
    says="You may be seeing, hearing or believing things that are not real. No dose is safe now.",
    clinician="Any current psychotic symptom.",
    remedy="Call your care team today. Call 911 if you or others are in danger.",
    cite=citations.HOME_EXCLUSIONS,
).rules()

PREGNANCY = _Asked(
    code="pregnancy",
    what="pregnancy",
    then=_said_pregnant,
    today=lambda facts: facts.day.pregnant_or_unsure,
    says="You are or may be pregnant. Ketamine could harm a baby.",
    clinician="Pregnant, suspected, or positive test; at intake or today.",
    remedy="Do not take a dose. Call your care team; tell us in every case, at any time.",
    cite=citations.HOME_EXCLUSIONS,
).rules()


@rule(
    "pregnancy_test_overdue",
    Force.HARD,
    at=ACTS,
    says="You need a fresh pregnancy test before a dose.",
    remedy="Take a test and tell us the result. It counts for {pregnancy_test_life_first_dose} "
    "before the first dose, and for {pregnancy_test_life} later.",
    cite=citations.PROTOCOL_REVIEW,
)
def pregnancy_test_is_fresh(facts: Facts) -> Check:
    """Younger than {pregnancy_test_life_first_dose} at first, then than {pregnancy_test_life}."""
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
    clinician="Reported; or USC-6: blood, pain {urinary_pain_hold_from}, or sum "
    "{urinary_hold_from} and above.",
    remedy="Give a urine sample; your prescriber must clear this first.",
    cite=citations.KETAMINE_CYSTITIS,
)
def bladder_shows_no_warning(facts: Facts) -> Check:
    """Nothing was reported, and the answers do not warn; or a urinalysis has cleared it."""
    known, limits = facts.instruments, facts.limits
    limit = f"no blood, pain below {limits.urinary_pain_hold_from}, " + (
        f"sum below {limits.urinary_hold_from}"
    )
    if URINARY_HOLD in (facts.course.hold_codes or ()):
        return Check(met=False, observed="reported, and not yet released", limit=limit)
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
    """USC-6 sum below {urinary_review_from}."""
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
    """CCC-4 below {cognitive_review_from}, and not {cognitive_rise_from} above the baseline."""
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

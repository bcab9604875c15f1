"""Can this person be treated at home at all? Asked at intake, and again before each dose."""

from collections.abc import Callable
from dataclasses import replace

from rules import citations
from rules.core import Check, Point, Rule, rule
from rules.facts import Facts
from rules.intake.conditions import ADVISORY, RELATIVE
from rules.intake.contraindications import ABSOLUTE, Condition
from rules.looks import NOT_ANSWERED, Read, absent, age_on, all_true, check_all, present
from rules.terms import Force

EVERYWHERE = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN | Point.DOSE
REVIEW = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN
INDICATIONS = frozenset(
    {
        "major_depressive_disorder",
        "treatment_resistant_depression",
        "generalized_anxiety_disorder",
        "anxiety_disorder",
        "post_traumatic_stress_disorder",
        "obsessive_compulsive_disorder",
    }
)


def _condition(condition: Condition, force: Force, at: Point) -> Rule:
    """Make the rule of one condition: met when the person said no, unknown when nobody asked."""

    def read(facts: Facts) -> bool | None:
        return facts.intake.conditions.get(condition.code)

    return rule(
        condition.code,
        force,
        at=at,
        says=condition.says,
        clinician=condition.clinician,
        remedy=condition.remedy,
        cite=condition.cite,
    )(absent(read, condition.code.replace("_", " ")))


CONDITION_RULES = (
    *(_condition(each, Force.HARD, EVERYWHERE) for each in ABSOLUTE),
    *(_condition(each, Force.SOFT, REVIEW) for each in RELATIVE),
    *(_condition(each, Force.ADVISORY, REVIEW) for each in ADVISORY),
)


@rule(
    "age_under_18",
    Force.HARD,
    at=EVERYWHERE,
    says="This programme is for adults: {adult_years}, or more where your state says so.",
    remedy="Talk to a parent and your doctor about help for people of your age.",
    cite=citations.HOME_EXCLUSIONS,
)
def patient_is_adult(facts: Facts) -> Check:
    """{adult_years} on the local date of the session; what the state asks for is in it."""
    least = facts.limits.adult_years
    return _compare(_age(facts), lambda age: age >= least, f"at least {least} years")


@rule(
    "age_65_plus",
    Force.SOFT,
    at=REVIEW,
    says="From {older_adult_years} on, ketamine raises blood pressure more. Your prescriber "
    "decides.",
    remedy="Send an ECG from the last 12 months; the first dose is lower.",
    cite=citations.PROTOCOL_REVIEW,
)
def patient_is_below_65(facts: Facts) -> Check:
    """Younger than {older_adult_years} on the local date."""
    top, born_on = facts.limits.older_adult_years, facts.person.born_on
    found = _compare(_age(facts), lambda age: age < top, f"below {top} years")
    if found.met is None or born_on is None:
        return found
    return replace(found, observed=f"born in {born_on.year}")  # an age changes by itself


@rule(
    "bmi_40_plus",
    Force.SOFT,
    at=REVIEW,
    says="With your weight and height, breathing needs extra care. Your prescriber decides.",
    remedy="Use an oximeter, and answer the questions about sleep apnea.",
    cite=citations.PROTOCOL_REVIEW,
)
def body_mass_index_is_below_40(facts: Facts) -> Check:
    """Body mass index below {body_mass_index_review_tenths}."""
    top = facts.limits.body_mass_index_review_tenths
    bmi = facts.intake.body_mass_index_tenths
    limit = f"below {top / 10:g}"
    return _compare(bmi, lambda value: value < top, limit, show=lambda value: f"{value / 10:g}")


@rule(
    "intake_incomplete",
    Force.HARD,
    at=EVERYWHERE,
    says="Some of your health questions are still open.",
    remedy="Please answer the questions that are left, then submit.",
    cite=citations.PROTOCOL_ELIGIBILITY,
)
def intake_is_complete(facts: Facts) -> Check:
    """The intake is submitted and no required question is unanswered."""
    open_questions, submitted = facts.intake.unanswered, facts.intake.submitted
    nothing_open = None if open_questions is None else not open_questions
    observed = ", ".join(open_questions or ()) or ("submitted" if submitted else "not submitted")
    return Check(all_true((submitted, nothing_open)), observed, "submitted, nothing open")


diagnosis_not_documented = rule(
    "diagnosis_not_documented",
    Force.HARD,
    at=EVERYWHERE,
    says="A doctor or other clinician must have told you what illness you have.",
    clinician="No clinician-made qualifying diagnosis on record.",
    remedy="Ask your clinician for a letter, or have our prescriber evaluate you.",
    cite=citations.HOME_EXCLUSIONS,
)(present(lambda facts: facts.intake.diagnosis_documented, "diagnosis documented"))


@rule(
    "indication_out_of_scope",
    Force.HARD,
    at=EVERYWHERE,
    says="At home we treat depression, anxiety, PTSD and OCD. We treat nothing else there.",
    remedy="Talk to your doctor about care for your other condition.",
    cite=citations.PROTOCOL_INDICATION,
)
def indication_is_in_scope(facts: Facts) -> Check:
    """At least one of depression, anxiety disorder, PTSD or OCD."""
    named, limit = facts.intake.indications, "depression, anxiety, PTSD or OCD"
    if named is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(not INDICATIONS.isdisjoint(named), ", ".join(named) or "none", limit)


prior_treatment_undocumented = rule(
    "prior_treatment_undocumented",
    Force.ADVISORY,
    at=REVIEW,
    says="We have no record of treatments you tried before.",
    clinician="No failed prior treatment documented.",
    remedy="Tell us which treatments you tried, and how they went.",
    cite=citations.PROTOCOL_INDICATION,
)(present(lambda facts: facts.intake.prior_treatment_documented, "prior treatment documented"))


def _no_sitter(at: Point, *answers: tuple[str, Read]) -> Rule:
    return rule(
        "no_sitter",
        Force.HARD,
        at=at,
        says="You need an adult who stays with you for the whole session.",
        clinician="No sitter named at intake, or none for this session.",
        remedy="Name a sitter you trust. Without one, treatment has to be in a clinic.",
        cite=citations.SITTER_PRACTICE,
    )(lambda facts: check_all({what: read(facts) for what, read in answers}))


_AT_INTAKE: tuple[str, Read] = ("sitter named at intake", lambda facts: facts.intake.sitter_named)
_TODAY: tuple[str, Read] = ("sitter named for the session", lambda facts: facts.sitter.named)
SITTER_IS_NAMED = (
    _no_sitter(Point.SCREEN | Point.APPROVAL, _AT_INTAKE),
    _no_sitter(Point.CHECK_IN | Point.DOSE, _AT_INTAKE, _TODAY),
)

no_safe_home = rule(
    "no_safe_home",
    Force.HARD,
    at=EVERYWHERE,
    says="You need a calm and safe place at home for a session.",
    clinician="No safe home environment.",
    remedy="Talk with your care team about another place, or about care in a clinic.",
    cite=citations.PROTOCOL_HOME,
)(present(lambda facts: facts.intake.home_is_safe, "safe home"))

no_emergency_address = rule(
    "no_emergency_address",
    Force.HARD,
    at=EVERYWHERE,
    says="We need an address where an ambulance can reach you.",
    clinician="No address for emergency services.",
    remedy="Give the full address where your sessions take place.",
    cite=citations.PROTOCOL_HOME,
)(present(lambda facts: facts.intake.emergency_address, "address for emergency services"))


def _age(facts: Facts) -> int | None:
    born_on, day = facts.person.born_on, facts.person.local_date
    return None if born_on is None or day is None else age_on(born_on, day)


def _compare(
    value: int | None,
    passes: Callable[[int], bool],
    limit: str,
    *,
    show: Callable[[int], str] = str,
) -> Check:
    if value is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(passes(value), show(value), limit)

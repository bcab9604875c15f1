"""What does each medicine on the list do together with ketamine? An unknown name stops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts, MedicineFact
from rules.intake.ingredients import BY_RXCUI
from rules.intake.medicine_names import agrees, ingredients_in
from rules.intake.medicines import INGREDIENTS, Kind
from rules.looks import NOT_ANSWERED, any_true
from rules.terms import Force

EVERYWHERE = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN | Point.DOSE
REVIEW_POINTS = Point.SCREEN | Point.APPROVAL | Point.CHECK_IN
_NEVER_STOP = "Never stop a medicine on your own; it can be dangerous."


class Action(StrEnum):
    """What a medicine on the list does to a home dose, mildest first."""

    ALLOW = "allow"
    WARN = "warn"
    REVIEW = "review"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Interaction:
    """One class of medicines, what it does and what follows."""

    kind: Kind
    action: Action
    effect: str
    cite: str


_PROTOCOL, _ANDRADE = citations.PROTOCOL_INTERACTIONS, citations.INTERACTIONS_2017
_LABEL, _CONSENT = citations.KETAMINE_LABEL, citations.CONSENT_PRACTICE
_EUROPE, _ENZYMES = citations.KETAMINE_LABELS_EUROPE, citations.ORAL_KETAMINE_ENZYMES

INTERACTIONS: Mapping[Kind, Interaction] = MappingProxyType(
    {
        kind: Interaction(kind, action, effect, cite)
        for kind, action, effect, cite in (
            (Kind.ESKETAMINE, Action.BLOCK, "the same drug twice", citations.SPRAVATO_REMS),
            (Kind.KETAMINE_ELSEWHERE, Action.BLOCK, "the same drug twice", _PROTOCOL),
            (Kind.OPIOID, Action.BLOCK, "sedation and weak breathing", _CONSENT),
            (Kind.OXYBATE, Action.BLOCK, "deep sedation", _PROTOCOL),
            (Kind.BENZODIAZEPINE, Action.REVIEW, "more sedation, less benefit", _ANDRADE),
            (Kind.HYPNOTIC, Action.REVIEW, "sedation; none within 24 hours", _CONSENT),
            (Kind.GABAPENTINOID, Action.REVIEW, "sedation, less benefit", _PROTOCOL),
            (Kind.SEDATING, Action.REVIEW, "sedation; none within 24 hours", _CONSENT),
            # Drink and cannabis block by their 24-hour windows on the day; here they are looked at.
            (Kind.ALCOHOL, Action.REVIEW, "sedation; none within 24 hours", _CONSENT),
            (Kind.CANNABIS, Action.REVIEW, "sedation, fear, fast pulse; none in 24 h", _CONSENT),
            (Kind.STIMULANT, Action.REVIEW, "raised blood pressure; hold same day", _LABEL),
            (Kind.DECONGESTANT, Action.WARN, "raised blood pressure; none in 24 h", _PROTOCOL),
            (Kind.MAO_INHIBITOR, Action.BLOCK, "raised blood pressure", _PROTOCOL),
            (Kind.XANTHINE, Action.BLOCK, "lower seizure threshold", _EUROPE),
            (Kind.ERGOT, Action.BLOCK, "raised blood pressure", _EUROPE),
            (Kind.THYROID_HORMONE, Action.WARN, "raised blood pressure, fast pulse", _EUROPE),
            (
                Kind.CYP2B6_INHIBITOR,
                Action.REVIEW,
                "twice the exposure; halve first dose",
                _ENZYMES,
            ),
            (Kind.CYP3A_INHIBITOR, Action.REVIEW, "more exposure or more effect", _ENZYMES),
            (Kind.GRAPEFRUIT, Action.REVIEW, "three times the exposure; none same day", _ENZYMES),
            (Kind.INDUCER, Action.REVIEW, "less exposure; never exceed the caps", _ENZYMES),
            (Kind.LAMOTRIGINE, Action.WARN, "may change the effect; never stop it", _ANDRADE),
            (Kind.NMDA_ANTAGONIST, Action.REVIEW, "more dissociation", _PROTOCOL),
            (Kind.NALTREXONE, Action.WARN, "perhaps less benefit", _PROTOCOL),
            (Kind.ANTIDEPRESSANT, Action.ALLOW, "usually combined", _ANDRADE),
            (Kind.LITHIUM_OR_ANTIPSYCHOTIC, Action.REVIEW, "sedation, blood pressure", _PROTOCOL),
            (Kind.ANTIHYPERTENSIVE, Action.WARN, "must not be missed on the day", _PROTOCOL),
            (Kind.SLOWS_STOMACH, Action.REVIEW, "slow stomach; longer fast", _PROTOCOL),
            (Kind.NO_KNOWN_INTERACTION, Action.ALLOW, "none known", _PROTOCOL),
        )
    }
)

_RANK = {action: rank for rank, action in enumerate(Action)}


def interaction_for(name: str) -> Interaction | None:
    """Find the worst that any ingredient does; None is unmapped, and unmapped stops."""
    inside = ingredients_in(name)
    known = [INTERACTIONS[INGREDIENTS[one]] for one in inside if one is not None]
    worst = max(known, key=lambda found: _RANK[found.action], default=None)
    if worst is None or (None in inside and worst.action is not Action.BLOCK):
        return None
    return worst


def interaction_of(medicine: MedicineFact) -> Interaction | None:
    """Find the worst that is known of a medicine by its class, its ingredient or its name."""
    stored = medicine.interaction
    found = [
        INTERACTIONS[Kind(stored)] if stored in tuple(Kind) else None,
        interaction_for(BY_RXCUI.get(medicine.rxcui or "", "")),
        interaction_for(medicine.ingredient or ""),
        interaction_for(medicine.name),
    ]
    return max((one for one in found if one), key=lambda one: _RANK[one.action], default=None)


def slows_the_stomach(medicine: MedicineFact) -> bool:
    """Say whether a medicine calls for the longer fast."""
    return _is(medicine, Kind.SLOWS_STOMACH)


@rule(
    "medication_unmapped",
    Force.HARD,
    at=EVERYWHERE,
    says="We do not know one of your medicines well enough to call this safe.",
    remedy="Check the spelling, or let your care team look it up.",
    cite=citations.PROTOCOL_INTERACTIONS,
)
def every_medicine_is_known(facts: Facts) -> Check:
    """Every medicine is mapped to known ingredients, and a code says the same as the name."""
    return _none_of(facts, _is_unmapped, "unknown name")


@rule(
    "interaction_block",
    Force.HARD,
    at=EVERYWHERE,
    says="One of your medicines is not safe together with ketamine at home.",
    remedy=f"Talk to your prescriber about other ways. {_NEVER_STOP}",
    cite=citations.PROTOCOL_INTERACTIONS,
)
def no_medicine_blocks(facts: Facts) -> Check:
    """No medicine of a blocking class; thyroid hormone blocks with an overactive thyroid."""
    overactive = any_true(
        facts.intake.conditions.get(f"hyperthyroidism_{how}")
        for how in ("controlled", "uncontrolled")
    )
    found = _none_of(
        facts,
        lambda medicine: _blocks(medicine) or (overactive is True and _is_thyroid(medicine)),
        "blocking medicine",
    )
    if found.met and overactive is None and any(map(_is_thyroid, facts.intake.medicines or ())):
        return Check(None, "thyroid hormone, and the thyroid condition is not known", found.limit)
    return found


@rule(
    "opioid_concurrent",
    Force.HARD,
    at=EVERYWHERE,
    says="You take an opioid. Together with ketamine it can stop your breathing.",
    remedy=f"Home treatment is not possible with an opioid. {_NEVER_STOP}",
    cite=citations.HOME_EXCLUSIONS,
)
def no_opioid_is_taken(facts: Facts) -> Check:
    """No prescribed or reported opioid, whatever its purpose."""
    told = facts.intake.conditions.get("opioid_concurrent")
    if told:
        return Check(met=False, observed="daily opioid reported", limit="no opioid")
    listed = _none_of(facts, lambda medicine: _is(medicine, Kind.OPIOID), "opioid")
    return Check(None, NOT_ANSWERED, "no opioid") if told is None and listed.met else listed


@rule(
    "benzodiazepine_high_dose",
    Force.HARD,
    at=EVERYWHERE,
    says="Your daily dose of calming medicine is too high for treatment at home.",
    remedy=f"Talk to your prescriber. {_NEVER_STOP}",
    cite=citations.PROTOCOL_INTERACTIONS,
)
def benzodiazepine_dose_is_low(facts: Facts) -> Check:
    """At most {benzodiazepine_mg_hundredths_max} in lorazepam, all benzodiazepines together."""
    top = facts.limits.benzodiazepine_mg_hundredths_max
    limit = f"at most {top / 100:g} mg lorazepam equivalent a day"
    if facts.intake.medicines is None:
        return Check(None, NOT_ANSWERED, limit)
    doses = [
        medicine.lorazepam_equivalent_mg_hundredths
        for medicine in facts.intake.medicines
        if _is(medicine, Kind.BENZODIAZEPINE)
    ]
    total = sum(dose for dose in doses if dose is not None)
    if total <= top and None in doses:
        return Check(None, "dose not known", limit)
    return Check(total <= top, f"{total / 100:g} mg", limit)


@rule(
    "interaction_review",
    Force.SOFT,
    at=REVIEW_POINTS,
    says="One of your medicines needs a careful look before ketamine.",
    remedy=f"Your prescriber writes a plan for it. {_NEVER_STOP}",
    cite=citations.PROTOCOL_INTERACTIONS,
)
def no_medicine_needs_review(facts: Facts) -> Check:
    """No medicine of a class that needs a written plan."""
    return _none_of(facts, _needs_review, "medicine to review")


@rule(
    "concomitant_nmda_antagonist",
    Force.SOFT,
    at=REVIEW_POINTS,
    says="You take a medicine that works like ketamine. Together they can be too strong.",
    remedy=f"Your prescriber decides. {_NEVER_STOP}",
    cite=citations.PROTOCOL_INTERACTIONS,
)
def no_other_nmda_antagonist(facts: Facts) -> Check:
    """No memantine, dextromethorphan or amantadine."""
    return _none_of(facts, lambda medicine: _is(medicine, Kind.NMDA_ANTAGONIST), "NMDA antagonist")


@rule(
    "polypharmacy_interaction",
    Force.SOFT,
    at=REVIEW_POINTS,
    says="Some of your medicines need a careful look, because you take them together.",
    remedy=f"Your prescriber writes one plan for all of them. {_NEVER_STOP}",
    cite=citations.PROTOCOL_REVIEW,
)
def medicines_are_few(facts: Facts) -> Check:
    """Fewer than {polypharmacy_from} that need a review of their own."""
    top = facts.limits.polypharmacy_from
    if facts.intake.medicines is None:
        return Check(None, NOT_ANSWERED, f"fewer than {top} to review")
    names = [medicine.name for medicine in facts.intake.medicines if _is_reviewed(medicine)]
    return Check(len(names) < top, ", ".join(names) or "none", f"fewer than {top} to review")


@rule(
    "interaction_warn",
    Force.ADVISORY,
    at=REVIEW_POINTS,
    says="Please mind one of your medicines on the day of a dose.",
    remedy=f"Take it as prescribed, and ask your care team if unsure. {_NEVER_STOP}",
    cite=citations.PROTOCOL_INTERACTIONS,
)
def no_medicine_needs_a_warning(facts: Facts) -> Check:
    """No medicine of a class that calls for a warning."""
    return _none_of(facts, lambda medicine: _acts(medicine, Action.WARN), "medicine to mind")


def _none_of(facts: Facts, wrong: Callable[[MedicineFact], bool], what: str) -> Check:
    if facts.intake.medicines is None:
        return Check(None, NOT_ANSWERED, f"no {what}")
    names = [medicine.name for medicine in facts.intake.medicines if wrong(medicine)]
    return Check(not names, ", ".join(names) or "none", f"no {what}")


def _is_unmapped(medicine: MedicineFact) -> bool:
    code = medicine.rxcui
    return interaction_of(medicine) is None or (
        code is not None and not agrees(medicine.name, code)
    )


def _is(medicine: MedicineFact, kind: Kind) -> bool:
    found = interaction_of(medicine)
    return found is not None and found.kind is kind


def _acts(medicine: MedicineFact, action: Action) -> bool:
    found = interaction_of(medicine)
    return found is not None and found.action is action


def _is_thyroid(medicine: MedicineFact) -> bool:
    return _is(medicine, Kind.THYROID_HORMONE)


def _blocks(medicine: MedicineFact) -> bool:
    """Say whether a medicine blocks by its class; an opioid has a code of its own."""
    return _acts(medicine, Action.BLOCK) and not _is(medicine, Kind.OPIOID)


def _is_reviewed(medicine: MedicineFact) -> bool:
    return _acts(medicine, Action.REVIEW)


def _needs_review(medicine: MedicineFact) -> bool:
    return _is_reviewed(medicine) and not _is(medicine, Kind.NMDA_ANTAGONIST)

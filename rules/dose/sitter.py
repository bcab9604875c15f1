"""May this person sit, and is this person here, sober and free for it?"""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import absent, age_on, any_true, check_all
from rules.terms import Force

GATE = Point.CHECK_IN | Point.DOSE
_ANOTHER = "Ask another adult you trust to sit with you, or move the session."


@rule(
    "sitter_under_18",
    Force.HARD,
    at=GATE,
    says="Your sitter must be at least {adult_years} old.",
    remedy=_ANOTHER,
    cite=citations.SITTER_PRACTICE,
)
def sitter_is_adult(facts: Facts) -> Check:
    """The sitter is at least {adult_years} on the local date of the session."""
    born_on, day, least = facts.sitter.born_on, facts.person.local_date, facts.limits.adult_years
    limit = f"at least {least} years"
    if born_on is None or day is None:
        return Check(None, "age not known", limit)
    age = age_on(born_on, day)
    return Check(age >= least, f"{age} years", limit)


sitter_is_somebody_else = rule(
    "sitter_is_patient",
    Force.HARD,
    at=GATE,
    says="Your sitter must be another person with a phone and log-in of their own.",
    clinician="Sitter is the patient, or shares phone, e-mail or device with the patient.",
    remedy="Your sitter joins from their own phone. If you are alone, move the session.",
    cite=citations.PROTOCOL_SITTER,
)(
    absent(
        lambda facts: any_true(
            (facts.sitter.is_the_patient, facts.sitter.shares_contact_or_device)
        ),
        "sign that sitter and patient are one person",
    )
)


@rule(
    "sitter_not_present",
    Force.HARD,
    at=GATE,
    says="Your sitter has to be with you in the room, and say so on their own phone.",
    remedy="Wait for your sitter, who confirms from their own phone.",
    cite=citations.SITTER_PRACTICE,
)
def sitter_is_present(facts: Facts) -> Check:
    """A named sitter attested, in the last {sitter_word_life}, to be at the dosing address."""
    at, life = facts.sitter.attested_at, facts.limits.sitter_word_life
    attested = None if at is None else facts.now - at <= life
    return check_all(
        {
            "sitter named": facts.sitter.named,
            f"sitter attested within {life}": attested,
            "sitter in the room": facts.sitter.present,
        }
    )


@rule(
    "sitter_not_sober",
    Force.HARD,
    at=GATE,
    says="Your sitter must be sober, and must be for the whole session.",
    remedy=_ANOTHER,
    cite=citations.SITTER_PRACTICE,
)
def sitter_is_sober(facts: Facts) -> Check:
    """The sitter had no alcohol, cannabis, sedative or dose in the last 24 hours."""
    return check_all({"sitter sober for 24 hours": facts.sitter.sober_24h})


sitter_is_free = rule(
    "sitter_double_booked",
    Force.HARD,
    at=GATE,
    says="Your sitter is watching someone else or taking a dose today.",
    clinician="Sitter sits for another active session or has a dose of their own today.",
    remedy=_ANOTHER,
    cite=citations.PROTOCOL_SITTER,
)(
    absent(
        lambda facts: any_true((facts.sitter.sitting_elsewhere, facts.sitter.dosing_today)),
        "other session or own dose today",
    )
)

sitter_has_no_other_care = rule(
    "sitter_caregiving_conflict",
    Force.HARD,
    at=GATE,
    says="Your sitter also has to look after someone else. They must be free for you.",
    clinician="Sitter is sole carer of a child, dependant or animal during the session.",
    remedy="Ask a third person to look after children and pets, or find another sitter.",
    cite=citations.SITTER_PRACTICE,
)(absent(lambda facts: facts.sitter.caring_for_others, "care for others during the session"))


@rule(
    "sitter_untrained",
    Force.HARD,
    at=GATE,
    says="Your sitter has not finished the short training, or it is too long ago.",
    remedy="The sitter takes the training now. It is short.",
    cite=citations.SITTER_PRACTICE,
)
def sitter_is_trained(facts: Facts) -> Check:
    """Sitter training and emergency card within the last {sitter_training_life}."""
    trained_at, life = facts.sitter.trained_at, facts.limits.sitter_training_life
    limit = f"at most {life.days} days ago"
    if trained_at is None:
        return Check(None, "no training known", limit)
    age = facts.now - trained_at
    return Check(age <= life, f"{age.days} days ago", limit)


@rule(
    "sitter_contact_unverified",
    Force.HARD,
    at=GATE,
    says="We could not confirm your sitter's phone, or that they can call for help.",
    remedy="The sitter confirms a phone number, and that they can call 911 with the address.",
    cite=citations.PROTOCOL_SITTER,
)
def sitter_can_be_reached(facts: Facts) -> Check:
    """Sitter identity and phone verified; able to call 911, speak up and give the address."""
    return check_all(
        {
            "phone in the record": facts.sitter.phone_known,
            "phone verified": facts.sitter.contact_verified,
            "can call for help": facts.sitter.can_call_emergency,
        }
    )


sitter_is_safe = rule(
    "sitter_unsafe",
    Force.HARD,
    at=GATE,
    says="This person cannot be your sitter.",
    clinician="Patient flagged the sitter as unsafe in confidence, or sitter is the remote coach.",
    remedy="Choose another sitter. You can talk to your care team in private.",
    cite=citations.PROTOCOL_SITTER,
)(
    absent(
        lambda facts: any_true((facts.sitter.flagged_unsafe, facts.sitter.is_remote_coach)),
        "reason against this sitter",
    )
)

sitter_is_unchanged = rule(
    "sitter_changed",
    Force.HARD,
    at=Point.DOSE,
    says="Your sitter changed after you were cleared. We need to check again.",
    clinician="Sitter replaced after clearance: the clearance is void.",
    remedy="Go through the checks again with the new sitter.",
    cite=citations.PROTOCOL_SITTER,
)(absent(lambda facts: facts.sitter.changed_since_clearance, "change of sitter since clearance"))

"""Is today a day for a dose? Food, drink, other substances, illness and sleep, asked fresh."""

from datetime import datetime, timedelta

from rules import citations
from rules.core import Check, Point, Rule, rule
from rules.facts import Facts
from rules.intake.interactions import slows_the_stomach
from rules.looks import NOT_ANSWERED, Read, absent, all_true, any_true, present
from rules.terms import Force

GATE = Point.CHECK_IN | Point.DOSE
_WAIT_A_DAY = "Wait until a full day has passed. We can move the session."


def _slow_stomach(facts: Facts) -> bool | None:
    medicines = facts.intake.medicines
    listed = None if medicines is None else any(map(slows_the_stomach, medicines))
    return any_true((facts.day.slow_stomach, listed))


@rule(
    "fasting_food",
    Force.HARD,
    at=GATE,
    says="You have eaten too recently to take a dose now.",
    remedy="Wait until {food_wait} after your last food. If your stomach empties slowly, wait "
    "{food_wait_slow_stomach}.",
    cite=citations.CONSENT_PRACTICE,
)
def stomach_is_empty(facts: Facts) -> Check:
    """Last food {food_wait} ago; {food_wait_slow_stomach} with a stomach that empties slowly."""
    slow, limits = _slow_stomach(facts), facts.limits
    usual = _waited(facts, facts.day.last_food_at, limits.food_wait)
    longer = _waited(facts, facts.day.last_food_at, limits.food_wait_slow_stomach)
    if slow is None and usual.met and not longer.met:
        return Check(None, f"{usual.observed}, and it is not known if the stomach is slow")
    return usual if slow is False else longer


@rule(
    "fasting_fluid",
    Force.HARD,
    at=GATE,
    says="You have had a drink too recently to take a dose now.",
    remedy="Wait until {fluid_wait} after your last drink; sips with medicine are fine.",
    cite=citations.CONSENT_PRACTICE,
)
def nothing_was_drunk(facts: Facts) -> Check:
    """Last fluid at least {fluid_wait} ago; sips with medicine do not count."""
    return _waited(facts, facts.day.last_fluid_at, facts.limits.fluid_wait)


def _substance(code: str, what: str, read: Read, says: str, remedy: str = _WAIT_A_DAY) -> Rule:
    """Make the rule for one substance that only waiting can clear."""
    return rule(
        code,
        Force.HARD,
        at=GATE,
        says=says,
        clinician=f"Reported today: {what}.",
        remedy=remedy,
        cite=citations.CONSENT_PRACTICE,
    )(absent(read, what))


SUBSTANCES = (
    _substance(
        "alcohol_window",
        "alcohol in the last 24 hours",
        lambda facts: facts.day.alcohol_24h,
        "Alcohol and ketamine together can stop your breathing. You drank in the last 24 hours.",
    ),
    _substance(
        "cannabis_window",
        "cannabis in the last 24 hours",
        lambda facts: facts.day.cannabis_24h,
        "You used cannabis in the last 24 hours. It can make a dose frightening and unsafe.",
    ),
    _substance(
        "opioid_window",
        "opioid in the last 24 hours",
        lambda facts: facts.day.opioid_24h,
        "You took an opioid in the last 24 hours. Together they can stop your breathing.",
        "Do not take a dose. Tell your prescriber which medicine you took and why.",
    ),
    _substance(
        "sedative_window",
        "sedating medicine in the last 24 hours",
        lambda facts: facts.day.sedative_24h,
        "You took a medicine that makes you sleepy in the last 24 hours.",
    ),
    _substance(
        "psychedelic_window",
        "other psychedelic, MDMA or outside ketamine in the last 7 days",
        lambda facts: facts.day.psychedelic_7d,
        "You used another mind-altering drug in the last 7 days.",
        "Wait until 7 days have passed, and tell your prescriber.",
    ),
    _substance(
        "grapefruit_exposure",
        "grapefruit today",
        lambda facts: facts.day.grapefruit_today,
        "You had grapefruit today. It can make a dose up to three times as strong.",
        "Wait until tomorrow. Keep grapefruit away from dose days.",
    ),
)


@rule(
    "benzodiazepine_window",
    Force.HARD,
    at=GATE,
    says="You took a calming medicine that is not part of your plan.",
    remedy="Wait until a full day has passed. Never stop a daily medicine on your own.",
    cite=citations.CONSENT_PRACTICE,
)
def no_unplanned_benzodiazepine(facts: Facts) -> Check:
    """No benzodiazepine in the last 24 hours outside the written plan."""
    taken, planned = facts.day.benzodiazepine_24h, facts.day.benzodiazepine_in_plan
    met = any_true((None if taken is None else not taken, planned))
    return Check(met, _benzodiazepine(facts), "none in 24 hours outside the plan")


@rule(
    "benzodiazepine_plan",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="You took your planned calming medicine. Your prescriber decides about today.",
    remedy="Your prescriber looks at the plan. Never stop a daily medicine on your own.",
    cite=citations.CONSENT_PRACTICE,
)
def planned_benzodiazepine_is_reviewed(facts: Facts) -> Check:
    """A benzodiazepine within the plan is taken as prescribed and reviewed, never stopped."""
    taken, planned = facts.day.benzodiazepine_24h, facts.day.benzodiazepine_in_plan
    both = all_true((taken, planned))
    met = None if both is None else not both
    return Check(met, _benzodiazepine(facts), "none in 24 hours")


acute_illness = rule(
    "acute_illness",
    Force.HARD,
    at=GATE,
    says="You are ill, or had an injury or surgery in the last week. Wait until you are well.",
    clinician="Fever, vomiting, new head injury, surgery within 7 days or other acute illness.",
    remedy="Rest and get well first. Call your care team, or 911 if you feel very ill.",
    cite=citations.PROTOCOL_DAY,
)(absent(lambda facts: facts.day.acute_illness, "acute illness"))

stimulant = rule(
    "stimulant_same_day",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="You took a stimulant today. It can raise your blood pressure during a dose.",
    clinician="Psychostimulant taken on the day of the dose.",
    remedy="Your prescriber decides. Do not stop the medicine on your own.",
    cite=citations.PROTOCOL_DAY,
)(absent(lambda facts: facts.day.stimulant_today, "stimulant today"))

slow_stomach = rule(
    "delayed_gastric_emptying",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="Your stomach empties slowly. You need a longer fast and a plan from your prescriber.",
    clinician="GLP-1 agonist or gastroparesis: no food for {food_wait_slow_stomach}, and a plan "
    "of the prescriber.",
    remedy="Your prescriber writes the plan for fasting.",
    cite=citations.PROTOCOL_DAY,
)(absent(_slow_stomach, "slow stomach"))

mouth = rule(
    "oral_mucosa_issue",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="Sores or fresh dental work in your mouth can change how much medicine you take in.",
    clinician="Oral sores, dental surgery within 7 days or mucositis.",
    remedy="Your prescriber decides. It is often best to let your mouth heal first.",
    cite=citations.PROTOCOL_TAKING,
)(absent(lambda facts: facts.day.mouth_sores, "sores or recent surgery in the mouth"))

grapefruit_recent = rule(
    "grapefruit_recent",
    Force.ADVISORY,
    at=Point.CHECK_IN,
    says="You had grapefruit in the last 3 days. The dose may feel stronger.",
    clinician="Grapefruit within 3 days: exposure may be raised.",
    remedy="Stay with your sitter, and skip grapefruit before the next session.",
    cite=citations.ORAL_KETAMINE_ENZYMES,
)(absent(lambda facts: facts.day.grapefruit_3d, "grapefruit in the last 3 days"))


@rule(
    "sleep_deprived",
    Force.ADVISORY,
    at=Point.CHECK_IN,
    says="You slept very little last night. A dose may be harder on you.",
    remedy="Think about moving the session. Rest as much as you can.",
    cite=citations.PROTOCOL_DAY,
)
def slept_enough(facts: Facts) -> Check:
    """At least {sleep_minutes_min} of sleep last night."""
    slept, least = facts.day.sleep_minutes, facts.limits.sleep_minutes_min
    limit = f"at least {least} minutes"
    if slept is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(slept >= least, f"{slept} minutes", limit)


no_driving_plan = rule(
    "no_driving_plan",
    Force.HARD,
    at=GATE,
    says=(
        "Please promise not to drive until tomorrow, after a night's sleep. The same goes for "
        "other risky things."
    ),
    clinician="No attestation that the patient will not drive until the next day after sleep.",
    remedy="Make a plan that needs no driving, then confirm it.",
    cite=citations.SPRAVATO_PATIENT,
)(present(lambda facts: facts.day.no_driving_promised, "no driving until tomorrow"))


def _waited(facts: Facts, since: datetime | None, wait: timedelta) -> Check:
    limit = f"at least {wait} ago"
    if since is None:
        return Check(None, NOT_ANSWERED, limit)
    return Check(facts.now - since >= wait, f"{facts.now - since} ago", limit)


def _benzodiazepine(facts: Facts) -> str:
    words = {None: NOT_ANSWERED, True: "yes", False: "no"}
    taken, planned = facts.day.benzodiazepine_24h, facts.day.benzodiazepine_in_plan
    return f"taken: {words[taken]}; in the plan: {words[planned]}"

"""Is the place safe for a dose, and can help get in?"""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import any_true, check_all
from rules.terms import Force, SuicideRisk

GATE = Point.CHECK_IN | Point.DOSE


@rule(
    "address_unconfirmed",
    Force.HARD,
    at=GATE,
    says="We need to know exactly where you are, so that help can find you.",
    remedy="Write down the address where you are now, and confirm it.",
    cite=citations.PROTOCOL_HOME,
)
def address_is_confirmed(facts: Facts) -> Check:
    """Address confirmed today, in the state of the session, and written in the record."""
    return check_all(
        {
            "address in the record": facts.home.address_written,
            "address confirmed today": facts.home.address_confirmed,
            "state matches the address": facts.home.state_matches_address,
        }
    )


@rule(
    "emergency_plan_missing",
    Force.HARD,
    at=GATE,
    says="Your emergency plan is not ready.",
    remedy="Go through the plan with your sitter; name whom we call; charge both phones.",
    cite=citations.PROTOCOL_HOME,
)
def help_can_be_called(facts: Facts) -> Check:
    """Emergency plan confirmed, somebody to call known, phone charged, second phone there."""
    return check_all(
        {
            "emergency contact with a phone": facts.home.emergency_contact_known,
            "emergency plan confirmed": facts.home.emergency_plan_confirmed,
            "phone charged": facts.home.phone_charged,
            "second phone": facts.home.second_phone,
        }
    )


@rule(
    "environment_unsafe",
    Force.HARD,
    at=GATE,
    says="The place is not safe enough yet for a dose.",
    remedy="Lie down indoors; no flames, no stove, nobody to look after, nothing planned today.",
    cite=citations.PROTOCOL_HOME,
)
def room_is_safe(facts: Facts) -> Check:
    """No vehicle, water or open balcony; no flame; nobody to care for; nothing until tomorrow."""
    return check_all(
        {
            "safe place": facts.home.safe_place,
            "nobody to care for": facts.home.nobody_to_care_for,
            "no flame or stove": facts.home.no_flame_or_stove,
            "nothing scheduled": facts.home.nothing_scheduled,
        }
    )


@rule(
    "means_not_secured",
    Force.HARD,
    at=GATE,
    says="Firearms and other dangerous things must be locked away before a dose.",
    remedy="Ask your sitter to lock them away or take them out of the home, then confirm.",
    cite=citations.PROTOCOL_HOME,
)
def means_are_secured_after_suicidality(facts: Facts) -> Check:
    """After any suicidal thought in 12 months, firearms and other means are locked away."""
    suicidal, secured = _suicidal(facts), facts.home.means_secured
    met = any_true((secured, None if suicidal is None else not suicidal))
    return Check(met, _words(facts), "locked away after any suicidal thought in 12 months")


@rule(
    "means_unconfirmed",
    Force.ADVISORY,
    at=Point.CHECK_IN,
    says="Please lock away guns and other things that could do harm before a session.",
    remedy="Ask your sitter to help you.",
    cite=citations.PROTOCOL_HOME,
)
def means_are_secured(facts: Facts) -> Check:
    """Firearms and other means are locked away; asked of everyone."""
    return Check(facts.home.means_secured, _words(facts), "locked away")


def _suicidal(facts: Facts) -> bool | None:
    risk = facts.instruments.suicide_risk
    today = risk in (SuicideRisk.LOW, SuicideRisk.MODERATE, SuicideRisk.HIGH)
    return any_true((facts.home.suicidal_12_months, today))


def _words(facts: Facts) -> str:
    words = {None: "not answered", True: "locked away", False: "not locked away"}
    return words[facts.home.means_secured]

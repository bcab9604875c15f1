"""May this clinician do this for this patient, where the patient is now?"""

from datetime import date, timedelta

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import NOT_ANSWERED, any_true, present
from rules.terms import Force

_PRESCRIBING = Point.APPROVAL | Point.ORDER
_DOSING = Point.CHECK_IN | Point.DOSE
_HOUR = timedelta(hours=1)

the_patient_is_who_they_say = rule(
    "identity_not_verified",
    Force.HARD,
    at=_PRESCRIBING | _DOSING,
    says="We have not checked your identity yet.",
    clinician="Photo ID and live video match are not on record.",
    remedy="Show your photo ID to your prescriber on a video visit.",
    cite=citations.IDENTITY,
)(present(lambda facts: facts.person.identity_verified, "identity verified"))


@rule(
    "state_not_enabled",
    Force.HARD,
    at=_PRESCRIBING | _DOSING,
    says="We can't treat you in the state where you are now.",
    clinician="The patient is in a state without a current, enabled row.",
    remedy="Wait until you are back in a state where we may treat you, or ask your care team.",
    cite=citations.PROTOCOL_STATES,
)
def the_state_is_enabled(facts: Facts) -> Check:
    """The law follows where the patient is, at every encounter."""
    state, enabled = facts.authority.state, facts.authority.state_enabled
    if state is None or enabled is None:
        return Check(None, state or "state not known", "an enabled state")
    return Check(enabled, state, "an enabled state")


@rule(
    "prescriber_not_licensed_in_state",
    Force.HARD,
    at=_PRESCRIBING | _DOSING,
    says="Your prescriber may not treat you in the state where you are now.",
    clinician="No active licence of the prescriber in the patient's state today, or another one "
    "than a physician's where the state asks for that.",
    remedy="Ask your care team for a prescriber who is licensed in your state.",
    cite=citations.PROTOCOL_STATES,
)
def the_prescriber_is_licensed_here(facts: Facts) -> Check:
    """A licence counts as what the state lets its holder do."""
    licensed, limit = facts.authority.prescriber_licensed, "licence active in the state"
    if not licensed:
        return Check(licensed, "no licence" if licensed is False else NOT_ANSWERED, limit)
    physician, others = (
        facts.authority.prescriber_is_physician,
        facts.authority.npp_prescriber_allowed,
    )
    may = any_true((physician, others))
    seen = {True: limit, False: "state keeps it to physicians", None: "profession not known"}
    return Check(may, seen[may], limit)


the_prescriber_has_dea_registration = rule(
    "prescriber_dea_invalid",
    Force.HARD,
    at=_PRESCRIBING | _DOSING,
    says="Your prescriber can't order this medicine at the moment.",
    clinician="The prescriber's DEA registration is not valid.",
    remedy="Ask your care team for another prescriber.",
    cite=citations.PRESCRIBER,
)(present(lambda facts: facts.authority.dea_registered, "DEA registration valid"))

dea_registration_covers_the_state = rule(
    "prescriber_dea_state_mismatch",
    Force.HARD,
    at=_PRESCRIBING | _DOSING,
    says="Your prescriber can't order this medicine in the state where you are now.",
    clinician="No DEA registration in the patient's state.",
    remedy="Ask your care team for a prescriber who is registered in your state.",
    cite=citations.DEA_STATE,
)(present(lambda facts: facts.authority.dea_in_state, "DEA registration in the state"))


@rule(
    "telemedicine_authority_expired",
    Force.HARD,
    at=_PRESCRIBING,
    says="The law that lets us prescribe by video has run out. You need a visit in person first.",
    clinician="The dated telemedicine authority has passed and there was no in-person evaluation.",
    remedy="Book a visit in person with your prescriber.",
    cite=citations.TELEMEDICINE,
)
def telemedicine_is_in_force(facts: Facts) -> Check:
    """It lasts to the end of its last day where that day ends first: patient or prescriber."""
    through, here = facts.authority.telemedicine_through, facts.person.local_date
    there = facts.authority.prescriber_local_date
    limit = f"through {through}" if through else "a dated authority"
    if facts.authority.in_person_evaluated:
        return Check(True, "evaluated in person", limit)
    if through is None or here is None or there is None:
        return Check(None, "authority or date not known", limit)
    today = max(here, there)
    return Check(today <= through, str(today), limit)


@rule(
    "in_person_eval_missing",
    Force.HARD,
    at=_PRESCRIBING,
    says="Your state asks for a visit in person before we may prescribe this medicine.",
    clinician="The state requires an in-person evaluation and none is on record.",
    remedy="Book a visit in person with your prescriber.",
    cite=citations.RYAN_HAIGHT,
)
def an_in_person_visit_is_done_where_required(facts: Facts) -> Check:
    """A state may ask for more than the federal rule."""
    seen, required = facts.authority.in_person_evaluated, facts.authority.in_person_required
    if seen or required is False:
        return Check(True, "seen in person" if seen else "not required", "where required")
    if required is None or seen is None:
        return Check(None, "not known", "where required")
    return Check(False, "required, not done", "where required")


a_visit_in_person_took_place = rule(
    "in_person_visit_absent",
    Force.ADVISORY,
    at=_PRESCRIBING,
    says="A visit in person at some point is good practice, though not required.",
    clinician="The patient was never seen in person by this prescriber.",
    remedy="Offer a visit in person.",
    cite=citations.ASKP3_HOME_2024,
)(present(lambda facts: facts.authority.in_person_evaluated, "seen in person"))


@rule(
    "pdmp_not_checked",
    Force.HARD,
    at=_PRESCRIBING,
    says="Your prescriber has not checked the state's medicine record yet.",
    clinician="No PDMP query is on record.",
    remedy="Your prescriber must check the state's record first.",
    cite=citations.PDMP,
)
def the_medicine_record_is_checked(facts: Facts) -> Check:
    """A query dated in the future was never made."""
    checked = facts.authority.pdmp_checked_at
    if checked is None:
        return Check(None, "no query on record", "a query")
    return Check(checked <= facts.now, f"{checked:%Y-%m-%d %H:%M} UTC", "a query in the past")


@rule(
    "pdmp_stale",
    Force.HARD,
    at=_PRESCRIBING,
    says="Your prescriber's check of the state's medicine record is too old.",
    clinician="The last PDMP query is older than its life.",
    remedy="Your prescriber must check the state's record again.",
    cite=citations.PDMP,
)
def the_medicine_record_check_is_fresh(facts: Facts) -> Check:
    """The query lies within the hours before the prescription."""
    checked, life = facts.authority.pdmp_checked_at, facts.limits.pdmp_life
    limit = f"within {life / _HOUR:.0f} h"
    if checked is None:
        return Check(None, "no query on record", limit)
    age = facts.now - checked
    return Check(age <= life, f"{age / _HOUR:.1f} h ago", limit)


@rule(
    "contact_stale",
    Force.HARD,
    at=Point.ORDER,
    says="It is too long since you and your prescriber last talked.",
    clinician="No recent clinical contact: nothing is ordered without one.",
    remedy="Book a visit with your prescriber.",
    cite=citations.PROTOCOL_DIVERSION,
)
def the_last_clinical_contact_is_recent(facts: Facts) -> Check:
    """An order follows a conversation."""
    contact, life = facts.authority.contact_at, facts.limits.telemedicine_contact_life
    limit = f"within {life.days} days"
    if contact is None:
        return Check(None, "no contact on record", limit)
    age = facts.now - contact
    return Check(age <= life, f"{age.days} days ago", limit)


@rule(
    "rx_refill_limit",
    Force.HARD,
    at=Point.ORDER,
    says="This prescription has no refills left.",
    clinician="All {refills_max} of a Schedule III prescription were used.",
    remedy="Your prescriber must write a new prescription.",
    cite=citations.REFILLS,
)
def refills_are_left(facts: Facts) -> Check:
    """The law counts refills, not orders."""
    used, most = facts.authority.refills_used, facts.limits.refills_max
    if used is None:
        return Check(None, "refills not known", f"at most {most}")
    return Check(used < most, f"{used} used", f"at most {most}")


@rule(
    "rx_expired_6mo",
    Force.HARD,
    at=Point.ORDER,
    says="This prescription is more than {prescription_life_months} old.",
    clinician="A Schedule III prescription is not filled later than "
    "{prescription_life_months} after issue.",
    remedy="Your prescriber must write a new prescription.",
    cite=citations.REFILLS,
)
def the_prescription_is_not_too_old(facts: Facts) -> Check:
    """Six calendar months from the day of issue, that day included."""
    issued, today = facts.authority.prescription_issued_on, facts.person.local_date
    months = facts.limits.prescription_life_months
    if issued is None or today is None:
        return Check(None, "date of issue not known", f"{months} months")
    age = _whole_months_between(issued, today)
    last_day = age < months or (age == months and issued.day == today.day)
    return Check(last_day, f"issued {issued}", f"{months} months")


@rule(
    "early_refill",
    Force.HARD,
    at=Point.ORDER,
    says="You still have medicine for more sessions, so we can't send more yet.",
    clinician="More sessions' supply is at home than a new shipment allows.",
    remedy="Order again when you have less left. Tell us if medicine was lost or stolen.",
    cite=citations.PROTOCOL_DIVERSION,
)
def little_is_left_at_home(facts: Facts) -> Check:
    """A new shipment comes when the last one is nearly used."""
    left = facts.authority.supply_remaining_sessions
    most = facts.limits.refill_when_sessions_left_max
    if left is None:
        return Check(None, "supply at home not known", f"at most {most}")
    return Check(left <= most, f"{left} sessions left", f"at most {most}")


consent_is_signed = rule(
    "consent_missing",
    Force.HARD,
    at=Point.ORDER | _DOSING,
    says="You have not signed the consent form.",
    clinician="No signed consent of this programme, or of the text that the state adds.",
    remedy="Read the consent form, ask what you want to ask, and sign it.",
    cite=citations.PROTOCOL_CONSENT,
)(present(lambda facts: facts.authority.consent_signed, "consent signed"))

consent_is_to_the_current_text = rule(
    "consent_outdated",
    Force.HARD,
    at=Point.ORDER | _DOSING,
    says="The consent form has changed since you signed it.",
    clinician="The signed consent, or that to the state's text, is not the current version.",
    remedy="Read what changed and sign the new form.",
    cite=citations.PROTOCOL_CONSENT,
)(present(lambda facts: facts.authority.consent_is_current, "current version signed"))

the_patient_decides_for_themselves = rule(
    "capacity_or_consent_absent",
    Force.HARD,
    at=_PRESCRIBING | _DOSING,
    says="You must be able to decide about this treatment yourself.",
    clinician="Capacity to consent is not documented; there is no proxy in this programme.",
    remedy="Talk with your prescriber.",
    cite=citations.PROTOCOL_CONSENT,
)(present(lambda facts: facts.authority.capacity, "capacity documented"))


def _whole_months_between(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)

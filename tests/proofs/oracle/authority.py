"""Does the law of the day and place allow it? Section 6 and gates G-10 and G-12 to G-16."""

from rules.facts import Facts
from tests.proofs.oracle.three import (
    HOUR,
    Verdict,
    above,
    all_of,
    any_of,
    lacks,
    months_later,
    older,
)


def authority(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge identity, state, licence, consent and prescription."""
    law, today = facts.authority, facts.person.local_date
    says["identity_not_verified"] = lacks(facts.person.identity_verified)
    says["state_not_enabled"] = None if law.state is None else lacks(law.state_enabled)
    doctor_needed = all_of(lacks(law.npp_prescriber_allowed), lacks(law.prescriber_is_physician))
    unlicensed = lacks(law.prescriber_licensed)
    says["prescriber_not_licensed_in_state"] = (
        None if unlicensed is None else any_of(unlicensed, doctor_needed)
    )
    says["prescriber_dea_invalid"] = lacks(law.dea_registered)
    says["prescriber_dea_state_mismatch"] = lacks(law.dea_in_state)
    says["consent_missing"] = lacks(law.consent_signed)
    says["consent_outdated"] = lacks(law.consent_is_current)
    says["capacity_or_consent_absent"] = lacks(law.capacity)
    unseen = lacks(law.in_person_evaluated)
    through = law.telemedicine_through
    theirs = law.prescriber_local_date
    whole = None not in (through, today, theirs)
    lapsed = max(today, theirs) > through if whole else None
    says["telemedicine_authority_expired"] = False if unseen is False else lapsed
    says["in_person_eval_missing"] = all_of(unseen, law.in_person_required)
    says["in_person_visit_absent"] = unseen
    looked = law.pdmp_checked_at
    says["pdmp_not_checked"] = None if looked is None else looked > facts.now
    says["pdmp_stale"] = older(law.pdmp_checked_at, facts.now, 24 * HOUR)
    _prescription(facts, says)


def _prescription(facts: Facts, says: dict[str, Verdict]) -> None:
    law, today = facts.authority, facts.person.local_date
    says["rx_refill_limit"] = above(law.refills_used, 4)
    issued = law.prescription_issued_on
    over = None if issued is None or today is None else today > months_later(issued, 6)
    says["rx_expired_6mo"] = over
    left = law.supply_remaining_sessions
    says["early_refill"] = above(left, 1)
    days, most = law.order_days_supply, law.state_days_supply_max
    says["state_supply_limit"] = None if None in (days, most) else days > most
    says["state_pharmacy_not_licensed"] = lacks(law.compounding_ship_ok)
    says["contact_stale"] = older(law.contact_at, facts.now, 90 * 24 * HOUR)

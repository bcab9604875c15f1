"""Who is there, where is it, and who answers? Sections 2.7, 2.8, gates G-38, G-39 and G-44."""

from rules.facts import Facts
from rules.terms import SuicideRisk
from tests.proofs.oracle.three import (
    DAY,
    MINUTE,
    Verdict,
    all_of,
    any_of,
    lacks,
    older,
    years_old,
)

ANY_YES = (SuicideRisk.LOW, SuicideRisk.MODERATE, SuicideRisk.HIGH)


def around(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    """Judge the sitter, the home and the cover."""
    sitter, today = facts.sitter, facts.person.local_date
    says["no_sitter"] = any_of(
        lacks(facts.intake.sitter_named), lacks(sitter.named) if at in "CD" else False
    )
    undated = sitter.born_on is None or today is None
    says["sitter_under_18"] = None if undated else years_old(sitter.born_on, today) < 18
    says["sitter_is_patient"] = any_of(sitter.is_the_patient, sitter.shares_contact_or_device)
    says["sitter_not_present"] = any_of(
        lacks(sitter.named),
        lacks(sitter.present),
        older(sitter.attested_at, facts.now, 90 * MINUTE),
    )
    says["sitter_not_sober"] = lacks(sitter.sober_24h)
    says["sitter_double_booked"] = any_of(sitter.sitting_elsewhere, sitter.dosing_today)
    says["sitter_caregiving_conflict"] = sitter.caring_for_others
    says["sitter_untrained"] = older(sitter.trained_at, facts.now, 90 * DAY)
    says["sitter_contact_unverified"] = any_of(
        lacks(sitter.phone_known),
        lacks(sitter.contact_verified),
        lacks(sitter.can_call_emergency),
    )
    says["sitter_unsafe"] = any_of(sitter.flagged_unsafe, sitter.is_remote_coach)
    says["sitter_changed"] = sitter.changed_since_clearance
    _home(facts, says)
    until, needed = facts.cover.on_call_until, facts.cover.needed_until
    says["oncall_unavailable"] = None if until is None or needed is None else until < needed


def _home(facts: Facts, says: dict[str, Verdict]) -> None:
    home = facts.home
    says["address_unconfirmed"] = any_of(
        lacks(home.address_confirmed),
        lacks(home.state_matches_address),
        lacks(home.address_written),
    )
    says["emergency_plan_missing"] = any_of(
        lacks(home.emergency_plan_confirmed),
        lacks(home.emergency_contact_known),
        lacks(home.phone_charged),
        lacks(home.second_phone),
    )
    says["environment_unsafe"] = any_of(
        *(
            lacks(good)
            for good in (
                home.safe_place,
                home.nobody_to_care_for,
                home.no_flame_or_stove,
                home.nothing_scheduled,
            )
        )
    )
    loose, risk = lacks(home.means_secured), facts.instruments.suicide_risk
    thoughts = any_of(home.suicidal_12_months, risk in ANY_YES)
    says["means_not_secured"] = all_of(loose, thoughts)
    says["means_unconfirmed"] = loose

"""What was answered and measured this evening, and by whom? The part of the facts that is fresh."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rules.dose.readings import ends_the_day, is_plausible, why_not_counted
from rules.facts import (
    DayFacts,
    HomeFacts,
    ReadingFact,
    SitterFacts,
    VitalsFacts,
)
from rules.limits import Limits
from rules.terms import VitalPurpose, VitalSource
from workflows.dose import clocks
from workflows.dose.gather import Gathered
from workflows.dose.instants import at, maybe_at

DAY_ANSWERS = (
    "slow_stomach",
    "alcohol_24h",
    "cannabis_24h",
    "opioid_24h",
    "benzodiazepine_24h",
    "sedative_24h",
    "stimulant_today",
    "psychedelic_7d",
    "grapefruit_today",
    "grapefruit_3d",
    "acute_illness",
    "mouth_sores",
    "antihypertensive_missed",
    "sleep_minutes",
    "pregnant_or_unsure",
    "medicines_changed",
    "health_changed",
    "psychotic_symptoms",
    "manic_symptoms",
    "no_driving_promised",
)
HOME_ANSWERS = (
    "address_confirmed",
    "emergency_plan_confirmed",
    "phone_charged",
    "second_phone",
    "safe_place",
    "nobody_to_care_for",
    "no_flame_or_stove",
    "nothing_scheduled",
    "means_secured",
    "suicidal_12_months",
)
SITTER_ANSWERS = ("present", "sober_24h", "caring_for_others", "can_call_emergency")


def answers(found: Gathered, part: str) -> dict[str, Any]:
    """Give tonight's answers of one part; none were given if there is no check."""
    told: dict[str, Any] = found.check.answers.get(part, {}) if found.check else {}
    return told


def local_date(found: Gathered, now: datetime) -> date:
    """Give the date where the dose is taken; the zone is the session's, not the profile's."""
    return now.astimezone(ZoneInfo(found.session.time_zone)).date()


def day_facts(found: Gathered, limits: Limits) -> DayFacts:
    """Turn tonight's answers into facts; what was not answered stays unknown."""
    if found.check is None:
        return DayFacts()
    told = answers(found, "day")
    told = told | {"alcohol_24h": _alcohol(told, found.check.submitted_at, limits)}
    return DayFacts(
        submitted_at=found.check.submitted_at,
        last_food_at=maybe_at(told.get("last_food_at")),
        last_fluid_at=maybe_at(told.get("last_fluid_at")),
        benzodiazepine_in_plan=bool(found.plan.benzodiazepine_plan),
        replayed_offline=False,
        clock_skew_seconds=clocks.skew_tonight(found.check, readings_of(found), found.session),
        **{name: told.get(name) for name in DAY_ANSWERS},
    )


def _alcohol(told: dict[str, Any], at_: datetime, limits: Limits) -> bool | None:
    """A last drink that was told by its time is counted in real hours; a yes stays a yes."""
    last, said = maybe_at(told.get("last_alcohol_at")), told.get("alcohol_24h")
    if last is None:
        return said
    return said is True or at_ - last < limits.alcohol_wait


def home_facts(found: Gathered) -> HomeFacts:
    """Turn tonight's look around the home into facts."""
    told = answers(found, "home")
    confirmed_state = told.get("address_state")
    matches = None if confirmed_state is None else confirmed_state == found.session.patient_state
    contact: dict[str, Any] = dict(found.patient.contact or {})
    return HomeFacts(
        state_matches_address=matches,
        address_written=_has(contact, "address", ("line", "city", "state", "postal_code")),
        emergency_contact_known=_has(contact, "emergency_contact", ("name", "phone")),
        **{name: told.get(name) for name in HOME_ANSWERS},
    )


def _has(contact: dict[str, Any], part: str, needed: tuple[str, ...]) -> bool:
    """Say whether helpers would find this part of the record whole."""
    told = contact.get(part)
    return isinstance(told, dict) and all(told.get(name) for name in needed)


def readings_of(found: Gathered) -> list[dict[str, Any]]:
    """Give the readings of this session alone, all of them."""
    mine = str(found.session.id)
    return [row for row in found.counts["readings"] if row["session"] == mine]


def vitals_facts(found: Gathered, now: datetime, limits: Limits) -> VitalsFacts:
    """Give the readings of this check-in that count, oldest first; the day forgets none.

    Opening the check-in again, or another session, gives no new tries and lifts no end of the day.
    """
    opened_at, today = found.session.check_in_opened_at, _of_today(found, now)
    counted: tuple[ReadingFact, ...] = ()
    for reading in today:
        if why_not_counted(reading, counted, limits) is None:
            counted = (*counted, reading)
    fresh = tuple(r for r in counted if opened_at is not None and r.measured_at >= opened_at)
    tries_used_up = not fresh and len(counted) >= limits.vitals_readings_max
    ended = any(is_plausible(r, None, limits) and ends_the_day(r, limits) for r in today)
    return VitalsFacts(
        readings=(*fresh, *_no_measurement(found, fresh, counted, limits)),
        no_more_today=ended or tries_used_up,
        check_in_opened_at=opened_at,
        oximeter_required=_needs_oximeter(found),
    )


def vitals_since_dose(found: Gathered) -> VitalsFacts:
    """Give the newest reading since the first part, alone; a copied or impossible one is none."""
    dosed_at = found.session.dosed_at
    after = [
        (_reading(row), row["plausible"])
        for row in readings_of(found)
        if row["purpose"] in (VitalPurpose.DURING, VitalPurpose.RELEASE)
    ]
    newest = after[-1:] if dosed_at is not None else []
    return VitalsFacts(
        readings=tuple(reading for reading, plausible in newest if plausible),
        no_more_today=False,
        check_in_opened_at=dosed_at,
        oximeter_required=_needs_oximeter(found),
    )


def _no_measurement(
    found: Gathered,
    fresh: tuple[ReadingFact, ...],
    counted: tuple[ReadingFact, ...],
    limits: Limits,
) -> tuple[ReadingFact, ...]:
    """Give the newest reading of this check-in if no body can give it: it is named, not ignored."""
    mine = [_reading(row) for row in readings_of(found)]
    if not mine or mine[-1] in counted or len(counted) >= limits.vitals_readings_max:
        return ()
    before = fresh[-1] if fresh else None
    opened_at = found.session.check_in_opened_at
    is_fresh = opened_at is not None and mine[-1].measured_at >= opened_at
    return (mine[-1],) if is_fresh and not is_plausible(mine[-1], before, limits) else ()


def _of_today(found: Gathered, now: datetime) -> list[ReadingFact]:
    """Give what was measured before a dose today, or in this check-in if it passed midnight."""
    opened_at, zone = found.session.check_in_opened_at, ZoneInfo(found.session.time_zone)
    rows = (row for row in found.counts["readings"] if row["purpose"] == VitalPurpose.PRE_DOSE)
    return [
        reading
        for reading in map(_reading, rows)
        if reading.measured_at.astimezone(zone).date() == local_date(found, now)
        or (opened_at is not None and reading.measured_at >= opened_at)
    ]


def sitter_facts(found: Gathered) -> SitterFacts:
    """Say who watches tonight, by the record and by their own word."""
    sitter, counts = found.sitter, found.counts
    if sitter is None:
        return SitterFacts(named=False)
    word = found.attestation.answers if found.attestation else {}
    answered = {name: word.get(name) for name in SITTER_ANSWERS}
    own_device = not counts["word_from_patients_device"]
    return SitterFacts(
        named=True,
        born_on=date.fromisoformat(sitter.born_on) if sitter.born_on else None,
        is_the_patient=sitter.user_id == found.patient.user_id,
        shares_contact_or_device=_shares_contact(found) or not own_device,
        contact_verified=sitter.contact_verified_at is not None,
        phone_known=bool(sitter.phone),
        trained_at=sitter.trained_at,
        flagged_unsafe=found.concern is not None and found.concern.unsafe,
        is_remote_coach=counts["sitter_is_staff"],
        sitting_elsewhere=counts["sitter_busy"],
        dosing_today=counts["sitter_dosing"],
        attested_at=found.attestation.attested_at if found.attestation else None,
        changed_since_clearance=_changed(found),
        **answered | ({} if own_device else {"present": False}),
    )


def _shares_contact(found: Gathered) -> bool:
    sitter, account = found.sitter, found.account
    if sitter is None:
        return False
    same_mail = sitter.email_blind == account.email_blind
    same_phone = sitter.phone_blind is not None and sitter.phone_blind == account.phone_blind
    return same_mail or same_phone


def _changed(found: Gathered) -> bool:
    live = found.clearance
    return live is not None and live.sitter_id != found.session.sitter_id


def _needs_oximeter(found: Gathered) -> bool:
    told = found.intake.answers.get("conditions", {}) if found.intake else {}
    lungs = ("sleep_apnoea_treated", "respiratory_moderate")
    return any(told.get(code) in (True, "yes") for code in lungs)


def _reading(row: dict[str, Any]) -> ReadingFact:
    return ReadingFact(
        measured_at=at(row["at"]),
        systolic_mmhg=row["sys"],
        diastolic_mmhg=row["dia"],
        heart_rate_bpm=row["hr"],
        spo2_percent=row["spo2"],
        source=VitalSource(row["source"]),
    )

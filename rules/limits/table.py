"""Which numbers decide, in which unit, how tight may they get, and who says so?

One row each: the value, which is the loosest allowed; `to`, the tightest that is no slip of the
pen; a source. Where no source is named, no outside authority sets the number: it is P, and waits
for the medical director's signature (programme protocol). `unsigned=True` is P with evidence.
The type says which way is tighter; what has no `to` is fixed.
"""

# ruff: noqa: RUF009 - a row is a `field` of the dataclass, with what is known about it

from dataclasses import dataclass
from datetime import timedelta

from rules.limits.access import AccessLimits, AnswerLimits, DispatchLimits, RightsLimits
from rules.limits.instruments import ChangeLimits, InstrumentLimits
from rules.limits.kinds import (
    AtLeast,
    AtMost,
    Forms,
    LivesAtMost,
    PressureAtMost,
    Routes,
    WaitAtLeast,
    days,
    hours,
    limit,
    minutes,
    pressure,
)
from rules.terms import DoseForm, Route

HOME_ROUTES = frozenset({Route.SUBLINGUAL, Route.BUCCAL, Route.ORAL})
HOME_FORMS = frozenset({DoseForm.RAPID_DISSOLVE_TABLET, DoseForm.TROCHE, DoseForm.LOZENGE})
ONE_ROUTE, ONE_FORM = frozenset({Route.SUBLINGUAL}), frozenset({DoseForm.RAPID_DISSOLVE_TABLET})
LABEL, REMS = "Spravato label", "Spravato REMS"
CFR = "21 CFR 1306.22"
PUBLISHED = "published cut-off"
BANDS = "published cut-off, bands not verified"
CONSENT_FORM = "consent form practice"


@dataclass(frozen=True, kw_only=True)
class ProductLimits:
    """The product at home."""

    home_routes: Routes = limit(HOME_ROUTES, "routes", to=ONE_ROUTE)
    home_forms: Forms = limit(HOME_FORMS, "forms", to=ONE_FORM)
    after_esketamine_days: AtLeast = limit(7, "days", to=90)
    drug_data_ageing_days: AtMost = limit(35, "days", to=7)
    drug_data_life_days: AtMost = limit(90, "days", to=14)


@dataclass(frozen=True, kw_only=True)
class LawLimits:
    """Law and licence."""

    adult_years: AtLeast = limit(18, "years", to=25)
    telemedicine_contact_life: LivesAtMost = days(90, to=7)
    pdmp_life: LivesAtMost = hours(24, to=1)  # states may ask for less
    refills_max: AtMost = limit(5, "refills", to=0, source=CFR)
    prescription_life_months: AtMost = limit(6, "months", to=1, source=CFR)
    refill_when_sessions_left_max: AtMost = limit(1, "sessions", to=0)
    supply_sessions_max: AtMost = limit(6, "sessions", to=1)
    first_supply_sessions_max: AtMost = limit(2, "sessions", to=1)  # until `_until_` are closed
    first_supply_until_sessions: AtLeast = limit(2, "sessions", to=6)
    state_review_life: LivesAtMost = days(180, to=30)  # a lapsed review opens no state
    law_ending_notice_days: tuple[int, ...] = limit((1, 7, 14, 30, 60), "days")
    adult_years_in_every_state: AtLeast = limit(21, "years", to=25, source="Miss. Code 1-3-27")


@dataclass(frozen=True, kw_only=True)
class CourseLimits:
    """The course."""

    dose_interval: WaitAtLeast = hours(72, to=336)
    week: timedelta = hours(168)
    doses_per_week_max: AtMost = limit(2, "doses", to=1)
    sessions_per_approval_max: AtMost = limit(6, "sessions", to=1)
    approval_life: LivesAtMost = days(90, to=7)
    course_gap_days_max: AtMost = limit(10, "days", to=4)
    dose_reset_after_days: AtMost = limit(28, "days", to=7)
    reevaluation_after_days: AtMost = limit(84, "days", to=14)
    first_session_review: LivesAtMost = hours(
        48, to=12, source="home cohort 2022: 1 to 2 days", unsigned=True
    )
    mid_course_review_every_sessions: AtMost = limit(3, "sessions", to=1)
    maintenance_interval_days: AtLeast = limit(14, "days", to=90)
    exposure_window_days: AtLeast = limit(365, "days", to=1095)
    exposure_notice_doses: AtMost = limit(24, "doses", to=6)
    exposure_review_doses: AtMost = limit(36, "doses", to=6)
    preparation_life: LivesAtMost = days(90, to=7)
    expires_soon: WaitAtLeast = days(14, to=60)  # how long before its end an approval is shown


@dataclass(frozen=True, kw_only=True)
class DoseLimits:
    """The dose."""

    first_dose_mg_max: AtMost = limit(200, "mg", to=25)
    first_dose_from_65_mg_max: AtMost = limit(100, "mg", to=25)
    first_dose_mg_per_kg_max: AtMost = limit(3, "mg/kg", to=1)
    older_adult_years: AtMost = limit(65, "years", to=40)
    dose_mg_max: AtMost = limit(450, "mg", to=50)
    dose_mg_per_kg_max: AtMost = limit(7, "mg/kg", to=1)
    dose_step_mg_max: AtMost = limit(100, "mg", to=10)
    dose_step_percent_max: AtMost = limit(50, "%", to=10)
    dose_rationale_above_mg: AtMost = limit(300, "mg", to=25)
    dose_rationale_above_mg_per_kg: AtMost = limit(5, "mg/kg", to=1)
    weight_life: LivesAtMost = days(30, to=1)
    booster_from: WaitAtLeast = minutes(10, to=25)
    booster_until: LivesAtMost = minutes(30, to=15)
    booster_percent_max: AtMost = limit(50, "%", to=10)  # of the first part
    no_driving: WaitAtLeast = hours(12, to=48)
    morning_local_hour: AtLeast = limit(6, "o'clock", to=12)  # the night's sleep ends no earlier


@dataclass(frozen=True, kw_only=True)
class DayLimits:
    """The day of the dose."""

    food_wait: WaitAtLeast = hours(4, to=12, source=f"{CONSENT_FORM}, 2 to 6 h")
    food_wait_slow_stomach: WaitAtLeast = hours(8, to=24)
    fluid_wait: WaitAtLeast = hours(2, to=8, source=CONSENT_FORM)
    alcohol_wait: WaitAtLeast = hours(24, to=72, source=CONSENT_FORM)  # real hours, on any night
    sleep_minutes_min: AtLeast = limit(240, "minutes", to=480)
    suicide_risk_life: LivesAtMost = hours(12, to=1)
    suicide_risk_review: LivesAtMost = hours(24, to=1)  # a low risk, by a prescriber
    pregnancy_test_life_first_dose: LivesAtMost = days(7, to=1)
    pregnancy_test_life: LivesAtMost = days(28, to=1)
    benzodiazepine_mg_hundredths_max: AtMost = limit(
        300,
        "mg / 100 a day",
        to=25,
        source="lorazepam equivalent, a research cut-off",
        unsigned=True,
    )
    polypharmacy_from: AtMost = limit(2, "medicines", to=1)  # that each need a review


@dataclass(frozen=True, kw_only=True)
class ScoreLimits:
    """Scores."""

    phq9_moderate_from: int = limit(10, "points", source=PUBLISHED)
    gad7_moderate_from: int = limit(10, "points", source=PUBLISHED)
    pcl5_probable_from: int = limit(33, "points", source=PUBLISHED)
    audit_c_positive_from_men: int = limit(4, "points", source=PUBLISHED)
    audit_c_positive_from: int = limit(3, "points", source=PUBLISHED)
    audit_c_high_from: AtMost = limit(8, "points", to=5)
    dast10_positive_from: AtMost = limit(3, "points", to=1, source=BANDS, unsigned=True)
    dast10_high_from: AtMost = limit(6, "points", to=2, source=BANDS, unsigned=True)
    asrm_positive_from: AtMost = limit(6, "points", to=2, source=PUBLISHED)
    urinary_hold_from: AtMost = limit(6, "points", to=2)
    urinary_pain_hold_from: AtMost = limit(2, "points", to=1)
    urinary_review_from: AtMost = limit(3, "points", to=1)
    cognitive_review_from: AtMost = limit(6, "points", to=2)
    cognitive_rise_from: AtMost = limit(4, "points", to=1)
    body_mass_index_review_tenths: AtMost = limit(400, "kg/m² / 10", to=300)


@dataclass(frozen=True, kw_only=True)
class VitalLimits:
    """Vital signs before a dose."""

    bp_review_above: PressureAtMost = pressure((140, 90), to=(115, 75), source=f"{LABEL} 5.6")
    bp_stop_from: PressureAtMost = pressure((160, 100), to=(130, 80))
    bp_ends_day_from: PressureAtMost = pressure((180, 110), to=(140, 90))
    bp_systolic_low_mmhg: AtLeast = limit(90, "mmHg", to=110)
    heart_rate_high_review_above_bpm: AtMost = limit(100, "per minute", to=80)
    heart_rate_high_stop_above_bpm: AtMost = limit(110, "per minute", to=90)
    heart_rate_low_review_below_bpm: AtLeast = limit(50, "per minute", to=60)
    heart_rate_low_stop_below_bpm: AtLeast = limit(45, "per minute", to=55)
    spo2_review_below_percent: AtLeast = limit(95, "%", to=98)
    spo2_stop_below_percent: AtLeast = limit(92, "%", to=95)
    vitals_life: LivesAtMost = minutes(30, to=10)
    vitals_rest: WaitAtLeast = minutes(5, to=15)
    vitals_readings_max: AtMost = limit(3, "readings", to=1)
    bp_plausible_systolic_mmhg: int = limit(300, "mmHg")  # what is not believed is not counted


@dataclass(frozen=True, kw_only=True)
class SitterLimits:
    """The sitter."""

    sitter_training_life: LivesAtMost = days(90, to=7)
    sitter_word_life: LivesAtMost = minutes(90, to=15)  # "I am here, and sober"
    sitter_stays: WaitAtLeast = hours(4, to=12)  # asleep in the house, or 10 minutes away
    sitter_after_own_dose: WaitAtLeast = hours(24, to=72)


@dataclass(frozen=True, kw_only=True)
class WatchLimits:
    """Watching after the dose; 120 minutes as after Spravato."""

    monitoring: WaitAtLeast = minutes(120, to=240)
    check_every: LivesAtMost = minutes(15, to=5)
    peak_reading: timedelta = minutes(40)
    peak_reading_from: WaitAtLeast = minutes(30, to=38)
    peak_reading_until: LivesAtMost = minutes(60, to=45)
    alert_moaas: AtLeast = limit(5, "points", to=5)
    emergency_moaas: AtLeast = limit(2, "points", to=4)
    state_check_release_below: AtMost = limit(2, "points", to=1)
    bp_release_at_most: PressureAtMost = pressure((160, 100), to=(130, 80))
    bp_release_percent_of_baseline: AtMost = limit(20, "%", to=5)
    bp_high_from: PressureAtMost = pressure((160, 100), to=(140, 90))
    bp_crisis_from: PressureAtMost = pressure((180, 120), to=(150, 100))
    bp_high_recheck: LivesAtMost = minutes(15, to=5)
    bp_high_clinician_after: LivesAtMost = minutes(60, to=15)
    crisis_recheck: LivesAtMost = minutes(5, to=2)
    heart_rate_critical_above_bpm: AtMost = limit(130, "per minute", to=110)
    heart_rate_critical_below_bpm: AtLeast = limit(40, "per minute", to=50)
    respiratory_rate_emergency_below: AtLeast = limit(8, "per minute", to=11)
    spo2_emergency_below_percent: AtLeast = limit(90, "%", to=94)
    prolonged_clinician_after: LivesAtMost = minutes(180, to=125)
    prolonged_emergency_after: LivesAtMost = minutes(360, to=180)
    psychosis_clinician_after: LivesAtMost = hours(2, to=1)


@dataclass(frozen=True, kw_only=True)
class SilenceLimits:
    """Silence, and how fast it climbs."""

    check_early: timedelta = minutes(5)  # a look this long before its time is that look
    check_grace: LivesAtMost = minutes(5, to=1)  # later than this, the look was missed
    missed_looks_family_from: AtMost = limit(2, "looks in a row", to=1)
    missed_looks_clinician_from: AtMost = limit(3, "looks in a row", to=1)
    climb_in_session: LivesAtMost = minutes(3, to=1)
    climb_otherwise: LivesAtMost = hours(4, to=1)
    clearance_silence: LivesAtMost = hours(2, to=1)  # after a go-ahead that nobody used
    watch_abandoned: LivesAtMost = hours(12, to=6)  # after a dose that nobody released


@dataclass(frozen=True, kw_only=True)
class AfterLimits:
    """After the day."""

    follow_up_hours_24: timedelta = hours(24)
    follow_up_hours_72: timedelta = hours(72)
    follow_up_week_1: timedelta = days(7)
    follow_up_weeks_2: timedelta = days(14)
    follow_up_weeks_4: timedelta = days(28)
    follow_up_weeks_12: timedelta = days(84)
    follow_up_from: WaitAtLeast = hours(18, to=23)
    follow_up_until: LivesAtMost = hours(36, to=25)
    follow_up_opens_before: LivesAtMost = hours(24, to=1)  # the touches after the first
    note_signed_within: LivesAtMost = hours(48, to=4)
    caseload_looks_ahead: WaitAtLeast = days(7, to=28)
    harm_triage_live: LivesAtMost = minutes(15, to=5)
    harm_triage: LivesAtMost = hours(24, to=1)
    external_report_days: AtMost = limit(15, "days", to=1)
    external_report_days_if_grave: AtMost = limit(7, "days", to=1)
    expected_up_to_grade: AtMost = limit(2, "grade", to=1)


@dataclass(frozen=True, kw_only=True)
class ClearanceLimits:
    """Clearance, cover and passing a finding."""

    clearance_life: LivesAtMost = minutes(30, to=10)
    clock_skew: LivesAtMost = minutes(2, to=1)
    clock_nonce_life: LivesAtMost = minutes(2, to=1)  # longer, it bounds no skew of two minutes
    late_item_wait: LivesAtMost = days(5, to=1, source="ODK Central practice", unsigned=True)
    cover_after_session: WaitAtLeast = hours(4, to=12)
    overrides_by_one_clinician_max: AtMost = limit(2, "at once", to=1)  # the next needs another
    override_rationale_characters_min: AtLeast = limit(30, "characters", to=300)
    second_factor_life: LivesAtMost = minutes(5, to=1)


@dataclass(frozen=True, kw_only=True)
class OfficeLimits:
    """The office."""

    office_doses_mg: frozenset[int] = limit(frozenset({56, 84}), "mg", source=LABEL)
    office_first_dose_mg: int = limit(56, "mg", source=LABEL)
    office_device_mg_hundredths: int = limit(2_800, "mg / 100", source=LABEL)
    office_food: WaitAtLeast = hours(2, to=8, source=LABEL)
    office_fluid: WaitAtLeast = minutes(30, to=240, source=LABEL)
    office_nasal_product: WaitAtLeast = minutes(60, to=240, source=LABEL)
    office_device_rest: WaitAtLeast = minutes(5, to=15, source=LABEL)
    office_monitoring: WaitAtLeast = minutes(
        120,
        to=360,
        source=f"{LABEL} and REMS, here from the last device",
        unsigned=True,
    )
    office_bp_from: WaitAtLeast = minutes(
        35, to=39, source=f"{LABEL}: around 40 min", unsigned=True
    )
    office_bp_until: LivesAtMost = minutes(
        50, to=42, source=f"{LABEL}: around 40 min", unsigned=True
    )
    monitoring_form_days: AtMost = limit(7, "days", to=1, source=REMS)
    monitoring_form_reminder_days: tuple[int, ...] = limit((3, 5, 7), "days")


TOPICS = (
    *(ProductLimits, LawLimits, CourseLimits, DoseLimits, DayLimits, ScoreLimits, VitalLimits),
    *(SitterLimits, WatchLimits, SilenceLimits, AfterLimits, ClearanceLimits, OfficeLimits),
    *(ChangeLimits, InstrumentLimits, AccessLimits, AnswerLimits, DispatchLimits, RightsLimits),
)

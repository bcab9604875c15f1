"""Which numbers decide, in which unit, and who says so?

Every clinical number of the house stands here once. The defaults are the loosest values allowed; a
programme may tighten one and never loosen it. `P` marks a number that no outside authority sets: it
waits for the medical director's signature (programme protocol). The type of a field says which way
is tighter; a field of a plain type is fixed.
"""

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, get_args, get_type_hints

from rules.terms import DoseForm, Route


class Tighter(Enum):
    """Which way a programme may move a number."""

    UP = "up"
    DOWN = "down"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class Pressure:
    """A blood pressure limit: systolic over diastolic, mmHg."""

    systolic_mmhg: int
    diastolic_mmhg: int

    def __str__(self) -> str:
        """Write it the way a nurse does."""
        return f"{self.systolic_mmhg}/{self.diastolic_mmhg} mmHg"


AtLeast = Annotated[int, Tighter.UP]
AtMost = Annotated[int, Tighter.DOWN]
WaitAtLeast = Annotated[timedelta, Tighter.UP]
LivesAtMost = Annotated[timedelta, Tighter.DOWN]
PressureAtMost = Annotated[Pressure, Tighter.DOWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits in force for a decision; the values shown are protocol §2 (P) unless noted."""

    adult_years: AtLeast = 18
    bp_review_above: PressureAtMost = Pressure(140, 90)  # Spravato label 5.6
    bp_stop_from: PressureAtMost = Pressure(160, 100)
    bp_systolic_low_mmhg: AtLeast = 90

    # product at home (P)
    home_routes: Annotated[frozenset[Route], Tighter.FEWER] = frozenset(
        {Route.SUBLINGUAL, Route.BUCCAL, Route.ORAL}
    )
    home_forms: Annotated[frozenset[DoseForm], Tighter.FEWER] = frozenset(
        {DoseForm.RAPID_DISSOLVE_TABLET, DoseForm.TROCHE, DoseForm.LOZENGE}
    )
    after_esketamine_days: AtLeast = 7  # P
    drug_data_ageing_days: AtMost = 35  # P
    drug_data_life_days: AtMost = 90  # P

    # law and licence
    telemedicine_contact_life: LivesAtMost = timedelta(days=90)  # P
    pdmp_life: LivesAtMost = timedelta(hours=24)  # P; states may ask for less
    second_factor_life: LivesAtMost = timedelta(minutes=5)  # P
    overrides_by_one_clinician_max: AtMost = 2  # P: a third one is another clinician's to sign
    refills_max: AtMost = 5  # 21 CFR 1306.22
    prescription_life_months: AtMost = 6  # 21 CFR 1306.22
    refill_when_sessions_left_max: AtMost = 1  # P
    supply_sessions_max: AtMost = 6  # P
    first_supply_sessions_max: AtMost = 2  # P; until the second session is closed
    first_supply_until_sessions: AtLeast = 2  # P

    # course (P unless noted)
    dose_interval: WaitAtLeast = timedelta(hours=72)
    week: timedelta = timedelta(hours=168)
    doses_per_week_max: AtMost = 2
    sessions_per_approval_max: AtMost = 6
    approval_life: LivesAtMost = timedelta(days=90)
    course_gap_days_max: AtMost = 10
    dose_reset_after_days: AtMost = 28
    reevaluation_after_days: AtMost = 84
    first_session_review: LivesAtMost = timedelta(hours=48)  # home cohort 2022: 1 to 2 days
    mid_course_review_every_sessions: AtMost = 3
    maintenance_interval_days: AtLeast = 14
    exposure_window_days: AtLeast = 365
    exposure_notice_doses: AtMost = 24
    exposure_review_doses: AtMost = 36
    preparation_life: LivesAtMost = timedelta(days=90)

    # dose: all P
    first_dose_mg_max: AtMost = 200
    first_dose_from_65_mg_max: AtMost = 100
    first_dose_mg_per_kg_max: AtMost = 3
    older_adult_years: AtMost = 65
    dose_mg_max: AtMost = 450
    dose_mg_per_kg_max: AtMost = 7
    dose_step_mg_max: AtMost = 100
    dose_step_percent_max: AtMost = 50
    dose_rationale_above_mg: AtMost = 300
    dose_rationale_above_mg_per_kg: AtMost = 5
    weight_life: LivesAtMost = timedelta(days=30)
    booster_from: WaitAtLeast = timedelta(minutes=10)
    booster_until: LivesAtMost = timedelta(minutes=30)
    no_driving: WaitAtLeast = timedelta(hours=12)
    morning_local_hour: AtLeast = 6  # a night's sleep has not ended before this hour

    # the day of the dose (P unless noted)
    food_wait: WaitAtLeast = timedelta(hours=4)  # consent form practice, 2 to 6 h
    food_wait_slow_stomach: WaitAtLeast = timedelta(hours=8)
    fluid_wait: WaitAtLeast = timedelta(hours=2)  # consent form practice
    sleep_minutes_min: AtLeast = 240
    suicide_risk_life: LivesAtMost = timedelta(hours=12)
    suicide_risk_review: LivesAtMost = timedelta(hours=24)  # a low risk, by a prescriber
    pregnancy_test_life_first_dose: LivesAtMost = timedelta(days=7)
    pregnancy_test_life: LivesAtMost = timedelta(days=28)
    benzodiazepine_mg_hundredths_max: AtMost = (
        300  # P: lorazepam equivalent a day, from a research cut-off
    )
    polypharmacy_from: AtMost = 2  # medicines that each need a review

    # scores (cut-offs as published; P where marked)
    phq9_moderate_from: int = 10
    gad7_moderate_from: int = 10
    pcl5_probable_from: int = 33
    audit_c_positive_from_men: int = 4
    audit_c_positive_from: int = 3
    audit_c_high_from: AtMost = 8  # P
    dast10_positive_from: AtMost = 3  # P until the bands are verified
    dast10_high_from: AtMost = 6  # P until the bands are verified
    asrm_positive_from: AtMost = 6
    urinary_hold_from: AtMost = 6  # P
    urinary_pain_hold_from: AtMost = 2  # P
    urinary_review_from: AtMost = 3  # P
    cognitive_review_from: AtMost = 6  # P
    cognitive_rise_from: AtMost = 4  # P
    body_mass_index_review_tenths: AtMost = 400  # P

    # vital signs before a dose: all P
    bp_ends_day_from: PressureAtMost = Pressure(180, 110)
    heart_rate_high_review_above_bpm: AtMost = 100
    heart_rate_high_stop_above_bpm: AtMost = 110
    heart_rate_low_review_below_bpm: AtLeast = 50
    heart_rate_low_stop_below_bpm: AtLeast = 45
    spo2_review_below_percent: AtLeast = 95
    spo2_stop_below_percent: AtLeast = 92
    vitals_life: LivesAtMost = timedelta(minutes=30)
    vitals_rest: WaitAtLeast = timedelta(minutes=5)
    vitals_readings_max: AtMost = 3
    bp_plausible_systolic_mmhg: AtMost = 300

    # sitter: all P
    sitter_training_life: LivesAtMost = timedelta(days=90)
    sitter_word_life: LivesAtMost = timedelta(minutes=90)  # "I am here, and sober"
    sitter_stays: WaitAtLeast = timedelta(hours=4)  # asleep in the house, or 10 minutes away

    # watching after the dose: all P; 120 min as after Spravato
    monitoring: WaitAtLeast = timedelta(minutes=120)
    check_every: LivesAtMost = timedelta(minutes=15)
    peak_reading: timedelta = timedelta(minutes=40)
    peak_reading_from: WaitAtLeast = timedelta(minutes=30)
    peak_reading_until: LivesAtMost = timedelta(minutes=60)
    alert_moaas: AtLeast = 5
    emergency_moaas: AtLeast = 2
    state_check_release_below: AtMost = 2
    bp_release_at_most: PressureAtMost = Pressure(160, 100)
    bp_release_percent_of_baseline: AtMost = 20
    bp_high_from: PressureAtMost = Pressure(160, 100)
    bp_crisis_from: PressureAtMost = Pressure(180, 120)
    bp_high_recheck: LivesAtMost = timedelta(minutes=15)
    bp_high_clinician_after: LivesAtMost = timedelta(minutes=60)
    crisis_recheck: LivesAtMost = timedelta(minutes=5)
    heart_rate_critical_above_bpm: AtMost = 130
    heart_rate_critical_below_bpm: AtLeast = 40
    respiratory_rate_emergency_below: AtLeast = 8
    spo2_emergency_below_percent: AtLeast = 90
    prolonged_clinician_after: LivesAtMost = timedelta(minutes=180)
    prolonged_emergency_after: LivesAtMost = timedelta(minutes=360)
    psychosis_clinician_after: LivesAtMost = timedelta(hours=2)

    # silence, and how fast it climbs: all P
    check_early: timedelta = timedelta(minutes=5)  # a look this long before its time is that look
    check_grace: LivesAtMost = timedelta(minutes=5)  # later than this, the look was missed
    climb_in_session: LivesAtMost = timedelta(minutes=3)
    climb_otherwise: LivesAtMost = timedelta(hours=4)
    clearance_silence: LivesAtMost = timedelta(hours=2)  # after a go-ahead that nobody used
    watch_abandoned: LivesAtMost = timedelta(hours=12)  # after a dose that nobody released

    # after the day: all P
    follow_up_from: WaitAtLeast = timedelta(hours=18)
    follow_up_until: LivesAtMost = timedelta(hours=36)
    follow_up_opens_before: LivesAtMost = timedelta(hours=24)  # the touches after the first
    harm_triage_live: LivesAtMost = timedelta(minutes=15)
    harm_triage: LivesAtMost = timedelta(hours=24)
    external_report_days: AtMost = 15
    external_report_days_if_grave: AtMost = 7

    # clearance and cover: all P
    clearance_life: LivesAtMost = timedelta(minutes=30)
    clock_skew: LivesAtMost = timedelta(minutes=2)
    cover_after_session: WaitAtLeast = timedelta(hours=4)

    # the office (Spravato label and REMS unless marked P)
    office_doses_mg: frozenset[int] = frozenset({56, 84})
    office_first_dose_mg: int = 56
    office_device_mg_hundredths: int = 2_800
    office_food: WaitAtLeast = timedelta(hours=2)
    office_fluid: WaitAtLeast = timedelta(minutes=30)
    office_nasal_product: WaitAtLeast = timedelta(hours=1)
    office_device_rest: WaitAtLeast = timedelta(minutes=5)
    office_monitoring: WaitAtLeast = timedelta(minutes=120)  # from the last device: P, stricter
    office_bp_from: WaitAtLeast = timedelta(minutes=35)  # around 40 min; the window is P
    office_bp_until: LivesAtMost = timedelta(minutes=50)
    monitoring_form_days: AtMost = 7
    monitoring_form_reminder_days: tuple[int, ...] = (3, 5)  # P

    def tightened(self, **changes: Any) -> "Limits":
        """Tighten some limits for a programme; loosening one refuses to start."""
        for name, value in changes.items():
            self._refuse_loosening(name, value)
        return replace(self, **changes)

    def _refuse_loosening(self, name: str, value: object) -> None:
        if name not in {known.name for known in fields(self)}:
            raise ValueError(f"{name}: there is no such limit")
        now, way = getattr(self, name), direction(name)
        if type(value) is not type(now):
            raise ValueError(f"{name}: expected {type(now).__name__}, got {value!r}")
        if not _is_as_tight(value, now, way):
            raise ValueError(f"{name}: {value} is looser than {now}, or may not change")


def direction(name: str) -> Tighter | None:
    """Say which way this limit may move; None means it is fixed."""
    hint = get_type_hints(Limits, include_extras=True)[name]
    return next((part for part in get_args(hint) if isinstance(part, Tighter)), None)


def _is_as_tight(value: Any, now: Any, way: Tighter | None) -> bool:
    if isinstance(value, Pressure):
        return way is Tighter.DOWN and (
            value.systolic_mmhg <= now.systolic_mmhg and value.diastolic_mmhg <= now.diastolic_mmhg
        )
    if way is Tighter.UP:
        return bool(value >= now)
    if way is None:
        return bool(value == now)
    return bool(value <= now)  # for a set of choices, `<=` means a subset


LIMITS = Limits()

"""What may a rule look at? Everything here, and nothing else; None means that nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from rules.limits import LIMITS, Limits
from rules.terms import (
    ApprovalDecision,
    DoseForm,
    Molecule,
    OfficeState,
    Route,
    Setting,
    SuicideRisk,
    VitalSource,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """Who the patient is, as far as a rule needs it."""

    born_on: date | None = None
    local_date: date | None = None
    time_zone: str | None = None  # of the local date; no rule reads it, only the next midnight
    identity_verified: bool | None = None
    can_become_pregnant: bool | None = None
    pregnancy_tested_at: datetime | None = None
    drinks_like: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """What is to be taken, resolved by molecule; `molecules` empty or None is unresolved."""

    molecules: tuple[Molecule, ...] | None = None
    blocked_alias: bool | None = None
    codes_agree: bool | None = None
    on_home_formulary: bool | None = None
    route: Route | None = None
    form: DoseForm | None = None
    setting: Setting | None = None
    lot: str | None = None
    lot_recalled: bool | None = None
    beyond_use_on: date | None = None
    tablet_count_expected: int | None = None
    tablet_count_reported: int | None = None
    esketamine_elsewhere: bool | None = None
    esketamine_course_ended: bool | None = None
    esketamine_last_dose_on: date | None = None
    ketamine_elsewhere: bool | None = None
    drug_data_on: date | None = None
    setting_changed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityFacts:
    """Which law and licence stand behind the act, where the patient is now."""

    state: str | None = None
    state_enabled: bool | None = None
    prescriber_licensed: bool | None = None
    dea_registered: bool | None = None
    dea_in_state: bool | None = None
    telemedicine_through: date | None = None
    in_person_evaluated: bool | None = None
    in_person_required: bool | None = None
    pdmp_checked_at: datetime | None = None
    consent_signed: bool | None = None
    consent_is_current: bool | None = None
    capacity: bool | None = None
    contact_at: datetime | None = None
    prescription_issued_on: date | None = None
    refills_used: int | None = None
    supply_remaining_sessions: int | None = None
    law: str | None = None
    prescriber_is_physician: bool | None = None
    npp_prescriber_allowed: bool | None = None
    prescriber_local_date: date | None = None
    compounding_ship_ok: bool | None = None
    order_days_supply: int | None = None
    state_days_supply_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineFact:
    """One medicine as the patient named it and as the ingredient table knows it."""

    name: str
    ingredient: str | None = None
    interaction: str | None = None
    lorazepam_equivalent_mg_hundredths: int | None = None
    rxcui: str | None = None  # as it was sent, until a prescriber says what the medicine is


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeFacts:
    """What the person told us; a condition is keyed by its reason code, True means present."""

    submitted: bool | None = None
    unanswered: tuple[str, ...] | None = None
    conditions: Mapping[str, bool | None] = field(default_factory=dict)
    medicines: tuple[MedicineFact, ...] | None = None
    indications: tuple[str, ...] | None = None
    diagnosis_documented: bool | None = None
    prior_treatment_documented: bool | None = None
    body_mass_index_tenths: int | None = None
    sitter_named: bool | None = None
    home_is_safe: bool | None = None
    emergency_address: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredFact:
    """When an instrument was last answered whole, as an instant and as a local date."""

    instrument: str
    at: datetime
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentFacts:
    """Scores that are complete; None means not taken or incomplete.

    `answered` names every instrument whose newest answers are whole; `mood_disorder` asks for ASRM
    at each check-in unless it is known not to be there.
    """

    phq9: int | None = None
    gad7: int | None = None
    pcl5: int | None = None
    audit_c: int | None = None
    audit_c_assessed: bool | None = None
    dast10: int | None = None
    asrm: int | None = None
    asrm_cleared: bool | None = None
    mood_disorder: bool | None = None
    suicide_risk: SuicideRisk | None = None
    suicide_risk_answered_at: datetime | None = None
    suicide_risk_assessed: bool | None = None
    incomplete: tuple[str, ...] | None = None
    urinary_sum: int | None = None
    urinary_worst_pain: int | None = None
    urinary_blood: bool | None = None
    urinary_cleared: bool | None = None
    cognitive_sum: int | None = None
    cognitive_baseline: int | None = None
    answered: tuple[AnsweredFact, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseFact:
    """A dose that was taken, cleared or not."""

    taken_at: datetime
    dose_mg_hundredths: int | None  # None: taken outside any session, and nobody knows how much
    local_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """Where the patient stands in the course of treatment."""

    decision: ApprovalDecision | None = None
    approval_signed_at: datetime | None = None
    approval_expires_at: datetime | None = None
    approval_ended: bool | None = None
    sessions_allowed: int | None = None
    sessions_used: int | None = None
    sessions_at: tuple[datetime, ...] | None = None
    plan_signed: bool | None = None
    doses: tuple[DoseFact, ...] | None = None
    planned_at: datetime | None = None
    planned_local_date: date | None = None
    planned_dose_mg_hundredths: int | None = None
    previous_dose_mg_hundredths: int | None = None
    dose_rationale: bool | None = None
    weight_g: int | None = None
    weighed_at: datetime | None = None
    maintenance: bool | None = None
    prepared_at: datetime | None = None
    preparation_missing: tuple[str, ...] | None = None
    material_change: bool | None = None
    first_session_reviewed: bool | None = None
    mid_course_reviewed: bool | None = None
    follow_up_24h_done: bool | None = None
    open_adverse_event: bool | None = None
    serious_event_unreviewed: bool | None = None
    hold_codes: tuple[str, ...] | None = None
    suspended: bool | None = None
    exposure_reviewed: bool | None = None
    booster_asked: bool = False
    booster_prescribed: bool | None = None
    booster_first_part_at: datetime | None = None
    booster_mg_hundredths: int | None = None
    first_part_mg_hundredths: int | None = None
    first_part_lost: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What the patient answered today, for this session and no other."""

    submitted_at: datetime | None = None
    last_food_at: datetime | None = None
    last_fluid_at: datetime | None = None
    slow_stomach: bool | None = None
    alcohol_24h: bool | None = None
    cannabis_24h: bool | None = None
    opioid_24h: bool | None = None
    benzodiazepine_24h: bool | None = None
    benzodiazepine_in_plan: bool | None = None
    sedative_24h: bool | None = None
    stimulant_today: bool | None = None
    psychedelic_7d: bool | None = None
    grapefruit_today: bool | None = None
    grapefruit_3d: bool | None = None
    acute_illness: bool | None = None
    mouth_sores: bool | None = None
    antihypertensive_missed: bool | None = None
    sleep_minutes: int | None = None
    pregnant_or_unsure: bool | None = None
    medicines_changed: bool | None = None
    health_changed: bool | None = None
    psychotic_symptoms: bool | None = None
    manic_symptoms: bool | None = None
    no_driving_promised: bool | None = None
    replayed_offline: bool | None = None
    clock_skew_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFact:
    """One set of vital signs, in whole units, at server-corrected time."""

    measured_at: datetime
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    source: VitalSource = VitalSource.TYPED


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsFacts:
    """The valid readings of this check-in, oldest first; what ended the day stays in the day."""

    readings: tuple[ReadingFact, ...] | None = None
    no_more_today: bool | None = None
    check_in_opened_at: datetime | None = None
    oximeter_required: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitterFacts:
    """Who watches, and whether they may."""

    named: bool | None = None
    born_on: date | None = None
    is_the_patient: bool | None = None
    shares_contact_or_device: bool | None = None
    contact_verified: bool | None = None
    phone_known: bool | None = None
    trained_at: datetime | None = None
    flagged_unsafe: bool | None = None
    is_remote_coach: bool | None = None
    sitting_elsewhere: bool | None = None
    dosing_today: bool | None = None
    attested_at: datetime | None = None
    present: bool | None = None
    sober_24h: bool | None = None
    caring_for_others: bool | None = None
    can_call_emergency: bool | None = None
    changed_since_clearance: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """Where the dose is taken, confirmed today."""

    address_confirmed: bool | None = None
    state_matches_address: bool | None = None
    address_written: bool | None = None
    emergency_plan_confirmed: bool | None = None
    emergency_contact_known: bool | None = None
    phone_charged: bool | None = None
    second_phone: bool | None = None
    safe_place: bool | None = None
    nobody_to_care_for: bool | None = None
    no_flame_or_stove: bool | None = None
    nothing_scheduled: bool | None = None
    means_secured: bool | None = None
    suicidal_12_months: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverFacts:
    """Which human answers, and until when."""

    on_call_until: datetime | None = None
    needed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceFacts:
    """The clearance about to be spent."""

    exists: bool | None = None
    expires_at: datetime | None = None
    spent: bool | None = None
    voided: bool | None = None
    same_inputs: bool | None = None
    other_session_active: bool | None = None
    locks_intact: bool | None = None
    offline: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """How the patient is when the sitter asks to let go."""

    dose_taken_at: datetime | None = None
    moaas: int | None = None
    state_check_worst: int | None = None
    oriented: bool | None = None
    walks_unaided: bool | None = None
    vomiting: bool | None = None
    distress: bool | None = None
    suicidal_thoughts: bool | None = None
    sitter_attests: bool | None = None
    baseline: ReadingFact | None = None
    at_40_minutes: bool | None = None
    latest: ReadingFact | None = None
    previous: ReadingFact | None = None
    emergency_open: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeFacts:
    """A supervised session at a site of ours."""

    state: OfficeState | None = None
    site_certified: bool | None = None
    inpatient: bool | None = None
    rems_enrolled_on: date | None = None
    prescriber_on_site: bool | None = None
    observer_present: bool | None = None
    pulse_oximeter: bool | None = None
    ride_home: bool | None = None
    contraindicated: bool | None = None
    dose_mg_hundredths: int | None = None
    first_treatment: bool | None = None
    last_food_at: datetime | None = None
    last_fluid_at: datetime | None = None
    nasal_product_today: bool | None = None
    last_nasal_product_at: datetime | None = None
    before: ReadingFact | None = None
    last_device_at: datetime | None = None
    at_40_minutes: ReadingFact | None = None
    at_end: ReadingFact | None = None
    oximetry_recorded: bool | None = None
    sedation_resolved: bool | None = None
    dissociation_resolved: bool | None = None
    respiration_stable: bool | None = None
    clinically_stable: bool | None = None
    observer_signed: bool | None = None
    monitoring_form_overdue: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything known at one moment about one person and one act."""

    now: datetime
    limits: Limits = LIMITS
    sheet: int | None = None
    person: PersonFacts = field(default_factory=PersonFacts)
    product: ProductFacts = field(default_factory=ProductFacts)
    authority: AuthorityFacts = field(default_factory=AuthorityFacts)
    intake: IntakeFacts = field(default_factory=IntakeFacts)
    instruments: InstrumentFacts = field(default_factory=InstrumentFacts)
    course: CourseFacts = field(default_factory=CourseFacts)
    day: DayFacts = field(default_factory=DayFacts)
    vitals: VitalsFacts = field(default_factory=VitalsFacts)
    sitter: SitterFacts = field(default_factory=SitterFacts)
    home: HomeFacts = field(default_factory=HomeFacts)
    cover: CoverFacts = field(default_factory=CoverFacts)
    clearance: ClearanceFacts = field(default_factory=ClearanceFacts)
    release: ReleaseFacts = field(default_factory=ReleaseFacts)
    office: OfficeFacts = field(default_factory=OfficeFacts)
    overridden: frozenset[str] = frozenset()

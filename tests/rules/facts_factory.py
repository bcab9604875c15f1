"""Who is the one clear patient from whom every row of the tables differs by one fact?"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from rules.core import Point
from rules.facts import (
    AnsweredFact,
    AuthorityFacts,
    ClearanceFacts,
    CourseFacts,
    CoverFacts,
    DayFacts,
    DoseFact,
    Facts,
    HomeFacts,
    InstrumentFacts,
    IntakeFacts,
    MedicineFact,
    OfficeFacts,
    PersonFacts,
    ProductFacts,
    ReadingFact,
    ReleaseFacts,
    SitterFacts,
    VitalsFacts,
)
from rules.intake import freshness
from rules.intake.conditions import QUESTIONS
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
from tests.rules.the_day import NOW, TODAY, ago, days_ago

__all__ = ["NOW", "TODAY", "ago", "answered", "but", "clear_facts", "days_ago"]

OFFICE = Point.OFFICE_SCHEDULE | Point.OFFICE_START | Point.OFFICE_DISCHARGE

CONDITIONS = tuple(QUESTIONS)


def a_dose(*, days: float = 7, mg: int = 200) -> DoseFact:
    """Give a dose taken some days ago."""
    taken_at = NOW - timedelta(days=days)
    return DoseFact(taken_at=taken_at, dose_mg_hundredths=mg * 100, local_date=taken_at.date())


def a_reading(
    systolic: int | None = 122,
    diastolic: int | None = 78,
    heart_rate: int | None = 72,
    spo2: int | None = 98,
    *,
    at: datetime | None = None,
) -> ReadingFact:
    """Give one set of vital signs, taken ten minutes ago."""
    return ReadingFact(
        measured_at=at or ago(minutes=10),
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        heart_rate_bpm=heart_rate,
        spo2_percent=spo2,
        source=VitalSource.DEVICE,
    )


@cache
def clear_facts(point: Point = Point.CHECK_IN) -> Facts:
    """Give everything known about a patient for whom every rule at this point is met."""
    facts = Facts(
        now=NOW,
        person=_person(),
        product=_home_product(),
        authority=_authority(),
        intake=_intake(),
        instruments=_instruments(),
        course=_course(),
        day=_day(),
        vitals=_vitals(),
        sitter=_sitter(),
        home=_home(),
        cover=CoverFacts(on_call_until=ago(hours=-36), needed_until=ago(hours=-34)),
        clearance=_clearance(),
        release=_release(),
        office=_office(),
    )
    return replace(facts, product=_office_product()) if point & OFFICE else facts


def but(facts: Facts, **changes: Any) -> Facts:
    """Change single facts, written part__field=value (or now=..., overridden=...)."""
    for path, value in changes.items():
        part, _, name = path.partition("__")
        new = replace(getattr(facts, part), **{name: value}) if name else value
        facts = replace(facts, **{part: new})
    return facts


def _person() -> PersonFacts:
    return PersonFacts(
        born_on=date(1986, 3, 4),
        local_date=TODAY,
        identity_verified=True,
        can_become_pregnant=True,
        pregnancy_tested_at=ago(days=3),
        drinks_like="woman",
    )


def _home_product() -> ProductFacts:
    return ProductFacts(
        molecules=(Molecule.KETAMINE,),
        blocked_alias=False,
        codes_agree=True,
        on_home_formulary=True,
        route=Route.SUBLINGUAL,
        form=DoseForm.RAPID_DISSOLVE_TABLET,
        setting=Setting.HOME,
        lot="KT-2611-04",
        lot_recalled=False,
        beyond_use_on=date(2027, 3, 1),
        tablet_count_expected=4,
        tablet_count_reported=4,
        esketamine_elsewhere=False,
        ketamine_elsewhere=False,
        drug_data_on=days_ago(10),
        setting_changed=False,
    )


def _office_product() -> ProductFacts:
    return replace(
        _home_product(),
        molecules=(Molecule.ESKETAMINE,),
        on_home_formulary=False,
        route=Route.NASAL,
        form=DoseForm.NASAL_SPRAY,
        setting=Setting.CERTIFIED_SITE,
    )


def _authority() -> AuthorityFacts:
    return AuthorityFacts(
        state="NY",
        state_enabled=True,
        prescriber_licensed=True,
        dea_registered=True,
        dea_in_state=True,
        telemedicine_through=date(2026, 12, 31),
        in_person_evaluated=False,
        in_person_required=False,
        pdmp_checked_at=ago(hours=2),
        consent_signed=True,
        consent_is_current=True,
        capacity=True,
        contact_at=ago(days=7),
        prescription_issued_on=days_ago(14),
        refills_used=0,
        supply_remaining_sessions=1,
        law="NY@2026-01-01#1 telemedicine@2026-01-01#1",
        prescriber_is_physician=True,
        npp_prescriber_allowed=False,
        prescriber_local_date=TODAY,
        compounding_ship_ok=True,
        order_days_supply=14,
        state_days_supply_max=30,
    )


def _intake() -> IntakeFacts:
    return IntakeFacts(
        submitted=True,
        unanswered=(),
        conditions=dict.fromkeys(CONDITIONS, False),
        medicines=(
            MedicineFact(name="Sertraline 50 mg", ingredient="sertraline", interaction="allow"),
        ),
        indications=("major_depressive_disorder",),
        diagnosis_documented=True,
        prior_treatment_documented=True,
        body_mass_index_tenths=245,
        sitter_named=True,
        home_is_safe=True,
        emergency_address=True,
    )


def answered(**ages: timedelta) -> tuple[AnsweredFact, ...]:
    """Say that every instrument was answered two days ago, ASRM just now, or so long ago."""
    usual = dict.fromkeys(freshness.INTAKE, timedelta(days=2)) | {"asrm": timedelta(hours=1)}
    at = {name: NOW - age for name, age in (usual | ages).items()}
    return tuple(AnsweredFact(instrument=name, at=at[name], on=at[name].date()) for name in at)


def _instruments() -> InstrumentFacts:
    return InstrumentFacts(
        phq9=15,
        gad7=8,
        pcl5=10,
        audit_c=1,
        audit_c_assessed=False,
        dast10=0,
        asrm=1,
        asrm_cleared=False,
        mood_disorder=False,
        suicide_risk=SuicideRisk.NONE,
        suicide_risk_answered_at=ago(hours=1),
        suicide_risk_assessed=False,
        incomplete=(),
        urinary_sum=0,
        urinary_worst_pain=0,
        urinary_blood=False,
        urinary_cleared=False,
        cognitive_sum=0,
        cognitive_baseline=0,
        answered=answered(),
    )


def _course() -> CourseFacts:
    return CourseFacts(
        decision=ApprovalDecision.HOME,
        approval_signed_at=ago(days=14),
        approval_expires_at=NOW + timedelta(days=76),
        approval_ended=False,
        sessions_allowed=6,
        sessions_used=1,
        sessions_at=(ago(days=7),),
        plan_signed=True,
        doses=(a_dose(),),
        planned_at=NOW + timedelta(days=1),
        planned_local_date=TODAY + timedelta(days=1),
        planned_dose_mg_hundredths=20_000,
        dose_rationale=False,
        weight_g=80_000,
        weighed_at=ago(days=5),
        maintenance=False,
        prepared_at=ago(days=10),
        preparation_missing=(),
        material_change=False,
        first_session_reviewed=True,
        mid_course_reviewed=True,
        follow_up_24h_done=True,
        open_adverse_event=False,
        serious_event_unreviewed=False,
        hold_codes=(),
        suspended=False,
        exposure_reviewed=False,
        booster_prescribed=False,
    )


def _day() -> DayFacts:
    return DayFacts(
        submitted_at=ago(minutes=5),
        last_food_at=ago(hours=6),
        last_fluid_at=ago(hours=3),
        slow_stomach=False,
        alcohol_24h=False,
        cannabis_24h=False,
        opioid_24h=False,
        benzodiazepine_24h=False,
        benzodiazepine_in_plan=False,
        sedative_24h=False,
        stimulant_today=False,
        psychedelic_7d=False,
        grapefruit_today=False,
        grapefruit_3d=False,
        acute_illness=False,
        mouth_sores=False,
        antihypertensive_missed=False,
        sleep_minutes=450,
        pregnant_or_unsure=False,
        medicines_changed=False,
        health_changed=False,
        psychotic_symptoms=False,
        manic_symptoms=False,
        no_driving_promised=True,
        replayed_offline=False,
        clock_skew_seconds=1,
    )


def _vitals() -> VitalsFacts:
    return VitalsFacts(
        readings=(a_reading(),),
        no_more_today=False,
        check_in_opened_at=ago(minutes=20),
        oximeter_required=False,
    )


def _sitter() -> SitterFacts:
    return SitterFacts(
        named=True,
        born_on=date(1984, 7, 9),
        is_the_patient=False,
        shares_contact_or_device=False,
        **dict.fromkeys(("contact_verified", "phone_known"), True),
        trained_at=ago(days=12),
        flagged_unsafe=False,
        is_remote_coach=False,
        sitting_elsewhere=False,
        dosing_today=False,
        attested_at=ago(minutes=6),
        present=True,
        sober_24h=True,
        caring_for_others=False,
        can_call_emergency=True,
        changed_since_clearance=False,
    )


def _home() -> HomeFacts:
    return HomeFacts(
        address_confirmed=True,
        state_matches_address=True,
        **dict.fromkeys(("address_written", "emergency_contact_known"), True),
        emergency_plan_confirmed=True,
        phone_charged=True,
        second_phone=True,
        safe_place=True,
        nobody_to_care_for=True,
        no_flame_or_stove=True,
        nothing_scheduled=True,
        means_secured=True,
        suicidal_12_months=False,
    )


def _clearance() -> ClearanceFacts:
    return ClearanceFacts(
        exists=True,
        expires_at=NOW + timedelta(minutes=25),
        spent=False,
        voided=False,
        same_inputs=True,
        other_session_active=False,
        locks_intact=True,
        offline=False,
    )


def _release() -> ReleaseFacts:
    return ReleaseFacts(
        dose_taken_at=ago(minutes=125),
        moaas=5,
        state_check_worst=0,
        oriented=True,
        walks_unaided=True,
        vomiting=False,
        distress=False,
        suicidal_thoughts=False,
        sitter_attests=True,
        baseline=a_reading(at=ago(minutes=135)),
        at_40_minutes=True,
        latest=a_reading(at=ago(minutes=3)),
        previous=a_reading(130, 82, at=ago(minutes=85)),
        emergency_open=False,
    )


def _office() -> OfficeFacts:
    return OfficeFacts(
        state=OfficeState.MONITORING,
        site_certified=True,
        inpatient=False,
        rems_enrolled_on=days_ago(30),
        prescriber_on_site=True,
        observer_present=True,
        pulse_oximeter=True,
        ride_home=True,
        contraindicated=False,
        dose_mg_hundredths=5_600,
        first_treatment=True,
        last_food_at=ago(hours=6),
        last_fluid_at=ago(hours=4),
        nasal_product_today=True,
        last_nasal_product_at=ago(days=2),
        before=a_reading(at=ago(minutes=140)),
        last_device_at=ago(minutes=125),
        at_40_minutes=a_reading(138, 86, at=ago(minutes=85)),
        at_end=a_reading(at=ago(minutes=4)),
        oximetry_recorded=True,
        sedation_resolved=True,
        dissociation_resolved=True,
        respiration_stable=True,
        clinically_stable=True,
        observer_signed=True,
        monitoring_form_overdue=False,
    )

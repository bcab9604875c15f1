"""What does somebody look like for whom everything is clear, at every moment of the programme?"""

from datetime import date, timedelta
from typing import Any

from rules.facts import AnsweredFact, DoseFact, MedicineFact, ReadingFact
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
from tests.proofs.moments import Moment
from tests.proofs.oracle.eligibility import TOLD

CONDITIONS = (
    *TOLD,
    *("pregnancy", "psychosis_active", "mania_active", "opioid_concurrent"),
    "contraception_absent",
)
Section = dict[str, Any]
INSTRUMENTS = ("phq9", "gad7", "pcl5", "cssrs", "audit_c", "dast10", "asrm", "usc6", "ccc4")
YES = {
    "person": "identity_verified",
    "product": "codes_agree on_home_formulary",
    "authority": "state_enabled prescriber_licensed dea_registered dea_in_state "
    "in_person_evaluated consent_signed consent_is_current capacity prescriber_is_physician "
    "npp_prescriber_allowed compounding_ship_ok",
    "intake": "submitted diagnosis_documented prior_treatment_documented sitter_named "
    "home_is_safe emergency_address",
    "instruments": "mood_disorder",
    "course": "plan_signed first_session_reviewed mid_course_reviewed follow_up_24h_done",
    "day": "no_driving_promised",
    "sitter": "named phone_known contact_verified present sober_24h can_call_emergency",
    "home": "address_confirmed state_matches_address address_written emergency_plan_confirmed "
    "emergency_contact_known phone_charged "
    "second_phone safe_place nobody_to_care_for no_flame_or_stove nothing_scheduled "
    "means_secured",
    "clearance": "exists same_inputs locks_intact",
    "release": "oriented walks_unaided sitter_attests at_40_minutes",
    "office": "site_certified prescriber_on_site observer_present pulse_oximeter ride_home "
    "oximetry_recorded sedation_resolved dissociation_resolved respiration_stable "
    "clinically_stable observer_signed",
}


def reading(moment: Moment, minutes_ago: float, **parts: int | None) -> ReadingFact:
    """Give a reading that is fine but for what is named."""
    values: dict[str, Any] = {
        "systolic_mmhg": 122,
        "diastolic_mmhg": 78,
        "heart_rate_bpm": 70,
        "spo2_percent": 98,
    }
    return ReadingFact(
        measured_at=moment.ago(minutes=minutes_ago), source=VitalSource.DEVICE, **values | parts
    )


def dose(moment: Moment, days_ago: float, milligrams: int = 150, **more: float) -> DoseFact:
    """Give a dose that was taken."""
    taken = moment.now - timedelta(days=days_ago, **more)
    return DoseFact(
        taken_at=taken, dose_mg_hundredths=milligrams * 100, local_date=moment.date_of(taken)
    )


def answered(moment: Moment, *left_out: str, **hours_ago: float) -> tuple[AnsweredFact, ...]:
    """Give every instrument answered an hour ago, but for what is named."""
    made = []
    for name in INSTRUMENTS:
        if name not in left_out:
            at = moment.ago(hours=hours_ago.get(name, 1))
            made.append(AnsweredFact(instrument=name, at=at, on=moment.date_of(at)))
    return tuple(made)


def told(**changed: bool | None) -> dict[str, bool | None]:
    """Give every condition answered with no, but for what is named."""
    return dict.fromkeys(CONDITIONS, False) | changed


def _before(moment: Moment) -> dict[str, Section]:
    return {
        "person": {
            "born_on": date(moment.today.year - 40, 5, 17),
            "local_date": moment.today,
            "can_become_pregnant": True,
            "pregnancy_tested_at": moment.ago(days=2),
            "drinks_like": "woman",
        },
        "product": {
            "molecules": (Molecule.KETAMINE,),
            "route": Route.SUBLINGUAL,
            "form": DoseForm.RAPID_DISSOLVE_TABLET,
            "setting": Setting.HOME,
            "lot": "L-1",
            "beyond_use_on": moment.today + timedelta(days=30),
            "tablet_count_expected": 2,
            "tablet_count_reported": 2,
            "drug_data_on": moment.today - timedelta(days=3),
        },
        "authority": {
            "state": "NY",
            "telemedicine_through": moment.today + timedelta(days=40),
            "pdmp_checked_at": moment.ago(hours=2),
            "contact_at": moment.ago(hours=2),
            "prescription_issued_on": moment.today,
            "refills_used": 0,
            "supply_remaining_sessions": 0,
            "prescriber_local_date": moment.today,
            "order_days_supply": 21,
            "state_days_supply_max": 30,
        },
        "intake": {
            "unanswered": (),
            "conditions": told(),
            "medicines": (
                MedicineFact(name="sertraline", ingredient="x", interaction="antidepressant"),
            ),
            "indications": ("major_depressive_disorder",),
            "body_mass_index_tenths": 250,
        },
        "instruments": {
            **dict.fromkeys(("audit_c", "dast10", "asrm", "urinary_sum"), 0),
            **dict.fromkeys(("urinary_worst_pain", "cognitive_sum", "cognitive_baseline"), 0),
            "phq9": 16,
            "gad7": 11,
            "pcl5": 20,
            "incomplete": (),
            "suicide_risk": SuicideRisk.NONE,
            "suicide_risk_answered_at": moment.ago(hours=1),
            "answered": answered(moment),
        },
    }


def _evening(moment: Moment) -> dict[str, Section]:
    return {
        "day": {
            "submitted_at": moment.ago(minutes=15),
            "last_food_at": moment.ago(hours=9),
            "last_fluid_at": moment.ago(hours=3),
            "sleep_minutes": 480,
            "clock_skew_seconds": 0,
        },
        "vitals": {
            "readings": (reading(moment, 10),),
            "check_in_opened_at": moment.ago(minutes=40),
        },
        "sitter": {
            "born_on": date(moment.today.year - 50, 2, 3),
            "trained_at": moment.ago(days=10),
            "attested_at": moment.ago(minutes=20),
        },
        "home": {},
        "cover": {
            "on_call_until": moment.ago(hours=-12),
            "needed_until": moment.ago(hours=-8),
        },
        "clearance": {"expires_at": moment.ago(minutes=-20)},
        "release": {
            "dose_taken_at": moment.ago(minutes=150),
            "moaas": 5,
            "state_check_worst": 0,
            "baseline": reading(moment, 160),
            "latest": reading(moment, 5, systolic_mmhg=124, diastolic_mmhg=79),
            "previous": reading(moment, 110, systolic_mmhg=140, diastolic_mmhg=88),
        },
    }


def _office(moment: Moment) -> Section:
    return {
        "state": OfficeState.PRE_CHECKS,
        "rems_enrolled_on": moment.today - timedelta(days=9),
        "dose_mg_hundredths": 5_600,
        "first_treatment": True,
        "last_food_at": moment.ago(hours=6),
        "last_fluid_at": moment.ago(hours=3),
        "last_nasal_product_at": moment.ago(hours=5),
        "before": reading(moment, 150),
        "last_device_at": moment.ago(minutes=125),
        "at_40_minutes": reading(moment, 85),
        "at_end": reading(moment, 2),
    }


def _course(moment: Moment, doses: tuple[DoseFact, ...]) -> Section:
    return {
        "decision": ApprovalDecision.HOME,
        "approval_signed_at": moment.ago(days=20),
        "approval_expires_at": moment.ago(days=-70),
        "sessions_allowed": 6,
        "sessions_used": len(doses),
        "sessions_at": tuple(one.taken_at for one in doses),
        "doses": doses,
        "planned_at": moment.now,
        "planned_local_date": moment.today,
        "planned_dose_mg_hundredths": 15_000,
        "previous_dose_mg_hundredths": 15_000 if doses else None,
        "weight_g": 70_000,
        "weighed_at": moment.ago(days=5),
        "prepared_at": moment.ago(days=12),
        "preparation_missing": (),
        "hold_codes": (),
    }


def clear(moment: Moment, earlier: int) -> dict[str, Section]:
    """Give every section with nothing in the way, after some earlier doses."""
    doses = tuple(dose(moment, 4 + 4 * back) for back in reversed(range(earlier)))
    sections = _before(moment) | _evening(moment)
    sections |= {"office": _office(moment), "course": _course(moment, doses)}
    for name, fields in YES.items():
        sections[name] |= dict.fromkeys(fields.split(), True)
    return sections

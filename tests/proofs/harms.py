"""What makes things worse? For each fact with a worse direction, how to go there.

What is not here has no worse direction by itself: a dose that was taken makes the next one sooner
and is also a dose that was borne; a later time of the last device moves a window. Those are in
rows of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from rules.core import Point
from rules.facts import Facts, MedicineFact, ReadingFact
from rules.terms import ApprovalDecision, SuicideRisk
from tests.rules.facts_factory import (
    CONDITIONS,
    a_dose,
    a_reading,
    ago,
    but,
    clear_facts,
    days_ago,
)

# A yes is worse than a no, or a no than a yes.
YES_IS_WORSE = {
    "product": "blocked_alias lot_recalled esketamine_elsewhere ketamine_elsewhere setting_changed",
    "authority": "in_person_required",
    "instruments": "urinary_blood",
    "course": "approval_ended material_change open_adverse_event serious_event_unreviewed"
    " suspended maintenance",
    "day": "slow_stomach alcohol_24h cannabis_24h opioid_24h benzodiazepine_24h sedative_24h"
    " stimulant_today psychedelic_7d grapefruit_today grapefruit_3d acute_illness mouth_sores"
    " antihypertensive_missed pregnant_or_unsure psychotic_symptoms manic_symptoms"
    " replayed_offline",
    "vitals": "no_more_today oximeter_required",
    "sitter": "is_the_patient shares_contact_or_device flagged_unsafe is_remote_coach"
    " sitting_elsewhere dosing_today caring_for_others changed_since_clearance",
    "home": "suicidal_12_months",
    "clearance": "spent voided other_session_active offline",
    "release": "vomiting distress suicidal_thoughts emergency_open",
    "office": "contraindicated first_treatment nasal_product_today monitoring_form_overdue",
}
NO_IS_WORSE = {
    "person": "identity_verified",
    "product": "codes_agree on_home_formulary esketamine_course_ended",
    "authority": "state_enabled prescriber_licensed dea_registered dea_in_state"
    " in_person_evaluated consent_signed consent_is_current capacity",
    "intake": "submitted diagnosis_documented sitter_named home_is_safe emergency_address",
    "instruments": "audit_c_assessed asrm_cleared suicide_risk_assessed urinary_cleared",
    "course": "plan_signed dose_rationale first_session_reviewed mid_course_reviewed"
    " follow_up_24h_done exposure_reviewed booster_prescribed",
    "day": "benzodiazepine_in_plan no_driving_promised",
    "sitter": "named phone_known contact_verified present sober_24h can_call_emergency",
    "home": "address_confirmed state_matches_address address_written emergency_plan_confirmed"
    " emergency_contact_known phone_charged"
    " second_phone safe_place nobody_to_care_for no_flame_or_stove nothing_scheduled means_secured",
    "clearance": "same_inputs locks_intact",
    "release": "oriented walks_unaided sitter_attests",
    "office": "site_certified inpatient prescriber_on_site observer_present pulse_oximeter"
    " ride_home oximetry_recorded sedation_resolved dissociation_resolved respiration_stable"
    " clinically_stable observer_signed",
}
MORE_IS_WORSE = {
    "authority": "refills_used supply_remaining_sessions",
    "intake": "body_mass_index_tenths",
    "instruments": "audit_c dast10 asrm urinary_sum urinary_worst_pain cognitive_sum",
    "course": "sessions_used planned_dose_mg_hundredths",
    "release": "state_check_worst",
}
FEWER_IS_WORSE = {
    "instruments": "cognitive_baseline",
    "course": "sessions_allowed weight_g",
    "day": "sleep_minutes",
    "release": "moaas",
}
EARLIER_IS_WORSE = {
    "person": "pregnancy_tested_at",
    "product": "beyond_use_on drug_data_on",
    "authority": "telemedicine_through contact_at prescription_issued_on",
    "instruments": "suicide_risk_answered_at",
    "course": "approval_signed_at approval_expires_at weighed_at prepared_at",
    "sitter": "trained_at attested_at",
    "cover": "on_call_until",
    "clearance": "expires_at",
}
LATER_IS_WORSE = {
    "product": "esketamine_last_dose_on",
    "day": "last_food_at last_fluid_at",
    "sitter": "born_on",
    "cover": "needed_until",
    "release": "dose_taken_at",
    "office": "last_food_at last_fluid_at last_nasal_product_at rems_enrolled_on",
}
SPANS = (timedelta(days=1), timedelta(days=30), timedelta(days=800), timedelta(days=9_000))
Worse = Callable[[Any], Any]


def _each(table: Mapping[str, str], worse: Worse) -> dict[str, Worse]:
    return {f"{part}__{name}": worse for part, names in table.items() for name in names.split()}


def _by(steps: tuple[int, ...]) -> Worse:
    return lambda value: [max(value + step, 0) for step in steps]


def _moved(way: int) -> Worse:
    def worse(value: date | datetime) -> list[Any]:
        spans = SPANS if not isinstance(value, datetime) else (timedelta(minutes=1), *SPANS)
        return [value + way * span for span in spans]

    return worse


def _sicker(reading: ReadingFact | None) -> list[ReadingFact]:
    """Give readings further from the normal, up or down, each number by itself."""
    if reading is None:
        return []
    worse = []
    for name, normal in (("systolic_mmhg", 120), ("diastolic_mmhg", 76), ("heart_rate_bpm", 75)):
        value = getattr(reading, name)
        if value is not None:
            way = 1 if value >= normal else -1
            worse += [replace(reading, **{name: max(value + way * by, 0)}) for by in (1, 15, 60)]
    if reading.spo2_percent is not None:
        worse += [replace(reading, spo2_percent=reading.spo2_percent - by) for by in (1, 4, 10)]
    return worse


def _all_sicker(readings: tuple[ReadingFact, ...]) -> list[tuple[ReadingFact, ...]]:
    return [(*readings[:-1], sicker) for reading in readings[-1:] for sicker in _sicker(reading)]


def _riskier(risk: SuicideRisk) -> list[SuicideRisk]:
    ladder = (SuicideRisk.NONE, SuicideRisk.LOW, SuicideRisk.MODERATE, SuicideRisk.HIGH)
    return list(ladder[ladder.index(risk) + 1 :]) if risk in ladder else []


_MEDICINES = (
    MedicineFact(name="xyzzy"),
    MedicineFact(name="oxycodone", ingredient="oxycodone"),
    MedicineFact(name="selegiline", ingredient="selegiline"),
    MedicineFact(name="lorazepam", ingredient="lorazepam"),
    MedicineFact(name="memantine", ingredient="memantine"),
)
WORSE: Mapping[str, Worse] = MappingProxyType(
    {
        **_each(YES_IS_WORSE, lambda _: [True]),
        **_each(NO_IS_WORSE, lambda _: [False]),
        **_each(MORE_IS_WORSE, _by((1, 5, 100_000))),
        **_each(FEWER_IS_WORSE, _by((-1, -5, -100_000))),
        **_each(EARLIER_IS_WORSE, _moved(-1)),
        **_each(LATER_IS_WORSE, _moved(1)),
        "course__decision": lambda _: [one for one in ApprovalDecision if one != "home"],
        "course__hold_codes": lambda held: [(*held, "patient"), (*held, "adverse_event")],
        "course__preparation_missing": lambda missing: [(*missing, "cuff_rehearsed")],
        "intake__unanswered": lambda open_ones: [(*open_ones, "porphyria")],
        "intake__conditions": lambda said: [{**said, code: True} for code in CONDITIONS],
        "intake__medicines": lambda taken: [(*taken, more) for more in _MEDICINES],
        "instruments__incomplete": lambda missing: [(*missing, "phq9")],
        "instruments__suicide_risk": _riskier,
        "day__clock_skew_seconds": lambda skew: [
            skew + (by if skew >= 0 else -by) for by in (1, 60, 3_600)
        ],
        "vitals__readings": _all_sicker,
        "release__latest": _sicker,
        "office__before": _sicker,
    }
)


_SPRAVATO_ENDED = {
    "product__esketamine_elsewhere": True,
    "product__esketamine_course_ended": True,
    "product__esketamine_last_dose_on": days_ago(8),
}
# Where the clear patient is too clear for a harm to be seen: what else is true, so that it is.
WHEN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "authority__in_person_evaluated": {
            "authority__in_person_evaluated": True,
            "authority__telemedicine_through": days_ago(1),
        },
        "course__dose_rationale": {
            "course__dose_rationale": True,
            "course__planned_dose_mg_hundredths": 35_000,
            "course__doses": (a_dose(mg=300),),
        },
        "course__exposure_reviewed": {
            "course__exposure_reviewed": True,
            "course__doses": tuple(a_dose(days=7 * turn) for turn in range(1, 40)),
        },
        "course__mid_course_reviewed": {"course__sessions_used": 3},
        "day__benzodiazepine_in_plan": {
            "day__benzodiazepine_24h": True,
            "day__benzodiazepine_in_plan": True,
        },
        "home__suicidal_12_months": {"home__means_secured": False},
        "instruments__asrm_cleared": {"instruments__asrm": 7, "instruments__asrm_cleared": True},
        "instruments__audit_c_assessed": {
            "instruments__audit_c": 9,
            "instruments__audit_c_assessed": True,
        },
        "instruments__cognitive_baseline": {
            "instruments__cognitive_sum": 5,
            "instruments__cognitive_baseline": 3,
        },
        "instruments__suicide_risk_assessed": {
            "instruments__suicide_risk": SuicideRisk.MODERATE,
            "instruments__suicide_risk_assessed": True,
        },
        "instruments__urinary_cleared": {
            "instruments__urinary_sum": 7,
            "instruments__urinary_cleared": True,
        },
        "office__first_treatment": {
            "office__first_treatment": False,
            "office__dose_mg_hundredths": 8_400,
        },
        "office__inpatient": {"office__inpatient": True, "office__rems_enrolled_on": None},
        "office__nasal_product_today": {
            "office__nasal_product_today": False,
            "office__last_nasal_product_at": ago(minutes=10),
        },
        "vitals__oximeter_required": {"vitals__readings": (a_reading(spo2=None),)},
        "course__booster_prescribed": {
            "course__booster_asked": True,
            "course__booster_prescribed": True,
            "course__booster_first_part_at": ago(minutes=20),
        },
        "product__esketamine_course_ended": _SPRAVATO_ENDED,
        "product__esketamine_last_dose_on": _SPRAVATO_ENDED,
    }
)


def starts(point: Point, path: str) -> Facts:
    """Give the situation in which this harm can be seen."""
    return but(clear_facts(point), **WHEN.get(path, {}))


def made_worse(facts: Facts, path: str) -> list[Facts]:
    """Give the same situation with this one fact worse, in every way there is."""
    part, _, name = path.partition("__")
    value = getattr(getattr(facts, part), name)
    return [] if value is None else [but(facts, **{path: worse}) for worse in WORSE[path](value)]

"""What does somebody say with whom all is well? The answers of the people of a story."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rules.intake.conditions import QUESTIONS
from rules.intake.instruments import QUESTIONNAIRES
from rules.preparation.home_list import HomeItem
from rules.terms import Instrument
from workflows.sandbox.steps import At, Kept

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SCORES: Mapping[Instrument, int] = {
    Instrument.PHQ9: 15,
    Instrument.GAD7: 8,
    Instrument.CSSRS: 0,
    Instrument.AUDIT_C: 1,
    Instrument.DAST10: 0,
    Instrument.ASRM: 1,
    Instrument.USC6: 0,
    Instrument.CCC4: 0,
}
NEVER = ("alcohol", "cannabis", "opioids", "stimulants", "psychedelics", "ketamine", "nicotine")
PHONE, NEIGHBOUR = "+13035550100", {"name": "Demo Neighbour", "phone": "+13035550171"}
PHARMACY = {"name": "Demo Pharmacy", "phone": "+13035550181"}
NOT_TODAY = (
    *("slow_stomach", "alcohol_24h", "cannabis_24h", "opioid_24h", "benzodiazepine_24h"),
    *("sedative_24h", "stimulant_today", "psychedelic_7d", "grapefruit_today", "grapefruit_3d"),
    *("acute_illness", "mouth_sores", "antihypertensive_missed", "pregnant_or_unsure"),
    *("medicines_changed", "health_changed", "psychotic_symptoms", "manic_symptoms"),
    *("esketamine_elsewhere", "ketamine_elsewhere"),
)
HOME_TONIGHT = (
    *("address_confirmed", "emergency_plan_confirmed", "phone_charged", "second_phone"),
    *("safe_place", "nobody_to_care_for", "no_flame_or_stove", "nothing_scheduled"),
    "means_secured",
)
NO_DANGER = {"q1": False, "q2": False, "q6": False}
SITTER_WORD = {
    "present": True,
    "sober_24h": True,
    "caring_for_others": False,
    "can_call_emergency": True,
}
LAST_LOOK = {
    "moaas": 5,
    "state_check": {"q1": 0, "q2": 0, "q3": 0, "q4": 0},
    "oriented": True,
    "walks_unaided": True,
    "vomiting": False,
    "distress": False,
    "suicidal_thoughts": False,
    "sitter_attests": True,
}
NEXT_DAY = {
    "side_effects": [],
    "global_change": 3,
    "suicide_screen": NO_DANGER,
    "urinary_pain": 0,
    **dict.fromkeys(
        (
            *("urinary_trouble", "urinary_blood", "fall_or_injury", "drove", "took_more"),
            *("medical_help", "unreal_or_racing"),
        ),
        False,
    ),
}
HOME_LIST = {"answers": dict.fromkeys((item.value for item in HomeItem), True)}


def answers(instrument: str) -> dict[str, Any]:
    """Answer an instrument so that nothing in it alarms anybody."""
    shape, left = QUESTIONNAIRES[Instrument(instrument)], SCORES.get(Instrument(instrument), 4)
    said: dict[str, Any] = {}
    for item in shape.items:
        if item in shape.yes_no:
            said[item] = item in shape.reversed_items
            continue
        said[item] = max(shape.lowest, min(shape.highest, left))
        left -= said[item]
    return {"instrument": str(instrument), "answers": said}


def history() -> dict[str, Any]:
    """Tell a history with a depression in it and nothing against treatment at home."""
    return {
        "conditions": dict.fromkeys(QUESTIONS, False),
        "medicines": {
            "list": [{"name": "Sertraline", "dose": "50 mg in the morning", "since": "2024"}],
            "complete": True,
        },
        "substances": dict.fromkeys(NEVER, "never"),
        "diagnoses": {"list": [{"code": "major_depressive_disorder", "made_by_clinician": True}]},
        "earlier_treatment": {"list": [{"name": "Sertraline", "helped": False}]},
        "elsewhere": {"esketamine": False, "ketamine": False},
        "goals": {"list": ["Sleep through the night"]},
        "body": {"height_cm": 172, "weight_g": 68_000},
        "reproduction": {"sex_at_birth": "male", "can_become_pregnant": False},
        "home": dict.fromkeys(
            (
                *("sitter_planned", "calm_place", "nobody_to_care_for", "feels_safe"),
                *("means_locked", "phone_works"),
            ),
            True,
        ),
        "emergency_contact": NEIGHBOUR,
        "address": Kept("address"),
        "pharmacy": PHARMACY,
        "outside_clinicians": {"list": [{"name": "Dr. Lee", "kind": "family doctor"}]},
    }


def tonight(units_left: int) -> dict[str, Any]:
    """Answer the fresh questions of an evening."""
    day = dict.fromkeys(NOT_TODAY, False) | {
        "sleep_minutes": 430,
        "no_driving_promised": True,
        "medicines_list_number": Kept("history_number"),
        "device_at": At(),
        "last_food_at": At(-6 * HOUR),
        "last_fluid_at": At(-3 * HOUR),
        "units_left": units_left,
    }
    home = dict.fromkeys(HOME_TONIGHT, True) | {
        "address_state": Kept("state"),
        "suicidal_12_months": False,
    }
    clock = {"nonce": Kept("nonce"), "device_time": Kept("server_time")}
    return {"day": day, "home": home, "suicide_screen": NO_DANGER, "clock": clock}


def reading(systolic: int, diastolic: int, **more: Any) -> dict[str, Any]:
    """Read a cuff."""
    calm = {"heart_rate_bpm": 72, "spo2_percent": 98, "source": "device"}
    return {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic} | calm | more

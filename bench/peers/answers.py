"""What does somebody say with whom everything is well? And do the others answer alike?"""

from typing import Any

CALM: dict[str, Any] = {
    "identity_confirmed": True,
    "sitter_here": True,
    "sitter_adult": True,
    "fasted": True,
    "no_alcohol": True,
    "no_driving": True,
    "no_stimulant": True,
    "no_sedative": True,
    "bathroom_free": True,
    "phone_charged": True,
    "cuff_at_hand": True,
    "tablets_counted": True,
    "consent_renewed": True,
    "pressure_pill_taken": True,
    "new_medicine": False,
    "systolic": 124,
    "diastolic": 79,
    "pulse": 70,
    "oxygen": 98,
    "item_9": 0,
    "anxiety": 3,
    "sleep_hours": 7,
    "pain": 1,
    "weight_kg": 80.5,
    "temperature_c": 36.6,
    "dose_mg": 100.0,
    "route": "tablet",
    "place": "home",
    "mood": "calm",
    "sitter_name": "Sid Sitter",
    "notes": "Slept well, ate early, and the phone is charged. " * 2,
}
MADE_ANEW = ("id", "decided_at")


def alike(told: Any, *, is_made: bool = False) -> Any:
    """Leave out what may differ between two good answers: numbers of new rows, and how times look.

    Only what was made by this very request has a number that is its own.
    """
    if isinstance(told, dict):
        left_out = MADE_ANEW if is_made else ()
        return {k: alike(v) for k, v in sorted(told.items()) if k not in left_out}
    if isinstance(told, list):
        return [alike(one) for one in told]
    if isinstance(told, str) and told[:2] == "20" and "T" in told:
        return told.replace("Z", "").replace("+00:00", "")[:23]
    return told

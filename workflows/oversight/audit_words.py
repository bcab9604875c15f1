"""What does an entry of the trail say to the patient whose record it is about?"""

from collections.abc import Mapping
from types import MappingProxyType

from rules.terms import GlassReason

NOBODY = "The service itself, or somebody who was not signed in"
OTHERWISE = "worked with your record"
WHY_GLASS: Mapping[GlassReason, str] = MappingProxyType(
    {
        GlassReason.EMERGENCY_CARE: "They said that you needed care at once.",
        GlassReason.NOBODY_ELSE: "They said that nobody on your care team could be reached.",
        GlassReason.SAFETY_CONCERN: "They said that they were worried about your safety.",
    }
)

_THINGS: Mapping[str, str] = MappingProxyType(
    {
        "account": "your part in the programme",
        "adverse_event": "a report of harm",
        "appointment": "an appointment",
        "approval": "the choice that was made about your treatment",
        "assessment": "your questionnaires",
        "audit_trail": "who looked at your record",
        "break_glass": "the right to read your record in an emergency",
        "care_team": "your care team",
        "case_packet": "the summary of your case",
        "answer_times": "how quickly calls were answered",
        "channels": "who answers, and when",
        "caseload": "the list of people they coach, with you on it",
        "coaching_note": "a coaching note",
        "consent": "your consent",
        "consent_text": "the text of your consent",
        "deadline": "something that was due",
        "clearance": "the permission for a dose",
        "dispatch_link": "the card for helpers",
        "dispatch_reading": "what helpers were shown",
        "desk": "the list of people who wait for a prescriber, with you on it",
        "disclosure": "what of your record went to others",
        "dose_session": "a dose session",
        "emergency": "a call for help",
        "escalation": "a call for somebody to look",
        "evaluation": "what your prescriber found when they met you",
        "follow_up": "a follow-up",
        "goal": "your goals",
        "hold": "a stop on your next dose",
        "home_check": "the check of your home",
        "intake": "your health history",
        "intention": "your intention",
        "intentions": "your intentions",
        "monitoring": "the watch during a dose",
        "legal_hold": "a matter of law for which your record is kept",
        "notification": "a message",
        "own_message": "a message",
        "office_session": "a session at the clinic",
        "order": "a prescription",
        "override": "an exception that a prescriber made",
        "patient": "who you are and how to reach you",
        "pdmp": "the state's list of your prescriptions",
        "person": "the list of people who have an account, with you on it",
        "plan": "your treatment plan",
        "predose": "the check before a dose",
        "preparation_module": "a preparation module",
        "preparation_modules": "your preparation modules",
        "private_note": "a private note",
        "readiness": "how ready you are",
        "record_export": "a copy of your record",
        "rights_request": "what you asked of your record",
        "rehearsal": "the reading that you took to practise",
        "release": "the end of the watch",
        "screening": "your screening",
        "shipment": "a parcel",
        "sitter": "your sitters",
        "sitting": "the sitter's page of a session",
        "suspension": "the pause of your treatment",
        "timeline": "your timeline",
        "vital_signs": "your vital signs",
        "events": "the list of what happened to people in their care, with you on it",
        "webhook": "another system of your care team that something had happened, and not what",
    }
)
_LOOKS = frozenset({"read", "listed"})
_ACTS: Mapping[str, str] = MappingProxyType(
    {
        "added_to": "added to",
        "answered": "answered",
        "begun": "took",
        "booked": "booked",
        "cancelled": "called off",
        "closed": "closed",
        "decided": "decided on",
        "drafted": "drafted",
        "ended": "ended",
        "extended": "took longer for",
        "held": "held",
        "made": "made",
        "lifted": "lifted",
        "missed": "noted as missed",
        "moved": "moved",
        "opened": "opened",
        "placed": "placed",
        "raised": "raised",
        "recorded": "recorded",
        "released": "released",
        "reopened": "opened again",
        "reported": "reported",
        "reviewed": "judged the use of",
        "scheduled": "scheduled",
        "sent": "told",
        "signed": "signed",
        "submitted": "submitted",
        "verified": "checked",
        "withdrawn": "took back",
    }
)


def what(action: str, outcome: str) -> str:
    """Say in plain words what was done, tried or seen."""
    thing, _, act = action.partition(".")
    if thing not in _THINGS:
        said = OTHERWISE
    elif act.rpartition("_")[2] in _LOOKS or outcome == "listed":
        said = f"looked at {_THINGS[thing]}"
    else:
        said = f"{_ACTS.get(act, 'changed or added to')} {_THINGS[thing]}"
    return f"tried, and was refused: {said}" if outcome == "refused" else said

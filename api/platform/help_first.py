"""What is told to whoever calls for help, when nothing of the call could be kept?"""

from typing import Any

from flask import g

from api.platform import fields
from rules.dose.emergencies import instruction_for
from rules.limits import LIMITS

CALLS_FOR_HELP = ("raise_emergency", "raise_emergency_for_patient", "report_adverse_event")
ANY_EMERGENCY = "emergency"


class ProblemInstructionOut(fields.Schema):
    """What to do now, and whom to call, first number first."""

    code = fields.Code(required=True)
    text = fields.Text(2000, required=True)
    call = fields.List(fields.Text(32), 5, required=True)


def what_to_do_now() -> dict[str, Any]:
    """Whoever calls for help is told what to do, also when nothing of the call can be kept."""
    if g.get("operation") not in CALLS_FOR_HELP:
        return {}
    told = instruction_for(ANY_EMERGENCY, LIMITS)
    return {"instructions": [{"code": told.code, "text": told.text, "call": list(told.call)}]}

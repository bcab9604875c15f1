"""How is an alarm told, so that whoever holds the phone knows what to do now?"""

from collections.abc import Iterable
from typing import Any

from api.intake.crisis import InstructionOut
from api.platform import fields
from api.platform.fields import Schema
from rules.dose.emergencies import instruction_for
from rules.limits import Limits
from rules.terms import Urgency


class AlarmedOut(Schema):
    """What was wrong, how urgent it is, and what to do; the list is empty when all is well."""

    alarm_codes = fields.List(fields.Code(), 20)
    urgency = fields.Choice(Urgency, allow_none=True)
    call_emergency_services = fields.Truth()
    instructions = fields.List(fields.Nested(InstructionOut()), 20)


def alarmed(codes: Iterable[str], urgency: Urgency | None, limits: Limits) -> dict[str, Any]:
    """Give the part of an answer that says what to do."""
    return {
        "alarm_codes": list(codes),
        "urgency": urgency,
        "call_emergency_services": urgency is Urgency.EMERGENCY_SERVICES,
        "instructions": [instruction_for(code, limits) for code in codes],
    }

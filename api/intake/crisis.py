"""What do we say at once to somebody who may be in danger?"""

from api.platform import fields
from api.platform.fields import Schema
from rules.dose.emergencies import CRISIS_RESOURCES, Instruction


class InstructionOut(Schema):
    """What to do now, and whom to call, first number first."""

    code = fields.Code()
    text = fields.Text(2000)
    call = fields.List(fields.Text(32), 5)


def help_now(*, needed: bool) -> Instruction | None:
    """Give the crisis resources when they are needed."""
    return CRISIS_RESOURCES if needed else None

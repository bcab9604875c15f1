"""How does a phone learn our time, and tell us its own?"""

from typing import Any

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.dose import device_clock
from workflows.dose.device_clock import ClockReading

blp = Blueprint("clock", description="The clock of the phone beside ours.")

_LONGEST_NONCE = 200


class TimeToldOut(Schema):
    """Our time. Read the phone's clock now, and send both back with what is measured or asked."""

    server_time = fields.Instant()
    nonce = fields.Text(_LONGEST_NONCE)
    expires_at = fields.Instant(
        metadata={"description": "After this the nonce measures nothing; ask for a new one."}
    )


class ClockReadingIn(Schema):
    """What the phone's own clock showed when it had the nonce. Without it no dose is cleared."""

    nonce = fields.Text(_LONGEST_NONCE, required=True)
    device_time = fields.Instant(required=True)


def clock_reading(told: dict[str, Any] | None) -> ClockReading | None:
    """Read what a phone sent back, if it did."""
    return None if told is None else ClockReading(**told)


@blp.route("/clock")
class Clock(MethodView):
    """The time here."""

    @blp.operation("compare_clocks")
    @blp.response(200, TimeToldOut())
    def get(self) -> object:
        """Ask what time it is, with a nonce to bring back within minutes."""
        with begin() as work:
            return device_clock.tell_time(work)

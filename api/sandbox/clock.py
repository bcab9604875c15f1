"""How does a developer move the clock of a sandbox, and read where it stands?"""

from datetime import timedelta
from typing import Any

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, runtime
from workflows.sandbox import clock, stops

blp = Blueprint("sandbox_clock", description="The clock of a sandbox, where nobody is real.")
MOST_EVENTS = 100_000
LONGEST_S = int(stops.LONGEST.total_seconds())


class SandboxClockOut(Schema):
    """Where the clock stands; it stands still until it is moved."""

    now = fields.Instant()


class MoveIn(Schema):
    """To an instant or by a duration, forward only. `to` can be sent again and does it once."""

    to = fields.Instant(load_default=None)
    by_seconds = fields.Whole(0, LONGEST_S, load_default=None)


class HappenedOut(Schema):
    """One event of the stream, ids only."""

    sequence = fields.Whole(0, fields.LARGEST_WHOLE)
    kind = fields.Text(200)
    object_type = fields.Text(200, min=0)
    object_id = fields.Id(allow_none=True)
    patient_id = fields.Id(allow_none=True)
    occurred_at = fields.Instant()


class PassedOut(SandboxClockOut):
    """Where the clock stands now, and what happened on the way, in order."""

    reached = fields.Truth(
        metadata={"description": "No, if so much fell due that the clock stopped on the way."}
    )
    stops = fields.Whole(0, fields.LARGEST_WHOLE)
    events = fields.List(fields.Nested(HappenedOut()), MOST_EVENTS)


@blp.route("/sandbox/clock")
class SandboxClock(MethodView):
    """The clock."""

    @blp.operation("read_sandbox_clock")
    @blp.response(200, SandboxClockOut())
    def get(self) -> object:
        """Ask where the clock stands."""
        with begin() as work:
            return {"now": clock.read(work)}

    @blp.operation("move_sandbox_clock", refuses=(409,))
    @blp.arguments(MoveIn())
    @blp.response(200, PassedOut())
    def post(self, wanted: dict[str, Any]) -> object:
        """Move it forward: whatever falls due on the way happens, in order, as in any house."""
        seconds = wanted["by_seconds"]
        by = None if seconds is None else timedelta(seconds=seconds)
        with begin() as work:
            until = clock.ask_move(work, wanted["to"], by)
        return clock.go(runtime(), until)

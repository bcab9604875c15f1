"""How does a client follow what happens to everybody it may read of, without missing anything?"""

from typing import Any

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.oversight import event_feed
from workflows.oversight.event_feed import Wanted

MOST_EVENTS, USUAL_EVENTS = 200, 100
MOST_KINDS = 50
LONGEST_CURSOR = 64

blp = Blueprint("events", description="What happened, by ids, in an order that skips nothing.")


class EventQuery(Schema):
    """From where on, of which kinds, and from when until before when."""

    cursor = fields.Text(LONGEST_CURSOR, load_default=None, metadata={"description": "As given."})
    kinds = fields.List(fields.Code(), MOST_KINDS, load_default=())
    since = fields.Instant(data_key="from", load_default=None)
    until = fields.Instant(data_key="to", load_default=None)
    limit = fields.Whole(1, MOST_EVENTS, load_default=USUAL_EVENTS)


class EventOut(Schema):
    """Something that happened to a patient, by ids; `sequence` orders the events of one patient."""

    id = fields.Id()
    sequence = fields.Whole(0, 2**53 - 1)
    kind = fields.Code()
    patient_id = fields.Id()
    object_type = fields.Code()
    object_id = fields.Id(allow_none=True)
    occurred_at = fields.Instant()


class EventsOut(Schema):
    """The next events; keep the cursor for the next time, also when nothing came."""

    items = fields.List(fields.Nested(EventOut()), MOST_EVENTS)
    cursor = fields.Text(LONGEST_CURSOR)
    more = fields.Truth()


@blp.route("/events")
class Events(MethodView):
    """What happened."""

    @blp.operation("follow_events")
    @blp.arguments(EventQuery(), location="query")
    @blp.response(200, EventsOut())
    def get(self, wanted: dict[str, Any]) -> object:
        """Read what happened since this cursor; without one, from the beginning."""
        narrowed = Wanted(frozenset(wanted["kinds"]), wanted["since"], wanted["until"])
        with begin() as work:
            return event_feed.follow(work, wanted["cursor"], narrowed, wanted["limit"])

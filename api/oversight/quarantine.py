"""How does a phone hand in what it holds when its sign-in is over, and who decides on it?

The door takes and tells nothing: whatever is behind it, the answer is that it is held, and what to
do in an emergency, which is the same for everybody (decision 0038).
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.intake.crisis import InstructionOut
from api.oversight.late_heard import heard_in
from api.oversight.late_reading import (
    MOST_COUNTED,
    AsSent,
    Carrier,
    Content,
    LateItemIn,
    most_urgent_first,
    read,
)
from api.people.secret_fields import HIDDEN
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin, request_id, runtime
from rules.dose.emergencies import instruction_for
from rules.dose.offline import Verdict, is_read_in_any_form
from rules.terms import Decided
from workflows.dose import quarantine, quarantine_decisions
from workflows.dose.emergencies import ANY
from workflows.dose.late_items import AT_ONCE, Act, Item
from workflows.dose.quarantine import Handed
from workflows.platform.errors import Refusal

LONGEST_KEY, LONGEST_REASON = 200, 2000

if TYPE_CHECKING:
    from models.dose.quarantine import QuarantinedItem

blp = Blueprint("quarantine", description="What ended sign-ins hand in, and who lets it in.")


class HandedInIn(Schema):
    """What the phone still holds, under the queue key of the sign-in that is over."""

    queue_key = fields.Text(LONGEST_KEY, required=True, metadata=HIDDEN)
    device_id = fields.Id(required=True)
    items = fields.List(AsSent(LateItemIn(), allow_none=True), AT_ONCE, required=True)


class HeldOut(Schema):
    """One item: held, or to be kept on the phone and sent again."""

    item_id = fields.Id()
    verdict = fields.Code((Verdict.HELD.value, Verdict.TRY_AGAIN.value))


class HandedInOut(Schema):
    """What is held, in the order sent; and what to do now, if somebody called for help."""

    verdicts = fields.List(fields.Nested(HeldOut()), AT_ONCE)
    instructions = fields.List(fields.Nested(InstructionOut()), 1)


class QueueOut(Schema):
    """What came under one ended sign-in about one patient, or about nobody we know."""

    id = fields.Id()
    user_id = fields.Id(metadata={"description": "Whose sign-in it was."})
    patient_id = fields.Id(allow_none=True)
    why = fields.Code(metadata={"description": "How the sign-in ended."})
    opened_at = fields.Instant()
    due_at = fields.Instant(metadata={"description": "By when somebody has to decide."})
    settled_at = fields.Instant(allow_none=True)
    waiting = fields.Whole()


class QuarantinedItemOut(Schema):
    """One item as it came, and what was decided on it."""

    id = fields.Id()
    queue_id = fields.Id()
    item_id = fields.Id()
    user_id = fields.Id(metadata={"description": "Under whose sign-in it came; not verified."})
    patient_id = fields.Id(allow_none=True)
    kind = fields.Text(64, min=0)
    counter = fields.Whole(0, MOST_COUNTED, allow_none=True)
    forked = fields.Truth()
    device_at = fields.Instant(allow_none=True)
    received_at = fields.Instant()
    content = Content(
        attribute="content.sent", metadata={"description": "The whole item, as it came."}
    )
    adverse_event_id = fields.Id(
        allow_none=True, metadata={"description": "The unverified report that was made of it."}
    )
    decided_at = fields.Instant(allow_none=True)
    decided_by = fields.Id(allow_none=True)
    decision = fields.Choice(Decided, allow_none=True)
    reason = fields.Text(LONGEST_REASON, allow_none=True)
    late_item_id = fields.Id(allow_none=True)


class WholeQueueOut(QueueOut):
    """A queue with its items, those that wait first."""

    items = fields.List(fields.Nested(QuarantinedItemOut()), quarantine_decisions.MOST_SHOWN)


class DecisionIn(Schema):
    """Why."""

    reason = fields.Text(LONGEST_REASON, min=3, required=True)


@blp.route("/sync/quarantine")
class Quarantine(MethodView):
    """What came from phones whose sign-in is over."""

    @blp.operation("hand_in_queue", public=True)
    @blp.arguments(HandedInIn())
    @blp.response(201, HandedInOut())
    def post(self, handed: dict[str, Any]) -> object:
        """Hand in what a phone holds whose sign-in is over; all of it is held for somebody."""
        nobody = quarantine.nobody(request_id())
        with runtime().begin(nobody) as work:
            door = quarantine.open_door(work, handed["queue_key"])
        carrier = Carrier(door.user_id, handed["device_id"], None)
        came = [read(sent, carrier) for sent in handed["items"]]
        verdicts: dict[int, Verdict] = {}
        for place in most_urgent_first(came):
            one = Handed(came[place].item, handed["items"][place], heard_in(came[place]))
            try:  # each by itself, so that what cannot be kept now keeps no other out
                with runtime().begin(nobody) as work:
                    quarantine.keep(work, door, one)
                verdicts[place] = Verdict.HELD
            except Refusal:
                verdicts[place] = Verdict.TRY_AGAIN
        help_called = any(is_read_in_any_form(one.item.kind) for one in came)
        return {
            "verdicts": [
                {"item_id": one.item.id, "verdict": verdicts[place]}
                for place, one in enumerate(came)
            ],
            "instructions": [instruction_for(ANY, runtime().limits())] if help_called else [],
        }

    @blp.operation("list_quarantined_queues")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(QueueOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List the queues that wait for a decision, longest waiting first."""
        with begin() as work:
            found = quarantine_decisions.read_open(work, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "opened_at")


@blp.route("/sync/quarantine/<uuid:queue_id>")
class OneQueue(MethodView):
    """One queue."""

    @blp.operation("read_quarantined_queue")
    @blp.response(200, WholeQueueOut())
    def get(self, queue_id: UUID) -> object:
        """Read what was handed in, as it came."""
        with begin() as work:
            return quarantine_decisions.read_queue(work, queue_id)


@blp.route("/sync/quarantine/items/<uuid:quarantined_item_id>/acceptance")
class Acceptance(MethodView):
    """An item that is let in."""

    @blp.operation("accept_quarantined_item", refuses=(409,), once=True)
    @blp.arguments(DecisionIn())
    @blp.response(201, QuarantinedItemOut())
    def post(self, said: dict[str, Any], quarantined_item_id: UUID) -> object:
        """Let an item into the record, under the name of whoever wrote it down."""
        with begin() as work:
            return quarantine_decisions.accept(
                work, quarantined_item_id, said["reason"], _read_again
            )


@blp.route("/sync/quarantine/items/<uuid:quarantined_item_id>/setting-aside")
class SettingAside(MethodView):
    """An item that is not let in."""

    @blp.operation("set_aside_quarantined_item", refuses=(409,), once=True)
    @blp.arguments(DecisionIn())
    @blp.response(201, QuarantinedItemOut())
    def post(self, said: dict[str, Any], quarantined_item_id: UUID) -> object:
        """Keep an item out of the record; it stays where it is."""
        with begin() as work:
            return quarantine_decisions.set_aside(work, quarantined_item_id, said["reason"])


def _read_again(row: "QuarantinedItem") -> tuple[Item, Act | None]:
    """Read an item as it would have been read from its author."""
    one = read(row.content["sent"], Carrier(row.user_id, row.device_id, None))
    return one.item, one.act

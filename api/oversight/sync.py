"""How does a phone that was away bring what it wrote down, and learn what happened meanwhile?"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask.views import MethodView

from api.dose.device_clock import ClockReadingIn, clock_reading
from api.intake.crisis import InstructionOut
from api.oversight import late_kinds
from api.oversight.late_heard import heard_in
from api.oversight.late_reading import (
    MOST_COUNTED,
    AsSent,
    Carrier,
    Content,
    LateItemIn,
    Read,
    most_urgent_first,
    outside_any_session,
    read,
)
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.problems import FieldErrors
from api.platform.request import begin, current_actor, runtime
from rules.dose.emergencies import instruction_for
from rules.dose.offline import LateFact, Verdict, is_read_in_any_form
from rules.limits import Limits
from workflows.dose import late_counts, late_items, late_looks, quarantine
from workflows.dose.emergencies import ANY
from workflows.dose.late_items import Fate
from workflows.dose.quarantine import Door, Handed
from workflows.oversight import feed
from workflows.platform.errors import NotFound, Refusal

if TYPE_CHECKING:
    from models.dose.late_items import LateItem
    from models.platform.trail import Event

MOST_ITEMS = late_items.AT_ONCE
MOST_CHANGES, USUAL_CHANGES = 200, 100
LONGEST_CURSOR = 64
MOST_INSTRUCTIONS = 20
# Where one thing of a kind is read; everything else stands in the timeline.
LINKS = {
    "adverse_event": "/v1/adverse-events/{object_id}",
    "appointment": "/v1/appointments/{object_id}",
    "coaching_note": "/v1/coaching-notes/{object_id}",
    "dose_session": "/v1/dose-sessions/{object_id}",
    "gate_decision": "/v1/gate-decisions/{object_id}",
    "intake": "/v1/intakes/{object_id}",
    "office_session": "/v1/office-sessions/{object_id}",
    "release_check": "/v1/release-checks/{object_id}",
    "treatment_plan": "/v1/treatment-plans/{object_id}",
}
ELSEWHERE = "/v1/patients/{patient_id}/timeline"

blp = Blueprint(
    "sync", description="What a phone wrote down without a network, and what it missed."
)


class QueueIn(Schema):
    """What a phone brings, oldest first. `device_id` is made once, when the app is installed."""

    device_id = fields.Id(required=True)
    clock = fields.Nested(ClockReadingIn(), load_default=None, allow_none=True)
    items = fields.List(AsSent(LateItemIn(), allow_none=True), MOST_ITEMS, required=True)


class VerdictOut(Schema):
    """What became of one item; `instructions` say what to do now, and come also when it failed."""

    item_id = fields.Id()
    verdict = fields.Choice(Verdict)
    code = fields.Code(allow_none=True)
    result_type = fields.Code(allow_none=True)
    result_id = fields.Id(allow_none=True)
    forked = fields.Truth(
        metadata={"description": "This phone has counted so far before: there may be two of it."}
    )
    errors = FieldErrors()
    instructions = fields.List(fields.Nested(InstructionOut()), MOST_INSTRUCTIONS)


class GapOut(Schema):
    """Numbers that this phone has given to items that never came: from one to another."""

    first = fields.Whole(0, MOST_COUNTED)
    last = fields.Whole(0, MOST_COUNTED)


class QueueVerdictsOut(Schema):
    """A verdict for every item, in the order sent; `released` waited from an earlier push.

    `missing` is what the phone has counted and we have not: bring it, if it is still there.
    """

    verdicts = fields.List(fields.Nested(VerdictOut()), MOST_ITEMS)
    released = fields.List(fields.Nested(VerdictOut()), late_items.AT_ONCE)
    missing = fields.List(fields.Nested(GapOut()), late_counts.MOST_GAPS)


class LateItemOut(Schema):
    """An item that is not in the record, or bears a counter that was used before."""

    id = fields.Id()
    item_id = fields.Id()
    user_id = fields.Id(metadata={"description": "Who brought it."})
    phone_id = fields.Id()
    kind = fields.Text(64, min=0)
    counter = fields.Whole(0, MOST_COUNTED, allow_none=True)
    verdict = fields.Choice(Verdict)
    code = fields.Text(64, min=0)
    forked = fields.Truth()
    reused = fields.Truth(metadata={"description": "Its id was used before for something else."})
    device_at = fields.Instant(allow_none=True)
    received_at = fields.Instant()
    content = Content(metadata={"description": "As it came; null when it is in the record."})


class FeedQuery(Schema):
    """From where on."""

    cursor = fields.Text(LONGEST_CURSOR, load_default=None, metadata={"description": "As given."})
    limit = fields.Whole(1, MOST_CHANGES, load_default=USUAL_CHANGES)


class RecordChangeOut(Schema):
    """Something that happened in my record, by ids; `link` is where to read it."""

    id = fields.Id()
    kind = fields.Code()
    object_type = fields.Code()
    object_id = fields.Id(allow_none=True)
    occurred_at = fields.Instant()
    link = fields.Text(200)


class ChangesOut(Schema):
    """The next changes, in the order of our commits; keep the cursor for the next time."""

    items = fields.List(fields.Nested(RecordChangeOut()), MOST_CHANGES)
    cursor = fields.Text(LONGEST_CURSOR)
    more = fields.Truth()
    push_again = fields.Truth(
        metadata={
            "description": "We were restored: forget what you have read, and push again what you"
            " brought after `durable_until` (all you have when it is null). Nothing counts twice."
        }
    )
    durable_until = fields.Instant(allow_none=True)


@blp.route("/sync/push")
class Push(MethodView):
    """The queue of a phone."""

    @blp.operation("push_late_facts")
    @blp.arguments(QueueIn())
    @blp.response(200, QueueVerdictsOut())
    def post(self, queue: dict[str, Any]) -> object:
        """Bring what was written down; each item is taken by itself, the most urgent first."""
        carrier = Carrier(current_actor().person, queue["device_id"], clock_reading(queue["clock"]))
        with begin() as work:
            late_items.open_queue(work, carrier.device_id)
        came = [read(sent, carrier) for sent in queue["items"]]
        fates: dict[int, Fate] = {}
        for place in most_urgent_first(came):
            one = came[place]
            fates[place] = fate = _brought(one)
            if fate.aside:
                try:
                    with begin() as work:
                        kept = late_items.keep_aside(work, one.item, fate)
                        fates[place] = replace(fate, forked=kept.forked)
                    _let_somebody_decide(one, fate, queue["items"][place])
                except Refusal as refusal:
                    fates[place] = Fate(verdict=Verdict.TRY_AGAIN, code=refusal.code)
        limits = runtime().limits()
        return {
            "verdicts": [_told(one, fates[place], limits) for place, one in enumerate(came)],
            "released": list(_released(limits)),
            "missing": late_counts.missing(runtime(), current_actor(), carrier.device_id),
        }


@blp.route("/sync/late-items")
class KeptAside(MethodView):
    """What phones brought that is not in the record."""

    @blp.operation("list_late_items")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(LateItemOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List what could not be taken, waits, or may come from a double of a phone."""
        with begin() as work:
            found = late_looks.read_aside(work, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "received_at")


@blp.route("/sync/changes")
class ChangesSince(MethodView):
    """What happened in my record."""

    @blp.operation("pull_changes")
    @blp.arguments(FeedQuery(), location="query")
    @blp.response(200, ChangesOut())
    def get(self, wanted: dict[str, Any]) -> object:
        """Read what happened since this cursor; without one, from the beginning."""
        with begin() as work:
            found = feed.follow(work, wanted["cursor"], wanted["limit"])
        return {
            "items": [_change(event) for event in found.items],
            "cursor": found.cursor,
            "more": found.more,
            "push_again": found.push_again,
            "durable_until": found.durable_until,
        }


def _brought(one: Read) -> Fate:
    if one.fate is not None or one.act is None:
        return one.fate or Fate(verdict=Verdict.TRY_AGAIN)
    fate = late_items.bring(runtime(), current_actor(), one.item, one.act)
    if fate.code == NotFound.code and one.item.kind == LateFact.EMERGENCY:
        own = replace(one.item, subject_id=None)  # a wrong id keeps no call for help out
        return late_items.bring(runtime(), current_actor(), own, outside_any_session(own.content))
    return fate


def _let_somebody_decide(one: Read, fate: Fate, sent: Any) -> None:
    """Put before a person what the record did not take though it may have happened."""
    actor = current_actor()
    if actor.login_id is not None and late_items.needs_a_person(one.item, fate):
        with runtime().begin(quarantine.nobody(actor.request_id)) as work:
            door = Door(actor.login_id, actor.person)
            quarantine.keep(work, door, Handed(one.item, sent, heard_in(one)))


def _released(limits: Limits) -> Iterable[dict[str, Any]]:
    """Bring in what waited for something that has come."""
    house, actor = runtime(), current_actor()
    kind = late_kinds.KINDS[LateFact.HARM_ADDITION]
    for row in late_items.ready(house, actor):
        act = late_kinds.act_of(kind, late_kinds.read(kind, row.content, row.device_at))
        fate = late_items.release(house, actor, row, act)
        yield _verdict(row, fate, limits)


def _told(one: Read, fate: Fate, limits: Limits) -> dict[str, Any]:
    told = _verdict(one.item, fate, limits) | {"errors": dict(one.errors)}
    if is_read_in_any_form(one.item.kind) and not fate.told:
        told["instructions"] = [instruction_for(ANY, limits)]
    return told


def _verdict(item: "late_items.Item | LateItem", fate: Fate, limits: Limits) -> dict[str, Any]:
    return {
        "item_id": item.id if isinstance(item, late_items.Item) else item.item_id,
        "verdict": fate.verdict,
        "code": fate.code or None,
        "result_type": fate.result_type,
        "result_id": fate.result_id,
        "forked": fate.forked,
        "instructions": [instruction_for(code, limits) for code in fate.told[:MOST_INSTRUCTIONS]],
    }


def _change(event: "Event") -> dict[str, Any]:
    link = LINKS.get(event.object_type, ELSEWHERE)
    names = ("id", "kind", "object_type", "object_id", "occurred_at")
    return {name: getattr(event, name) for name in names} | {
        "link": link.format(object_id=event.object_id, patient_id=event.patient_id)
    }

"""How is one item of a queue read, so that nothing in it can keep the others out?"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson

from api.oversight import late_kinds
from api.platform import fields
from api.platform.fields import Schema
from api.platform.messages import flat
from api.platform.values import understood_instant
from rules.access import policy
from rules.dose.offline import LateFact, Verdict, is_read_in_any_form, may_arrive_late, urgency_rank
from workflows.dose.device_clock import ClockReading
from workflows.dose.late_items import NOT_OFFLINE, Act, Fate, Item
from workflows.platform.idempotency import OnceKey

UNREADABLE, UNKNOWN_KIND = "invalid-request", "kind-unknown"
MOST_COUNTED = 2**53 - 1


class Content(fields.HouseField):
    """A body of another operation, read by that operation's own form."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value

    def documented(self) -> fields.Documented:
        """Say nothing of its form: it is that of the operation of its kind, if it has one."""
        return {}


class AsSent(fields.Nested):
    """An item that is read by itself, so that a bad one keeps no other out."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value


class LateItemIn(Schema):
    """One thing that a phone wrote down; `content` is the body of the operation of its kind."""

    id = fields.Id(required=True)
    counter = fields.Whole(0, MOST_COUNTED, required=True)
    kind = fields.Code(required=True)
    subject_id = fields.Id(load_default=None, allow_none=True)
    device_at = fields.Instant(load_default=None, allow_none=True)
    predecessor_id = fields.Id(load_default=None, allow_none=True)
    corrects_id = fields.Id(load_default=None, allow_none=True)
    content = Content(required=True)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who brings a queue, on which phone, and what its clock shows."""

    user_id: UUID
    device_id: UUID
    clock: ClockReading | None


@dataclass(frozen=True, slots=True)
class Read:
    """An item as far as it could be read; without an act it goes nowhere but aside."""

    item: Item
    act: Act | None = None
    fate: Fate | None = None
    errors: Mapping[str, list[str]] = field(default_factory=dict)


def read(sent: Any, carrier: Carrier) -> Read:
    """Read one item; harm and calls for help are read in any form, the rest as it must be."""
    told = sent if isinstance(sent, dict) else {}
    try:
        whole = LateItemIn().load(told)
        errors: Mapping[str, list[str]] = {}
    except ma.ValidationError as error:
        whole, errors = _as_far_as_possible(told, sent), flat(error.messages)
    item = _item(whole, carrier)
    if errors and not is_read_in_any_form(item.kind):
        kept = replace(item, content=sent)
        return Read(kept, fate=_failed(Verdict.INVALID, UNREADABLE), errors=errors)
    if not may_arrive_late(item.kind):
        return Read(item, fate=_no_fact(item.kind))
    return _with_act(item)


def most_urgent_first(came: Sequence[Read]) -> list[int]:
    """Give the order in which they are taken: by urgency, then as the phone counted."""

    def rank(place: int) -> tuple[int, int, int]:
        item = came[place].item
        return urgency_rank(item.kind), item.counter or 0, place

    return sorted(range(len(came)), key=rank)


def kind_of(item: Item) -> LateFact:
    """Give the kind under which it is taken, also when it does not say what it is about."""
    kind = LateFact(item.kind)
    if item.subject_id is not None:
        return kind
    if kind is LateFact.HARM_ADDITION and item.predecessor_id is None:
        return LateFact.ADVERSE_EVENT
    return LateFact.PATIENT_EMERGENCY if kind is LateFact.EMERGENCY else kind


def outside_any_session(content: Any) -> Act:
    """Give the act by which a call is taken for the caller's own record, whatever it names."""
    kind = late_kinds.KINDS[LateFact.PATIENT_EMERGENCY]
    return late_kinds.act_of(kind, late_kinds.read(kind, content, None))


def _with_act(item: Item) -> Read:
    kind = late_kinds.KINDS[kind_of(item)]
    try:
        content = late_kinds.read(kind, item.content, item.device_at)
    except ma.ValidationError as error:
        failed = _failed(Verdict.INVALID, UNREADABLE)
        return Read(item, fate=failed, errors=flat({"content": error.messages}))
    return Read(replace(item, once=_once(item, kind)), late_kinds.act_of(kind, content))


def _once(item: Item, kind: late_kinds.Kind) -> OnceKey | None:
    """Give the key under which a phone sends the same thing online: the id of the item."""
    if kind.form is None:
        return None
    meaning = orjson.dumps(item.content, option=orjson.OPT_SORT_KEYS)
    parts = (b"POST", kind.path.format(item.subject_id).encode(), meaning)
    return OnceKey(str(item.id), hashlib.sha256(b"\0".join(parts)).digest())


def _item(told: Mapping[str, Any], carrier: Carrier) -> Item:
    said = {name: told[name] for name in told if name != "counter"}
    meaning = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()
    return Item(
        **told,
        user_id=carrier.user_id,
        device_id=carrier.device_id,
        clock=carrier.clock,
        meaning=meaning,
    )


def _no_fact(kind: str) -> Fate:
    """Refuse a command by its name; of a kind that nobody knows somebody has to look."""
    if kind in policy.BY_OPERATION:
        return _failed(Verdict.REFUSED, NOT_OFFLINE)
    return _failed(Verdict.INVALID, UNKNOWN_KIND)


def _failed(verdict: Verdict, code: str) -> Fate:
    return Fate(verdict=verdict, code=code, aside=True)


def _as_far_as_possible(told: Mapping[str, Any], sent: Any) -> dict[str, Any]:
    """Take what makes sense; an item without an id is known by what it says."""
    digest = hashlib.sha256(orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)).digest()
    ids = ("subject_id", "predecessor_id", "corrects_id")
    return {
        "id": _known(fields.Id(), told.get("id")) or UUID(bytes=digest[:16]),
        "kind": _known(fields.Code(), told.get("kind")) or "",
        "counter": _known(fields.Whole(0, MOST_COUNTED), told.get("counter")),
        "device_at": understood_instant(told.get("device_at")),
        "content": told.get("content", dict(told)),
        **{name: _known(fields.Id(), told.get(name)) for name in ids},
    }


def _known(field: fields.HouseField, value: Any) -> Any:
    """Read a value if it can be one."""
    try:
        return field.deserialize(value)
    except ma.ValidationError:
        return None

"""What became of each thing that a phone brought later? No item is lost, and none counts twice.

The key of an item is its own id: the row of the item is written in the transaction of the fact, and
a twin waits at the row of the phone. What could not be applied is kept as it came, sealed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from models.dose.late_items import LateItem, Phone
from models.platform.base import Base, new_id
from models.platform.encryption import key_ring
from rules.dose.offline import LateFact, Verdict, calls_unverified, may_arrive_late, may_wait
from rules.permissions import Permission
from rules.terms import DeadlineKind
from workflows.dose import device_clock, late_codes, late_counts, late_notice
from workflows.dose.device_clock import ClockReading
from workflows.platform import again, deadlines, trail
from workflows.platform.actor import Actor
from workflows.platform.errors import AlreadyUnderWay, Refusal, TooManyTries, Unavailable
from workflows.platform.idempotency import OnceKey
from workflows.platform.work import Runtime, Work, record

Act = Callable[[Work, UUID | None], Base]
ID_REUSED, NOT_OFFLINE, WAITS = "id-reused", "not_offline", "predecessor-missing"
AT_ONCE = 50
_PASSING = (AlreadyUnderWay, Unavailable, TooManyTries)
_FAILED = (Verdict.REFUSED, Verdict.INVALID)
# A kind of which we know nothing is anybody's words, and stands in the sealed part alone.
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing from the queue of a phone; `meaning` is a hash of all that it says."""

    id: UUID
    user_id: UUID
    device_id: UUID
    kind: str
    meaning: bytes
    content: Any = None
    counter: int | None = None
    device_at: datetime | None = None
    predecessor_id: UUID | None = None
    corrects_id: UUID | None = None
    subject_id: UUID | None = None
    once: OnceKey | None = None
    clock: ClockReading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an item; `aside` when it still has to be kept as it came."""

    verdict: Verdict
    code: str = ""
    result_type: str | None = None
    result_id: UUID | None = None
    told: tuple[str, ...] = ()
    forked: bool = False
    aside: bool = False


@record(permit=Permission.BRING_LATE_FACTS, audit="late_item.queue_opened")
def open_queue(work: Work, device_id: UUID) -> Phone:
    """Write down that this person brings a queue, and on which phone."""
    return _phone(work, work.actor.person, device_id)


def bring(runtime: Runtime, actor: Actor, item: Item, act: Act) -> Fate:
    """Bring one item into the record, by the act that takes it online, in its own transaction."""
    try:
        return again.patiently(lambda: _in_one(runtime, actor, item, act))
    except _PASSING as refusal:
        return Fate(verdict=Verdict.TRY_AGAIN, code=refusal.code)
    except Refusal as refusal:
        return Fate(verdict=Verdict.REFUSED, code=refusal.code, aside=True)


def _in_one(runtime: Runtime, actor: Actor, item: Item, act: Act) -> Fate:
    with runtime.begin(actor, item.once) as work:
        return take_in(work, item, act)


def release(runtime: Runtime, actor: Actor, waiting: LateItem, act: Act) -> Fate:
    """Bring in what waited, now that what it waited for is there."""
    try:
        with runtime.begin(actor) as work:
            row = _locked(work, LateItem.id == waiting.id)
            if row is None or row.verdict != Verdict.HELD:
                return Fate(verdict=Verdict.TRY_AGAIN, code=AlreadyUnderWay.code)
            return _applied(work, row, act(work, _subject(work, row.user_id, row.predecessor_id)))
    except Refusal as refusal:
        return Fate(verdict=Verdict.HELD, code=refusal.code)


@record(permit=Permission.BRING_LATE_FACTS, audit="late_item.kept_aside")
def keep_aside(work: Work, item: Item, fate: Fate) -> LateItem:
    """Keep an item that is not in the record, as it came, and tell who can look at it."""
    phone = _phone(work, item.user_id, item.device_id)
    row = _known(work, item, reused=fate.code == ID_REUSED)
    if row is None:
        row = _written(work, item, phone, fate, _as_it_came(item))
        late_notice.follow(work, row, phone)
    elif row.verdict in _FAILED:
        row.verdict, row.code = fate.verdict, fate.code
    return row


def needs_a_person(item: Item, fate: Fate) -> bool:
    """Say whether somebody has to decide on a fact that the record did not take (0038)."""
    if not may_arrive_late(item.kind) or fate.code == ID_REUSED:
        return False
    unread = fate.verdict is Verdict.INVALID and calls_unverified(LateFact(item.kind))
    return unread or fate.verdict is Verdict.REFUSED


def ready(runtime: Runtime, actor: Actor) -> list[LateItem]:
    """Give what waited, and need not any more."""
    first = select(LateItem.item_id).where(
        LateItem.user_id == actor.user_id,
        LateItem.verdict == Verdict.APPLIED,
        LateItem.result_type == "adverse_event",
    )
    query = select(LateItem).where(
        LateItem.user_id == actor.user_id,
        LateItem.verdict == Verdict.HELD,
        LateItem.predecessor_id.in_(first),
    )
    ordered = query.order_by(LateItem.received_at, LateItem.id).limit(AT_ONCE)
    with runtime.begin(actor) as work:
        return list(work.session.scalars(ordered))


def take_in(work: Work, item: Item, act: Act) -> Fate:
    """Take one item into the record, unless it is there or has to wait (a step)."""
    phone, row = _phone(work, item.user_id, item.device_id), _known(work, item)
    if row is not None and row.fingerprint != fingerprint_of(item):
        return Fate(verdict=Verdict.INVALID, code=ID_REUSED, aside=True)
    if row is not None and row.verdict == Verdict.APPLIED:
        return _told_again(work, row)
    subject = item.subject_id
    if subject is None and may_wait(LateFact(item.kind)):
        subject = _subject(work, item.user_id, item.predecessor_id)
        if subject is None:
            return Fate(verdict=Verdict.HELD, code=WAITS, aside=row is None)
    is_new = row is None
    row = row or _written(work, item, phone, Fate(verdict=Verdict.APPLIED), None)
    fate = _applied(work, row, act(work, subject))
    if is_new:
        late_notice.tell_of_fork(work, row, phone)
    return fate


def _applied(work: Work, row: LateItem, fact: Base) -> Fate:
    row.verdict, row.code, row.settled_at = Verdict.APPLIED, "", work.now
    row.result_type, row.result_id = fact.__tablename__, getattr(fact, "id", None)
    row.told = late_codes.to_be_told(fact)
    row.entered_by = work.actor.entered_by.user_id if work.actor.entered_by else None
    deadlines.settle(work, row.id, DeadlineKind.LATE_ITEM)
    return _fate(work, row, Verdict.DUPLICATE if work.replayed else Verdict.APPLIED)


def _told_again(work: Work, row: LateItem) -> Fate:
    """Say once more what became of it, for whoever lost the answer; nothing is done twice."""
    told = {"object_type": "late_item", "object_id": str(row.id)}
    trail.write_audit(work, "late_item.told_again", outcome="replayed", **told)
    return _fate(work, row, Verdict.DUPLICATE)


def _fate(work: Work, row: LateItem, verdict: Verdict) -> Fate:
    correction = exists().where(
        LateItem.user_id == row.user_id,
        LateItem.corrects_id == row.item_id,
        LateItem.verdict == Verdict.APPLIED,
    )
    corrected = work.session.scalar(select(correction))
    return Fate(
        verdict=Verdict.SUPERSEDED if corrected else verdict,
        code=row.code,
        result_type=row.result_type,
        result_id=row.result_id,
        told=tuple(row.told),
        forked=row.forked,
    )


def _phone(work: Work, user_id: UUID, device_id: UUID) -> Phone:
    """Lock the phone, which is written down when it is first seen."""
    mine = {"user_id": user_id, "device_id": device_id}
    first = insert(Phone).values(id=new_id(), first_seen_at=work.now, **mine)
    work.session.execute(first.on_conflict_do_nothing())
    query = select(Phone).filter_by(**mine).with_for_update()
    return work.session.scalars(query, execution_options={"populate_existing": True}).one()


def _known(work: Work, item: Item, *, reused: bool = False) -> LateItem | None:
    which = [LateItem.user_id == item.user_id, LateItem.item_id == item.id]
    same = [LateItem.fingerprint == fingerprint_of(item)] if reused else []
    return _locked(work, *which, *same, LateItem.reused.is_(reused))


def _locked(work: Work, *which: Any) -> LateItem | None:
    query = select(LateItem).where(*which).with_for_update()
    return work.session.scalars(query, execution_options={"populate_existing": True}).first()


def _written(work: Work, item: Item, phone: Phone, fate: Fate, content: Any) -> LateItem:
    """Write the item down; of two phones that bring one id at one instant, the second waits."""
    values = {
        "id": new_id(),
        "user_id": item.user_id,
        "phone_id": phone.id,
        "item_id": item.id,
        "counter": item.counter,
        "kind": item.kind if may_arrive_late(item.kind) else UNKNOWN,
        "fingerprint": fingerprint_of(item),
        "device_at": item.device_at,
        "clock_skew_seconds": device_clock.measured_skew(work, item.clock),
        "predecessor_id": item.predecessor_id,
        "corrects_id": item.corrects_id,
        "received_at": work.now,
        "reused": fate.code == ID_REUSED,
        "forked": late_counts.is_forked(work, phone, _count_of(item)),
        "verdict": fate.verdict,
        "code": fate.code,
        "told": [],
        "content": content,
    }
    made = insert(LateItem).on_conflict_do_nothing().returning(LateItem.id)
    if (kept := work.session.scalars(made, [values]).first()) is None:
        raise AlreadyUnderWay
    return work.session.scalars(select(LateItem).filter_by(id=kept, user_id=item.user_id)).one()


def _subject(work: Work, user_id: UUID, predecessor_id: UUID | None) -> UUID | None:
    """Find the report that this adds to, by the item that brought it."""
    return work.session.scalar(
        select(LateItem.result_id).where(
            LateItem.user_id == user_id,
            LateItem.item_id == predecessor_id,
            LateItem.verdict == Verdict.APPLIED,
            LateItem.result_type == "adverse_event",
        )
    )


def _count_of(item: Item) -> late_counts.Count:
    return late_counts.Count(item.counter, item.id, fingerprint_of(item))


def fingerprint_of(item: Item) -> bytes:
    """Give the fingerprint under our key: few answers are possible, and hashes can be tried out."""
    return key_ring().blind("late_item.fingerprint", item.meaning.hex())


def _as_it_came(item: Item) -> Any:
    if may_arrive_late(item.kind):
        return item.content
    return {"kind": item.kind, "content": item.content}

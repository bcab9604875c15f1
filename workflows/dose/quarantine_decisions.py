"""Is what an ended sign-in handed in to be believed? Somebody who answers for the patient says so.

What is accepted goes the way of everything that a phone brings late, under the name of whoever
wrote it down, and the trail names who let it in. What is set aside stays where it is, for ever.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from models.dose.late_items import LateItem
from models.dose.quarantine import QuarantinedItem, QuarantinedQueue
from models.oversight.adverse_events import AdverseEvent
from models.people.patients import Patient
from models.platform.base import Base
from rules.dose.offline import Verdict
from rules.permissions import Permission
from rules.terms import DeadlineKind, Decided
from workflows.dose import late_items, quarantine_alarms, quarantine_people
from workflows.dose.late_items import Act, Item
from workflows.platform import access, calls, deadlines
from workflows.platform.actor import Actor
from workflows.platform.errors import NotNow, RecordForbids, Refusal
from workflows.platform.work import Work, command, note_each_patient, reading

MOST_SHOWN = 200
NOT_TAKEN = "item_not_taken"
_IN = (Verdict.APPLIED, Verdict.DUPLICATE, Verdict.SUPERSEDED)
Reading = Callable[[QuarantinedItem], tuple[Item, Act | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSeen:
    """A queue with how many of its items wait; with the items, if one looks into it."""

    id: UUID
    user_id: UUID
    patient_id: UUID | None
    why: str
    opened_at: datetime
    due_at: datetime
    settled_at: datetime | None
    waiting: int
    items: Sequence[QuarantinedItem] = ()


@reading(permit=Permission.READ_QUARANTINE, audit="quarantine.listed")
def read_open(work: Work, after: tuple[datetime, UUID] | None, most: int) -> list[QueueSeen]:
    """List what waits for somebody, longest waiting first."""
    waiting = (
        select(func.count())
        .where(
            QuarantinedItem.queue_id == QuarantinedQueue.id, QuarantinedItem.decided_at.is_(None)
        )
        .scalar_subquery()
    )
    query = (
        select(QuarantinedQueue, waiting)
        .outerjoin(Patient, Patient.id == QuarantinedQueue.patient_id)
        .where(QuarantinedQueue.settled_at.is_(None), access.decides_quarantine(work))
        .order_by(QuarantinedQueue.opened_at, QuarantinedQueue.id)
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(
            tuple_(QuarantinedQueue.opened_at, QuarantinedQueue.id) > tuple_(*after)
        )
    found = [_seen(queue, count) for queue, count in work.session.execute(query)]
    whose = [one.patient_id for one in found[:most]]
    note_each_patient(work, [one for one in whose if one is not None])
    return found


@reading(permit=Permission.READ_QUARANTINE, audit="quarantine.read")
def read_queue(work: Work, queue_id: UUID) -> QueueSeen:
    """Read what was handed in, as it came."""
    queue = access.quarantined(work, QuarantinedQueue, queue_id)
    items = work.session.scalars(
        select(QuarantinedItem)
        .where(QuarantinedItem.queue_id == queue.id)
        .order_by(
            QuarantinedItem.decided_at.is_not(None), QuarantinedItem.received_at, QuarantinedItem.id
        )
        .limit(MOST_SHOWN)
    )
    found = items.all()
    return _seen(queue, sum(one.decided_at is None for one in found), found)


@command(permit=Permission.DECIDE_QUARANTINE, audit="quarantine.accepted", once=True)
def accept(work: Work, item_id: UUID, reason: str, read: Reading) -> QuarantinedItem:
    """Let it into the record, as whoever wrote it down would have brought it."""
    row = _undecided(work, item_id)
    item, act = read(row)
    if act is None:
        raise RecordForbids("It cannot be read, so it can only be set aside.", code=NOT_TAKEN)
    try:
        with _in_the_name_of(work, row, item):
            fate = late_items.take_in(work, item, _once_only(row, act))
    except Refusal as refusal:
        raise RecordForbids(_not_taken(refusal.code), code=NOT_TAKEN) from refusal
    if fate.verdict not in _IN:
        raise RecordForbids(_not_taken(fate.code or fate.verdict), code=NOT_TAKEN)
    row.late_item_id = work.session.scalars(
        select(LateItem.id).where(
            LateItem.user_id == row.user_id,
            LateItem.item_id == row.item_id,
            LateItem.reused.is_(False),
        )
    ).one()
    return _decided(work, row, Decided.ACCEPTED, reason)


@command(permit=Permission.DECIDE_QUARANTINE, audit="quarantine.set_aside", once=True)
def set_aside(work: Work, item_id: UUID, reason: str) -> QuarantinedItem:
    """Keep it out of the record; what it called people for stays in the register of harm."""
    return _decided(work, _undecided(work, item_id), Decided.SET_ASIDE, reason)


def _seen(
    queue: QuarantinedQueue, waiting: int, items: Sequence[QuarantinedItem] = ()
) -> QueueSeen:
    return QueueSeen(
        id=queue.id,
        user_id=queue.user_id,
        patient_id=queue.patient_id,
        why=queue.why,
        opened_at=queue.opened_at,
        due_at=queue.due_at,
        settled_at=queue.settled_at,
        waiting=waiting,
        items=items,
    )


def _undecided(work: Work, item_id: UUID) -> QuarantinedItem:
    row = access.quarantined(work, QuarantinedItem, item_id, lock=True)
    if row.user_id == work.actor.user_id:
        raise RecordForbids("Somebody else decides on what you wrote down.", code="own_queue")
    if row.decided_at is not None:
        raise NotNow(row.decision or "")
    return row


def _decided(work: Work, row: QuarantinedItem, decision: Decided, reason: str) -> QuarantinedItem:
    row.decided_at, row.decided_by = work.now, work.actor.person
    row.decision, row.reason = decision, reason
    work.session.flush()
    waiting = select(QuarantinedItem.id).where(
        QuarantinedItem.queue_id == row.queue_id, QuarantinedItem.decided_at.is_(None)
    )
    if work.session.scalar(waiting.limit(1)) is None:
        queue = work.session.scalars(
            select(QuarantinedQueue).where(QuarantinedQueue.id == row.queue_id).with_for_update()
        ).one()
        queue.settled_at = work.now
        deadlines.settle(work, queue.id, DeadlineKind.QUARANTINE)
        calls.answered(work, queue.id, quarantine_alarms.CALL, "quarantine_undecided")
    return row


def _once_only(row: QuarantinedItem, act: Act) -> Act:
    """A report of harm that was kept when it came is that report, and no second one."""
    if row.adverse_event_id is None or row.kind != "adverse_event":
        return act

    def found(work: Work, _subject_id: UUID | None) -> Base:
        query = select(AdverseEvent).where(AdverseEvent.id == row.adverse_event_id)
        return work.session.scalars(query).one()

    return found


@contextmanager
def _in_the_name_of(work: Work, row: QuarantinedItem, item: Item) -> Iterator[None]:
    """Act for the author, in the roles of then; the trail names who lets it in."""
    before = work.actor, work.permit, work.action, work.kind, work.once
    whose = row.patient_id  # the row tells nothing more once a statement has failed
    own = select(Patient.id).where(Patient.user_id == row.user_id)
    author = Actor(
        row.user_id,
        quarantine_people.roles_then(work, row.login_id),
        patient_id=work.session.scalar(own) or whose,
        request_id=work.actor.request_id,
        entered_by=work.actor,
        vouched_for=whose,
    )
    work.actor, work.once = author, item.once
    try:
        yield
    finally:
        work.actor, work.permit, work.action, work.kind, work.once = before
        work.subject, work.replayed = whose, False


def _not_taken(code: str) -> str:
    return f"The record did not take it ({code}); set it aside, or tell what happened yourself."

"""What does a phone still hold whose sign-in is over? It is taken in whole, and opens nothing.

Whoever brings it shows the queue key of that sign-in and nothing else. What they bring is sealed as
it came, bound to the person and the phone of then, and waits for somebody who answers for the
patient. What may mean danger calls people at once, marked unverified (decision 0038).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from models.dose.late_items import LateItem
from models.dose.quarantine import QuarantinedItem, QuarantinedQueue
from models.people.accounts import LoginSession, UserAccount
from models.platform import data_keys
from models.platform.base import Base, new_id
from rules.dose.offline import Verdict, may_arrive_late
from rules.permissions import Permission
from rules.terms import DeadlineKind, Role, SubjectKind
from workflows.dose import late_counts, quarantine_alarms, quarantine_people
from workflows.dose.late_items import UNKNOWN, Item, fingerprint_of
from workflows.dose.quarantine_alarms import Heard
from workflows.oversight import harm_reports
from workflows.people import stays
from workflows.platform import deadlines, notifications
from workflows.platform.actor import Actor
from workflows.platform.errors import NotSignedIn, TooManyTries
from workflows.platform.work import Work, record

MOST_A_DAY = 500
A_DAY = timedelta(days=1)
STILL_OPEN = "signed_in"
HARM_DOOR = "Sign in, or report what happened at /v1/adverse-events, which needs no key."


@dataclass(frozen=True, slots=True)
class Door:
    """Whose sign-in the key belongs to; it is no actor, and nothing is permitted by it."""

    login_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class Handed:
    """One item as it was handed in, and as far as it could be understood."""

    item: Item
    sent: Any = field(repr=False)
    heard: Heard = field(repr=False)


def nobody(request_id: str) -> Actor:
    """Give who stands at the door: the house takes in what is brought, and nobody is let in."""
    return Actor(None, frozenset({Role.SYSTEM}), request_id=request_id)


@record(permit=Permission.HAND_IN_QUEUE, audit="quarantine.opened")
def open_door(work: Work, key: str) -> Door:
    """Find the sign-in that this key was given to, alive or over: nobody learns which."""
    found = work.session.execute(
        select(LoginSession.id, LoginSession.user_id).where(
            LoginSession.queue_key_hash == stays.token_hash(key),
            data_keys.readable(LoginSession.user_id),
        )
    ).first()
    if found is None:
        raise NotSignedIn(HARM_DOOR, code="queue-key-unknown")
    _as_brought_under(work, Door(found.id, found.user_id))
    return Door(found.id, found.user_id)


@record(permit=Permission.HAND_IN_QUEUE, audit="quarantine.item_kept")
def keep(work: Work, door: Door, handed: Handed) -> Base:
    """Keep one item, and call whoever must know of it now, in one commit."""
    _as_brought_under(work, door)
    patient_id = quarantine_people.about_whom(work, door.user_id, handed.heard.named)
    patient = harm_reports.locked(work, patient_id) if patient_id else None
    work.subject = patient_id
    login = work.session.scalars(
        select(LoginSession).where(LoginSession.id == door.login_id).with_for_update()
    ).one()
    if (known := _known(work, door, handed.item)) is not None:
        return known
    _refuse_a_flood(work, door)
    queue = _queue(work, login, patient_id)
    row = _written(work, queue, handed)
    quarantine_alarms.sound(work, row, handed.heard, patient)
    return row


def _as_brought_under(work: Work, door: Door) -> None:
    """Name in the trail under whose sign-in it came; with no role, so that it permits nothing."""
    work.actor = Actor(door.user_id, frozenset(), door.login_id, request_id=work.actor.request_id)


def _known(work: Work, door: Door, item: Item) -> Base | None:
    """Find what was handed in before, or had come through the other door already."""
    same = {"item_id": item.id, "fingerprint": fingerprint_of(item)}
    kept = select(QuarantinedItem).filter_by(login_id=door.login_id, **same)
    entered = select(LateItem).filter_by(
        user_id=door.user_id, verdict=Verdict.APPLIED, reused=False, **same
    )
    found: Base | None = work.session.scalars(kept).first()
    return found or work.session.scalars(entered).first()


def _refuse_a_flood(work: Work, door: Door) -> None:
    """Take so much a day and no more; a phone keeps the rest, and harm has a door of its own."""
    today = select(func.count(), func.min(QuarantinedItem.received_at)).where(
        QuarantinedItem.login_id == door.login_id, QuarantinedItem.received_at > work.now - A_DAY
    )
    count, oldest = work.session.execute(today).one()
    if count >= MOST_A_DAY:
        raise TooManyTries(oldest + A_DAY)


def _queue(work: Work, login: LoginSession, patient_id: UUID | None) -> QuarantinedQueue:
    """Find what is still open of this sign-in, or open it and say so."""
    found = work.session.scalars(
        select(QuarantinedQueue).where(
            QuarantinedQueue.login_id == login.id,
            QuarantinedQueue.patient_id.is_not_distinct_from(patient_id),
            QuarantinedQueue.settled_at.is_(None),
        )
    ).first()
    if found is not None:
        return found
    queue = QuarantinedQueue(
        id=new_id(),
        user_id=login.user_id,
        login_id=login.id,
        patient_id=patient_id,
        why=_why(work, login),
        opened_at=work.now,
        due_at=work.now + work.limits.quarantine_decision,
    )
    work.session.add(queue)
    work.session.flush()
    subject = (SubjectKind.QUARANTINED_QUEUE, queue.id)
    deadlines.expect(work, [deadlines.Due(DeadlineKind.QUARANTINE, subject, queue.due_at)])
    notifications.tell_care_team(work, Role.PRESCRIBER, "queue_in_quarantine", subject=subject)
    notifications.tell_everybody_with(
        work, Role.SAFETY_OFFICER, "queue_in_quarantine", subject=subject
    )
    return queue


def _why(work: Work, login: LoginSession) -> str:
    """Say how this sign-in ended, as a code; one that has not is said to be open."""
    disabled = select(UserAccount.disabled_at).where(UserAccount.id == login.user_id)
    if work.session.scalar(disabled) is not None:
        return "disabled"
    if login.revoked_at is not None:
        return login.revoke_reason or "ended"
    over = work.now >= min(login.idle_expires_at, login.expires_at)
    return "expired" if over else STILL_OPEN


def _written(work: Work, queue: QuarantinedQueue, handed: Handed) -> QuarantinedItem:
    item = handed.item
    count = late_counts.Count(item.counter, item.id, fingerprint_of(item))
    row = QuarantinedItem(
        id=new_id(),
        queue_id=queue.id,
        user_id=queue.user_id,
        login_id=queue.login_id,
        patient_id=queue.patient_id,
        device_id=item.device_id,
        item_id=item.id,
        counter=item.counter,
        kind=item.kind if may_arrive_late(item.kind) else UNKNOWN,
        fingerprint=count.fingerprint,
        forked=late_counts.is_forked_aside(work, (queue.user_id, item.device_id), count),
        device_at=item.device_at,
        received_at=work.now,
        content={"sent": handed.sent},
    )
    work.session.add(row)
    work.session.flush()
    _tell_of_a_double(work, row)
    return row


def _tell_of_a_double(work: Work, row: QuarantinedItem) -> None:
    """Say once of a queue that there are two of the phone; what both bring is kept."""
    first = select(func.count()).where(
        QuarantinedItem.queue_id == row.queue_id, QuarantinedItem.forked.is_(True)
    )
    if row.forked and work.session.scalar(first) == 1:
        told = {"object_type": "quarantined_item", "object_id": str(row.id)}
        work.audit("phone.forked", **told)
        notifications.tell_everybody_with(work, Role.SAFETY_OFFICER, "phone_forked")

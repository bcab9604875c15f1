"""What changed in my record since I last looked? By ids, in the order of commits, without a gap.

The database numbers the events of one patient while it holds the end of their chain, which it lets
go at the commit. So a lower number is never committed later, and a reader goes by the number alone.

A cursor also names the epoch of the database. A phone with one of an earlier epoch, or of a place
that this record never had, has seen what a restore has lost: it begins again, and is told to bring
again whatever it has written down since; every item has an id of its own, so nothing counts twice.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from models.platform.encryption import key_ring
from models.platform.trail import Event
from rules.permissions import Permission
from workflows.platform import access, epochs
from workflows.platform.errors import InvalidContent
from workflows.platform.work import Work, reading

PURPOSE = "change_feed.cursor"
_NUMBER_BYTES, _EPOCH_BYTES, _CURSOR_BYTES = 8, 4, 44
# What a patient may read of, and so may follow. Drafts of others are nobody's business yet.
SHOWN = frozenset(
    {
        *("adverse_event", "appointment", "approval", "assessment", "clearance", "consent"),
        *("dose_session", "dose_taken", "emergency_call", "follow_up_answer", "gate_decision"),
        *("goal", "hold", "home_check", "intake", "monitoring_check", "office_session"),
        *("predose_check", "release_check", "shipment", "sitter", "treatment_plan"),
        *("vital_signs",),
    }
)
NOTES_SHOWN = ("coaching_note.signed", "coaching_note.amended")


@dataclass(frozen=True, slots=True)
class Changes:
    """Some changes, oldest first, and from where to go on; `more` says that there are more now.

    After a restore `push_again` asks the phone for what may be lost: what came after
    `durable_until`, or all it has when nobody knows since when.
    """

    items: Sequence[Any]
    cursor: str
    more: bool
    push_again: bool = False
    durable_until: datetime | None = None


@reading(permit=Permission.FOLLOW_CHANGES, audit="changes.followed")
def follow(work: Work, cursor: str | None, most: int) -> Changes:
    """Read the next changes of one's own record."""
    patient = access.own_patient(work)
    epoch = epochs.newest(work.session)
    place, theirs = (0, epoch) if cursor is None else _opened(work, cursor)
    lost = theirs != epoch or not _is_known(work, patient.id, place)
    place = 0 if lost else place
    query = (
        select(Event)
        .where(Event.patient_id == patient.id, shown(), Event.sequence > place)
        .order_by(Event.sequence)
        .limit(most + 1)
    )
    found = list(work.session.scalars(query))
    items = found[:most]
    last = items[-1].sequence if items else place
    until = epochs.durable_until(work.session, theirs) if lost else None
    return Changes(items, _sealed(work, last, epoch), len(found) > most, lost, until)


def _is_known(work: Work, patient_id: UUID, place: int) -> bool:
    """Say whether the record has this place; a phone that has seen more than we know is a proof."""
    query = select(Event.id).where(Event.patient_id == patient_id, Event.sequence == place)
    if place == 0 or work.session.scalar(query) is not None:
        return True
    epochs.doubt(work, "phone_ahead")
    return False


def shown() -> ColumnElement[bool]:
    """Ask for the events of what a patient may read."""
    return or_(Event.object_type.in_(SHOWN), Event.kind.in_(NOTES_SHOWN))


def _sealed(work: Work, place: int, epoch: int) -> str:
    where = place.to_bytes(_NUMBER_BYTES, "big") + epoch.to_bytes(_EPOCH_BYTES, "big")
    return urlsafe_b64encode(where + _stamp(work, where)).decode()


def _opened(work: Work, cursor: str) -> tuple[int, int]:
    """Take a cursor of ours, given to this person; anything else means to begin again."""
    try:
        opened = urlsafe_b64decode(cursor.encode("ascii"))
    except ValueError:  # also what is not ASCII
        opened = b""
    where, stamp = opened[: _NUMBER_BYTES + _EPOCH_BYTES], opened[_NUMBER_BYTES + _EPOCH_BYTES :]
    if len(opened) != _CURSOR_BYTES or not compare_digest(stamp, _stamp(work, where)):
        raise InvalidContent(
            "Begin again without a cursor.",
            errors={"cursor": ["Is not a cursor of ours."]},
            code="cursor-not-good",
        )
    number, epoch = where[:_NUMBER_BYTES], where[_NUMBER_BYTES:]
    return int.from_bytes(number, "big"), int.from_bytes(epoch, "big")


def _stamp(work: Work, where: bytes) -> bytes:
    return key_ring().stamp(PURPOSE, work.actor.person.bytes + where)

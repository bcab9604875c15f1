"""What changed in my record since I last looked? By ids, in the order of commits, without a gap.

A number that was drawn early may be committed late. So a reader goes by the transaction first, and
stops below the oldest that is still open: what is below it never changes any more.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Text, cast, func, or_, select, tuple_

from models.platform.encryption import key_ring
from models.platform.trail import Event
from rules.permissions import Permission
from workflows.platform import access
from workflows.platform.errors import InvalidContent
from workflows.platform.work import Work, reading

PURPOSE = "change_feed.cursor"
_NUMBER_BYTES, _CURSOR_BYTES = 8, 48
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
_NOTES_SHOWN = ("coaching_note.signed", "coaching_note.amended")


class Place(NamedTuple):
    """How far somebody has read: a transaction, and a number within it."""

    transaction_id: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Some changes, oldest first, and from where to go on; `more` says that there are more now."""

    items: Sequence[Any]
    cursor: str
    more: bool


@reading(permit=Permission.FOLLOW_CHANGES, audit="changes.followed")
def follow(work: Work, cursor: str | None, most: int) -> Changes:
    """Read the next changes of one's own record."""
    patient = access.own_patient(work)
    place = Place(0, 0) if cursor is None else _opened(work, cursor)
    horizon = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    query = (
        select(Event)
        .where(
            Event.patient_id == patient.id,
            _shown(),
            tuple_(Event.transaction_id, Event.sequence) > tuple_(*place),
            Event.transaction_id < horizon,
        )
        .order_by(Event.transaction_id, Event.sequence)
        .limit(most + 1)
    )
    found = list(work.session.scalars(query))
    items = found[:most]
    last = Place(items[-1].transaction_id, items[-1].sequence) if items else place
    return Changes(items, _sealed(work, last), len(found) > most)


def _shown() -> ColumnElement[bool]:
    return or_(Event.object_type.in_(SHOWN), Event.kind.in_(_NOTES_SHOWN))


def _sealed(work: Work, place: Place) -> str:
    numbers = b"".join(number.to_bytes(_NUMBER_BYTES, "big") for number in place)
    return urlsafe_b64encode(numbers + _stamp(work, numbers)).decode()


def _opened(work: Work, cursor: str) -> Place:
    """Take a cursor of ours, given to this person; anything else means to begin again."""
    try:
        opened = urlsafe_b64decode(cursor.encode("ascii"))
    except ValueError:  # also what is not ASCII
        opened = b""
    numbers, stamp = opened[: 2 * _NUMBER_BYTES], opened[2 * _NUMBER_BYTES :]
    if len(opened) != _CURSOR_BYTES or not compare_digest(stamp, _stamp(work, numbers)):
        raise InvalidContent(
            "Begin again without a cursor.",
            errors={"cursor": ["Is not a cursor of ours."]},
            code="cursor-not-good",
        )
    return Place(
        int.from_bytes(numbers[:_NUMBER_BYTES], "big"),
        int.from_bytes(numbers[_NUMBER_BYTES:], "big"),
    )


def _stamp(work: Work, numbers: bytes) -> bytes:
    return key_ring().stamp(PURPOSE, work.actor.person.bytes + numbers)

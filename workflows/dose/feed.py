"""What changed in my record since I last looked? By ids, in the order of commits, without a gap.

The database numbers the events of one patient while it holds the end of their chain, which it lets
go at the commit. So a lower number is never committed later, and a reader goes by the number alone.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from models.platform.encryption import key_ring
from models.platform.trail import Event
from rules.permissions import Permission
from workflows.platform import access
from workflows.platform.errors import InvalidContent
from workflows.platform.work import Work, reading

PURPOSE = "change_feed.cursor"
_NUMBER_BYTES, _CURSOR_BYTES = 8, 40
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
    """Some changes, oldest first, and from where to go on; `more` says that there are more now."""

    items: Sequence[Any]
    cursor: str
    more: bool


@reading(permit=Permission.FOLLOW_CHANGES, audit="changes.followed")
def follow(work: Work, cursor: str | None, most: int) -> Changes:
    """Read the next changes of one's own record."""
    patient = access.own_patient(work)
    place = 0 if cursor is None else _opened(work, cursor)
    query = (
        select(Event)
        .where(Event.patient_id == patient.id, shown(), Event.sequence > place)
        .order_by(Event.sequence)
        .limit(most + 1)
    )
    found = list(work.session.scalars(query))
    items = found[:most]
    last = items[-1].sequence if items else place
    return Changes(items, _sealed(work, last), len(found) > most)


def shown() -> ColumnElement[bool]:
    """Ask for the events of what a patient may read."""
    return or_(Event.object_type.in_(SHOWN), Event.kind.in_(NOTES_SHOWN))


def _sealed(work: Work, place: int) -> str:
    number = place.to_bytes(_NUMBER_BYTES, "big")
    return urlsafe_b64encode(number + _stamp(work, number)).decode()


def _opened(work: Work, cursor: str) -> int:
    """Take a cursor of ours, given to this person; anything else means to begin again."""
    try:
        opened = urlsafe_b64decode(cursor.encode("ascii"))
    except ValueError:  # also what is not ASCII
        opened = b""
    number, stamp = opened[:_NUMBER_BYTES], opened[_NUMBER_BYTES:]
    if len(opened) != _CURSOR_BYTES or not compare_digest(stamp, _stamp(work, number)):
        raise InvalidContent(
            "Begin again without a cursor.",
            errors={"cursor": ["Is not a cursor of ours."]},
            code="cursor-not-good",
        )
    return int.from_bytes(number, "big")


def _stamp(work: Work, number: bytes) -> bytes:
    return key_ring().stamp(PURPOSE, work.actor.person.bytes + number)

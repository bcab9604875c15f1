"""Which records may be destroyed by now, and which not, and why? A report; it destroys nothing.

It reads ids and dates, and no word of a record. The last contact is the last thing that somebody
did about the patient: looks do not count, nor what a matter of law made of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, exists, func, select

from models.people.patients import Patient
from models.people.rights import AccountClosure, LegalHold
from models.platform.trail import Event
from rules.limits import Limits
from rules.oversight import retention

AT_ONCE = 1_000
# What the house does about keeping a record is no contact with anybody.
ABOUT_KEEPING = ("legal_hold.%", "erasure.%")


@dataclass(frozen=True, slots=True)
class Kept:
    """One record whose time is over: since when, and whether a matter of law keeps it."""

    patient_id: UUID
    last_contact_on: date
    kept_until: date
    held: bool
    may_go: bool


def over_age(connection: Connection, now: datetime, limits: Limits) -> Iterator[Kept]:
    """Give every record that is older than it has to be, held ones too, in the order of ids."""
    found = connection.execute(_asked().execution_options(yield_per=AT_ONCE))
    for row in found:
        kept = _judged(row, now, limits)
        if _today(now) > kept.kept_until:
            yield kept


def of_one(connection: Connection, patient_id: UUID, now: datetime, limits: Limits) -> Kept:
    """Say until when one record is kept; asked under the patient's lock, it stays true."""
    return _judged(connection.execute(_asked().where(Patient.id == patient_id)).one(), now, limits)


def _asked() -> Select[*tuple[Any, ...]]:
    done = and_(
        Event.actor_id.is_not(None), *(Event.kind.not_like(kinds) for kinds in ABOUT_KEEPING)
    )
    last = (
        select(func.max(Event.occurred_at))
        .where(Event.patient_id == Patient.id, done)
        .scalar_subquery()
    )
    closed = (
        select(AccountClosure.kept_until)
        .where(AccountClosure.patient_id == Patient.id)
        .scalar_subquery()
    )
    held = exists().where(LegalHold.patient_id == Patient.id, LegalHold.lifted_at.is_(None))
    return select(Patient.id, Patient.enrolled_at, last, closed, held).order_by(Patient.id)


def _judged(row: Row[*tuple[Any, ...]], now: datetime, limits: Limits) -> Kept:
    patient_id, enrolled_at, last_at, promised, is_held = tuple(row)
    contact = max(filter(None, (enrolled_at, last_at))).astimezone(UTC).date()
    until = max(filter(None, (retention.kept_until(contact, limits), promised)))
    may_go = retention.may_be_destroyed(until, _today(now), held=bool(is_held))
    return Kept(patient_id, contact, until, bool(is_held), may_go)


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()

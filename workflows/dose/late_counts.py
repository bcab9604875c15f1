"""What does a phone's own counting tell? What is missing, and whether there are two of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from models.dose.late_items import LateItem, Phone
from models.dose.quarantine import QuarantinedItem
from workflows.platform.actor import Actor
from workflows.platform.work import Runtime, Work

FIRST = 1
MOST_GAPS = 50


@dataclass(frozen=True, slots=True)
class Count:
    """A number that a phone gave to an item, and what it gave it to."""

    counter: int | None
    item_id: UUID
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that a phone has given to something that never came, from one to another."""

    first: int
    last: int


def missing(runtime: Runtime, actor: Actor, device_id: UUID) -> list[Gap]:
    """Tell a phone of somebody what it has counted and we have not."""
    with runtime.begin(actor) as work:
        mine = select(Phone).filter_by(user_id=actor.person, device_id=device_id)
        phone = work.session.scalars(mine).first()
        return gaps(work, phone) if phone else []


def gaps(work: Work, phone: Phone) -> list[Gap]:
    """Give what is missing below the highest number that has come, lowest first."""
    counted = (
        select(LateItem.counter)
        .where(LateItem.phone_id == phone.id, LateItem.counter >= FIRST)
        .union(
            select(QuarantinedItem.counter).where(
                QuarantinedItem.user_id == phone.user_id,
                QuarantinedItem.device_id == phone.device_id,
                QuarantinedItem.counter >= FIRST,
            )
        )
        .subquery()
    )
    before = func.coalesce(func.lag(counted.c.counter).over(order_by=counted.c.counter), FIRST - 1)
    steps = select(before.label("before"), counted.c.counter.label("here")).subquery()
    found = (
        select(steps.c.before, steps.c.here)
        .where(steps.c.here > steps.c.before + 1)
        .order_by(steps.c.here)
        .limit(MOST_GAPS)
    )
    return [Gap(before + 1, here - 1) for before, here in work.session.execute(found)]


def is_forked(work: Work, phone: Phone, count: Count) -> bool:
    """Ask whether this phone has counted so far before, for something else."""
    return count.counter is not None and _seen(
        work,
        and_(
            LateItem.phone_id == phone.id,
            LateItem.counter == count.counter,
            _says_else(LateItem, count),
        ),
    )


def is_forked_aside(work: Work, phone: tuple[UUID, UUID], count: Count) -> bool:
    """Ask the same of an item that is handed in: of this person, on this phone."""
    if count.counter is None:
        return False
    user_id, device_id = phone
    known = select(Phone.id).where(Phone.user_id == user_id, Phone.device_id == device_id)
    return _seen(
        work,
        and_(
            LateItem.phone_id.in_(known),
            LateItem.counter == count.counter,
            _says_else(LateItem, count),
        ),
    ) or _seen(
        work,
        and_(
            QuarantinedItem.user_id == user_id,
            QuarantinedItem.device_id == device_id,
            QuarantinedItem.counter == count.counter,
            _says_else(QuarantinedItem, count),
        ),
    )


def _says_else(table: type[LateItem] | type[QuarantinedItem], count: Count) -> ColumnElement[bool]:
    return or_(table.item_id != count.item_id, table.fingerprint != count.fingerprint)


def _seen(work: Work, condition: ColumnElement[bool]) -> bool:
    return bool(work.session.scalar(select(exists().where(condition))))

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
    return _stands_for_else(work, LateItem, LateItem.phone_id == phone.id, count)


def is_forked_aside(work: Work, phone: tuple[UUID, UUID], count: Count) -> bool:
    """Ask the same of an item that is handed in: of this person, on this phone."""
    user_id, device_id = phone
    known = select(Phone.id).where(Phone.user_id == user_id, Phone.device_id == device_id)
    aside = and_(QuarantinedItem.user_id == user_id, QuarantinedItem.device_id == device_id)
    return _stands_for_else(
        work, LateItem, LateItem.phone_id.in_(known), count
    ) or _stands_for_else(work, QuarantinedItem, aside, count)


def _stands_for_else(
    work: Work,
    table: type[LateItem] | type[QuarantinedItem],
    from_phone: ColumnElement[bool],
    count: Count,
) -> bool:
    """Ask whether this number of this phone stands for another item, or for other words."""
    if count.counter is None:
        return False
    other = or_(table.item_id != count.item_id, table.fingerprint != count.fingerprint)
    found = exists().where(from_phone, table.counter == count.counter, other)
    return bool(work.session.scalar(select(found)))

"""How does somebody want to be told of what can wait? What cannot wait asks nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from models.platform.base import new_id
from models.platform.messages import WAYS, MessagePreference
from rules.permissions import Permission
from workflows.platform import quiet
from workflows.platform.errors import InvalidContent
from workflows.platform.work import Work, command, reading

NO_HOURS = "Must end at another minute than they begin."
ZONE_FIRST = "Say first in which time zone you are."


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one minute of the day to another, by the clock where the person is."""

    from_minute: int
    until_minute: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants, and whose clock their quiet hours go by."""

    ways: Sequence[str]
    quiet_hours: QuietHours | None
    time_zone: str | None


@reading(permit=Permission.MANAGE_OWN_SESSIONS, audit="message_preference.read")
def read_own(work: Work) -> Wanted:
    """Say what I want; whoever has said nothing gets mail first, at any hour."""
    return _wanted(work)


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="message_preference.set")
def set_own(work: Work, ways: Sequence[str], hours: QuietHours | None) -> Wanted:
    """Keep how I want to be told of what can wait; the last word counts."""
    zone = quiet.zone_of(work.session, work.actor.person)
    if hours is not None and hours.from_minute == hours.until_minute:
        raise InvalidContent(errors={"quiet_hours": [NO_HOURS]})
    if hours is not None and zone is None:
        raise InvalidContent(errors={"quiet_hours": [ZONE_FIRST]})
    said = {
        "ways": list(ways),
        "quiet_from_minute": None if hours is None else hours.from_minute,
        "quiet_until_minute": None if hours is None else hours.until_minute,
        "set_at": work.now,
    }
    first = insert(MessagePreference).values(id=new_id(), user_id=work.actor.person, **said)
    work.session.execute(first.on_conflict_do_update(index_elements=["user_id"], set_=said))
    return _wanted(work)


def _wanted(work: Work) -> Wanted:
    me = work.actor.person
    query = select(MessagePreference).where(MessagePreference.user_id == me)
    row = work.session.scalars(query, execution_options={"populate_existing": True}).first()
    zone = quiet.zone_of(work.session, me)
    if row is None:
        return Wanted(WAYS, None, zone)
    begins, ends = row.quiet_from_minute, row.quiet_until_minute
    hours = None if begins is None or ends is None else QuietHours(begins, ends)
    return Wanted(row.ways, hours, zone)

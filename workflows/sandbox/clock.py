"""How does time pass in a sandbox? From one thing that falls due to the next, and never back.

No worker runs in a sandbox. At each stop the rounds are made and the queue is emptied, as the
worker of a house would have done on the way: a look that was missed climbs as it does anywhere.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text, update

from models.platform.house import SandboxClock
from models.platform.trail import Event
from rules.permissions import Permission
from workflows.oversight import checkpoints
from workflows.plan import endings
from workflows.platform import jobs, message_rounds, sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import InvalidContent, NotNow
from workflows.platform.work import Runtime, Work, command, reading
from workflows.sandbox import stops

MOST_STOPS = 1000
_TAKE = text("SELECT pg_try_advisory_lock(hashtext('sandbox_clock'))")
_LET_GO = text("SELECT pg_advisory_unlock(hashtext('sandbox_clock'))")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event on the way: what and of which thing, by id only."""

    sequence: int
    kind: str
    object_type: str
    object_id: UUID | None
    patient_id: UUID | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """Where the clock stands now, how often it stopped, and what happened on the way."""

    now: datetime
    reached: bool
    stops: int
    events: tuple[Happened, ...]


@reading(permit=Permission.MOVE_CLOCK, audit="sandbox.clock_read")
def read(work: Work) -> datetime:
    """Say where the clock stands."""
    return work.now


@command(permit=Permission.MOVE_CLOCK, audit="sandbox.move_asked")
def ask_move(work: Work, to: datetime | None, by: timedelta | None) -> datetime:
    """Say until when, forward only and not for ever; by an instant or a duration."""
    if (to is None) is (by is None):
        raise InvalidContent(errors={"to": ["Say either to or by_seconds."]})
    until = to if to is not None else work.now + (by or timedelta(0))
    if until < work.now:
        raise InvalidContent(errors={"to": ["The clock of a sandbox goes forward only."]})
    if until > work.now + stops.LONGEST:
        raise InvalidContent(errors={"to": [f"At most {stops.LONGEST.days} days at once."]})
    return until


def go(house: Runtime, until: datetime) -> Passed:
    """Let time pass until then, with everything that falls due on the way, in order.

    A long way may have more stops than one request can wait for: then the clock stands where the
    last one was, and can be moved on from there.
    """
    with alone(house):
        return pass_time(house, until)


def pass_time(house: Runtime, until: datetime) -> Passed:
    """Let time pass, for whoever has the clock alone."""
    with house.begin(SYSTEM) as work:
        first = stops.newest(work)
        at, made, looked = work.now, 0, stops.NEVER_LOOKED
    while True:
        looked = _do_what_is_due(house, looked, rounds=stops.is_round(at))
        if made == MOST_STOPS or (ahead := _step(house, until, looked)) is None:
            break
        at, made = ahead, made + 1
    return Passed(at, at >= until, made, tuple(happened_since(house, first)))


def _step(house: Runtime, until: datetime, looked: int) -> datetime | None:
    """Put the clock where something is due next; there is no step at the end."""
    with house.begin(SYSTEM) as work:
        at = stops.next_stop(work, until, looked)
        if at is not None:
            work.session.execute(update(SandboxClock).values(stands_at=at))
        return at


def happened_since(house: Runtime, sequence: int) -> Iterator[Happened]:
    """Read the stream of events after this one, in order."""
    columns = (
        *(Event.sequence, Event.kind, Event.object_type, Event.object_id),
        *(Event.patient_id, Event.occurred_at),
    )
    query = select(*columns).where(Event.sequence > sequence).order_by(Event.sequence)
    with house.begin(SYSTEM) as work:
        yield from [Happened(*row) for row in work.session.execute(query)]


@contextmanager
def alone(house: Runtime) -> Iterator[None]:
    """Let nobody else move the clock meanwhile; a long way holds no transaction open for it."""
    with house.bind.engine.connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not held.scalar(_TAKE):
            raise NotNow("moving")
        try:
            yield
        finally:
            held.execute(_LET_GO)


def _do_what_is_due(house: Runtime, looked: int, *, rounds: bool) -> int:
    """Make the rounds of a worker, and do what waits in the queue, as often as there is more.

    Gives the last event that the rounds know of: themselves, or that of the rounds before.
    """
    if rounds:
        endings.look_ahead(house)
        checkpoints.make_checkpoint(house)
    sweep.run_once(house)
    message_rounds.hand_in_due(house)
    while (waiting := _taken(house)) is not None:
        try:
            waiting.act(house, **waiting.ids)
        except Exception:  # noqa: BLE001 - one message that cannot go out does not stop the clock
            log.warning("a job of the sandbox failed")
    if not rounds:
        return looked
    with house.begin(SYSTEM) as work:
        return stops.newest(work)


def _taken(house: Runtime) -> jobs.Waiting | None:
    with house.begin(SYSTEM) as work:
        found = jobs.next_waiting(work.session)
        if found is not None:
            jobs.finish(work.session, found.number)
        return found

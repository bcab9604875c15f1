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

from sqlalchemy import and_, func, or_, select, text, update

from models.platform.house import SandboxClock
from models.platform.trail import Deadline, Event
from rules.permissions import Permission
from rules.terms import DeadlineKind
from workflows.oversight import checkpoints
from workflows.plan import endings
from workflows.platform import jobs, message_rounds, sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import InvalidContent, NotNow
from workflows.platform.work import Runtime, Work, command, reading

LONGEST = timedelta(days=400)
ROUNDS_EVERY = timedelta(days=1)  # what they look for ends with a day
MOST_STOPS = 1000
_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('sandbox_clock'))")
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
    if until > work.now + LONGEST:
        raise InvalidContent(errors={"to": [f"At most {LONGEST.days} days at once."]})
    return until


def go(house: Runtime, until: datetime) -> Passed:
    """Let time pass until then, with everything that falls due on the way, in order.

    A call that nobody answers rings for ever, so a long way may have more stops than one request
    can wait for: then the clock stands where the last one was, and can be moved on from there.
    """
    with _alone(house):
        first, stops = _newest(house), 0
        _do_what_is_due(house)
        while stops < MOST_STOPS and (at := _next_stop(house, until)) is not None:
            with house.begin(SYSTEM) as work:
                _put(work, at)
            _do_what_is_due(house)
            stops += 1
        now = _now(house)
        return Passed(now, now >= until, stops, tuple(happened_since(house, first)))


def _put(work: Work, at: datetime) -> None:
    work.session.execute(update(SandboxClock).values(stands_at=at))


def happened_since(house: Runtime, sequence: int) -> Iterator[Happened]:
    """Read the stream of events after this one, in order."""
    columns = (
        *(Event.sequence, Event.kind, Event.object_type, Event.object_id),
        *(Event.patient_id, Event.occurred_at),
    )
    query = select(*columns).where(Event.sequence > sequence).order_by(Event.sequence)
    with house.begin(SYSTEM) as work:
        yield from [Happened(*row) for row in work.session.execute(query)]


def _now(house: Runtime) -> datetime:
    with house.begin(SYSTEM) as work:
        return work.now


@contextmanager
def _alone(house: Runtime) -> Iterator[None]:
    """Let nobody else move the clock meanwhile."""
    with house.begin(SYSTEM) as work:
        if not work.session.scalar(_ALONE):
            raise NotNow("moving")
        yield


def _newest(house: Runtime) -> int:
    with house.begin(SYSTEM) as work:
        return work.session.scalar(select(func.max(Event.sequence))) or 0


def _next_stop(house: Runtime, until: datetime) -> datetime | None:
    """Give when something falls due or rounds are made next; none is when the end is reached."""
    with house.begin(SYSTEM) as work:
        if work.now >= until:
            return None
        return min(
            [*_due_next(work), *message_rounds.next_at(work), _rounds_after(work.now), until]
        )


def _due_next(work: Work) -> list[datetime]:
    """Give for each kind when the next of it that is still open has been waited for long enough."""
    graces = {kind: watcher.grace(work.limits) for kind, watcher in sweep.WATCHERS.items()}
    ahead = [
        and_(Deadline.kind == kind, Deadline.due_at > work.now - grace)
        for kind, grace in graces.items()
    ]
    query = select(Deadline.kind, func.min(Deadline.due_at)).where(
        Deadline.settled_at.is_(None), Deadline.missed_at.is_(None), or_(*ahead)
    )
    found = work.session.execute(query.group_by(Deadline.kind))
    return [due_at + graces[DeadlineKind(kind)] for kind, due_at in found]


def _rounds_after(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + ROUNDS_EVERY


def _do_what_is_due(house: Runtime) -> None:
    """Make the rounds of a worker, and do what waits in the queue, as often as there is more."""
    if (now := _now(house)) == _rounds_after(now - timedelta.resolution):
        endings.look_ahead(house)
        checkpoints.make_checkpoint(house)
    sweep.run_once(house)
    message_rounds.hand_in_due(house)
    while (waiting := _taken(house)) is not None:
        try:
            waiting.act(house, **waiting.ids)
        except Exception:  # noqa: BLE001 - one message that cannot go out does not stop the clock
            log.warning("a job of the sandbox failed")


def _taken(house: Runtime) -> jobs.Waiting | None:
    with house.begin(SYSTEM) as work:
        found = jobs.next_waiting(work.session)
        if found is not None:
            jobs.finish(work.session, found.number)
        return found

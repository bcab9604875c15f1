"""Where does the clock of a sandbox stop on its way? Where something is due, and nowhere else."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from models.oversight.holds import Escalation
from models.platform.trail import Deadline, Event
from rules.terms import DeadlineKind, Rung
from workflows.plan import endings
from workflows.platform import message_rounds, sweep
from workflows.platform.work import Work

LONGEST = timedelta(days=400)
ROUNDS_EVERY = timedelta(days=1)  # what they look for ends with a day
RINGS_FOR = timedelta(hours=1)
"""How long a call that nobody answers has stops of its own; then it rings where there is one."""
NEVER_LOOKED = -1


def next_stop(work: Work, until: datetime, looked: int) -> datetime | None:
    """Give when something falls due or rounds are made next; none is when the end is reached."""
    if work.now >= until:
        return None
    return min(
        [*_due_next(work), *message_rounds.next_at(work), *_rounds_next(work, looked), until]
    )


def newest(work: Work) -> int:
    """Give the number of the last event so far."""
    return work.session.scalar(select(func.max(Event.sequence))) or 0


def is_round(now: datetime) -> bool:
    """Say whether the rounds that a worker makes again and again are made at this instant."""
    return now == _rounds_after(now - timedelta.resolution)


def _due_next(work: Work) -> list[datetime]:
    """Give for each kind when the next of it that is still open has been waited for long enough."""
    graces = {kind: watcher.grace(work.limits) for kind, watcher in sweep.WATCHERS.items()}
    ahead = [
        and_(Deadline.kind == kind, Deadline.due_at > work.now - grace)
        for kind, grace in graces.items()
    ]
    query = select(Deadline.kind, func.min(Deadline.due_at)).where(
        Deadline.settled_at.is_(None),
        Deadline.missed_at.is_(None),
        or_(*ahead),
        ~_only_rings_again(work.now),
    )
    found = work.session.execute(query.group_by(Deadline.kind))
    return [due_at + graces[DeadlineKind(kind)] for kind, due_at in found]


def _only_rings_again(now: datetime) -> ColumnElement[bool]:
    """Nobody new is called any more: every few minutes of a year the same people would be."""
    at_the_top = exists().where(
        Escalation.id == Deadline.subject_id,
        Escalation.rung >= Rung.ON_CALL_CLINICIAN.value,
        Escalation.opened_at <= now - RINGS_FOR,
    )
    return and_(Deadline.kind == DeadlineKind.ESCALATION_ACKNOWLEDGEMENT, at_the_top)


def _rounds_next(work: Work, looked: int) -> list[datetime]:
    """After rounds that nothing has happened since, the next see something new on a known day."""
    if looked == NEVER_LOOKED or newest(work) > looked:
        return [_rounds_after(work.now)]
    days = endings.days_of_change(work, LONGEST.days)
    return [datetime.combine(min(days), time(tzinfo=UTC))] if days else []


def _rounds_after(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + ROUNDS_EVERY

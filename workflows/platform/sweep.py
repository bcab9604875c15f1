"""What fell due and did not happen? The silence itself is what raises the alarm.

A sweep selects and enqueues; the job reads again under lock, patient first, and checks again. So
two sweeps at once, or one job twice, do nothing twice. What time it is, only `work.now` says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from models.platform.trail import Deadline, Heartbeat
from rules.limits import Limits
from rules.permissions import Permission
from rules.terms import DeadlineKind
from workflows.platform import access, epochs, jobs, lock_order
from workflows.platform.actor import SYSTEM
from workflows.platform.work import Runtime, Work, command

NAME = "sweep"
EVERY = "* * * * * */3"
AT_ONCE = 500

Act = Callable[[Work, Deadline], None]
Grace = Callable[[Limits], timedelta]


@dataclass(frozen=True, slots=True)
class Watcher:
    """What is done when something was missed, and how late it may still be."""

    act: Act
    grace: Grace


WATCHERS: dict[DeadlineKind, Watcher] = {}


def at_once(_limits: Limits) -> timedelta:
    """Give no grace at all."""
    return timedelta(0)


def missed(*kinds: DeadlineKind, grace: Grace = at_once) -> Callable[[Act], Act]:
    """Declare what is done when something of these kinds did not happen."""

    def bind(act: Act) -> Act:
        for kind in kinds:
            if WATCHERS.setdefault(kind, Watcher(act, grace)).act is not act:
                raise ValueError(f"{kind} is watched twice")
        return act

    return bind


@jobs.job(NAME, priority=jobs.BEFORE_OTHERS, every=EVERY)
def enqueue_due(runtime: Runtime) -> int:
    """Enqueue one job for each thing that is overdue, and leave a sign of life."""
    with runtime.begin(SYSTEM) as work:
        beat(work, NAME)
        epochs.bear_witness(work)
        found = overdue(work)
        return sum(
            jobs.defer_once(work.session, "deadline_missed", str(one), deadline_id=str(one))
            for one in found
        )


@jobs.job("deadline_missed", priority=jobs.BEFORE_OTHERS)
def note_if_missed(runtime: Runtime, deadline_id: str) -> bool:
    """Act on one deadline, if it is still open; say whether it was."""
    with runtime.begin(SYSTEM) as work:
        deadline = _still_open(work, UUID(deadline_id))
        if deadline is None:
            return False
        note_missed(work, deadline)
        return True


def run_once(runtime: Runtime) -> int:
    """Sweep and do at once what a worker would do; say how many deadlines were missed."""
    done = 0
    while True:
        with runtime.begin(SYSTEM) as work:
            beat(work, NAME)
            found = overdue(work)
        if not found:
            return done
        done += sum(note_if_missed(runtime, str(deadline_id)) for deadline_id in found)


def overdue(work: Work) -> list[UUID]:
    """Give what is overdue, longest first."""
    query = (
        select(Deadline.id)
        .where(_open(), Deadline.due_at <= work.now, or_(*(_late(work, kind) for kind in WATCHERS)))
        .order_by(Deadline.due_at, Deadline.id)
        .limit(AT_ONCE)
    )
    return list(work.session.scalars(query)) if WATCHERS else []


def beat(work: Work, name: str) -> None:
    """Leave a sign of life, so that readiness can say when nobody sweeps."""
    alive = insert(Heartbeat).values(name=name, beat_at=work.now)
    work.session.execute(
        alive.on_conflict_do_update(index_elements=["name"], set_={"beat_at": work.now})
    )


@command(permit=Permission.RUN_SWEEP, audit="deadline.missed")
def note_missed(work: Work, deadline: Deadline) -> Deadline:
    """Keep that it was missed, and do what follows."""
    deadline.missed_at = work.now
    work.session.flush()
    WATCHERS[DeadlineKind(deadline.kind)].act(work, deadline)
    return deadline


def _still_open(work: Work, deadline_id: UUID) -> Deadline | None:
    """Read it again: first its patient under lock, then itself."""
    patient_id = work.session.scalar(select(Deadline.patient_id).where(Deadline.id == deadline_id))
    access.see(work, patient_id)
    if patient_id is not None:
        lock_order.patient_first(work)
    return work.session.scalars(
        select(Deadline).where(Deadline.id == deadline_id, _open()).with_for_update()
    ).first()


def _open() -> ColumnElement[bool]:
    return and_(Deadline.settled_at.is_(None), Deadline.missed_at.is_(None))


def _late(work: Work, kind: DeadlineKind) -> ColumnElement[bool]:
    grace = WATCHERS[kind].grace(work.limits)
    return and_(Deadline.kind == kind, Deadline.due_at <= work.now - grace)

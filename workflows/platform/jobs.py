"""How does work that leaves the house wait its turn? With the act that needs it.

A job carries ids only. It runs at least once: after a failure again and again, ever later, and
after the death of its worker by another one; so what a job does, it may do twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import procrastinate
import psycopg
from procrastinate.job_context import JobContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from workflows.platform.work import Runtime

app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""What a worker runs; it opens the connector of its own."""
TRIES = 8
LATER = procrastinate.RetryStrategy(max_attempts=TRIES, exponential_wait=2)
SOON = procrastinate.RetryStrategy(max_attempts=TRIES, wait=3)
BEFORE_OTHERS = 10
"""The priority of whatever watches over people; a heap of messages must not delay it."""
_NEXT = text(
    "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
    " AND task_name = ANY (:names) ORDER BY priority DESC, id LIMIT 1"
)
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', CAST(:job AS varchar),"
    " CAST(:priority AS integer), CAST(:lock AS text), CAST(:key AS text), CAST(:ids AS jsonb),"
    " NULL)::procrastinate_job_to_defer_v1])"
)
_ONCE = "procrastinate_jobs_queueing_lock_idx_v1"
_FINISH = text("SELECT procrastinate_finish_job_v1(:number, 'failed', true)")

_PRIORITIES: dict[str, int] = {}
_ACTS: dict[str, Callable[..., object]] = {}
Act = TypeVar("Act", bound=Callable[..., object])


def job(name: str, *, priority: int = 0, every: str = "") -> Callable[[Act], Act]:
    """Declare a job: a function of the running house and of ids; `every` is a cron with seconds."""

    def bind(act: Act) -> Act:
        def run(context: JobContext, **ids: Any) -> None:
            ids.pop("timestamp", None)
            runtime: Runtime = context.additional_context["runtime"]
            act(runtime, **ids)

        options: dict[str, Any] = {"name": name, "pass_context": True, "priority": priority}
        task = app.task(**options, **_waiting(name, every, priority))(run)
        if every:
            app.periodic(cron=every)(task)
        _PRIORITIES[name], _ACTS[name] = priority, act
        return act

    return bind


def defer(session: Session, job: str, **ids: str) -> None:
    """Put a job in the queue on the caller's own connection: it commits with the act."""
    _put(session, job, ids)


def defer_once(session: Session, job: str, key: str, *, lane: str = "", **ids: str) -> bool:
    """Put a job in the queue unless one for the same thing waits there already; say whether.

    Of the jobs of one lane only one is done at a time, so that those who wait for strangers never
    take all the hands of a worker.
    """
    try:
        with session.begin_nested():
            _put(session, job, ids, key=f"{job}:{key}", lock=f"{job}:{lane}" if lane else None)
    except IntegrityError as error:
        if not (isinstance(error.orig, psycopg.Error) and error.orig.diag.constraint_name == _ONCE):
            raise
        return False
    return True


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the queue, for who does without a worker."""

    number: int
    act: Callable[..., object]
    ids: dict[str, str]


def next_waiting(session: Session) -> Waiting | None:
    """Give the job that a worker would do next, whatever it has tried before."""
    row = session.execute(_NEXT, {"names": list(_ACTS)}).first()
    return None if row is None else Waiting(row.id, _ACTS[row.task_name], row.args)


def finish(session: Session, number: int) -> None:
    """Take a job out of the queue, done or not."""
    session.execute(_FINISH, {"number": number})


def _put(
    session: Session,
    job: str,
    ids: dict[str, str],
    *,
    key: str | None = None,
    lock: str | None = None,
) -> None:
    """Ask the queue's own function for it, as any other statement of the act."""
    told = {"job": job, "priority": _PRIORITIES.get(job, 0), "lock": lock, "key": key}
    session.execute(_DEFER, told | {"ids": orjson.dumps(ids).decode()})


def _waiting(name: str, every: str, priority: int) -> dict[str, Any]:
    """What repeats by itself never piles up; what watches over people is tried again soon."""
    if every:
        return {"queueing_lock": name}
    return {"retry": SOON if priority >= BEFORE_OTHERS else LATER}

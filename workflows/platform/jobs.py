"""How does work that leaves the house wait its turn? With the act that needs it.

A job carries ids only. It runs at least once: after a failure again and again, ever later, and
after the death of its worker by another one; so what a job does, it may do twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.job_context import JobContext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from workflows.platform.work import Runtime

app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""What a worker runs; it opens the connector of its own."""
_counter = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""Where acts hand in their jobs, on their own connection; it is never opened."""

TRIES = 8
LATER = procrastinate.RetryStrategy(max_attempts=TRIES, exponential_wait=2)
SOON = procrastinate.RetryStrategy(max_attempts=TRIES, wait=3)
BEFORE_OTHERS = 10
"""The priority of whatever watches over people; a heap of messages must not delay it."""
_NEXT = text(
    "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
    " AND task_name = ANY (:names) ORDER BY priority DESC, id LIMIT 1"
)
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
    with _said_by_the_database():
        _configured(session, job).defer(**ids)


def defer_once(session: Session, job: str, key: str, *, lane: str = "", **ids: str) -> bool:
    """Put a job in the queue unless one for the same thing waits there already; say whether.

    Of the jobs of one lane only one is done at a time, so that those who wait for strangers never
    take all the hands of a worker.
    """
    alone = {"lock": f"{job}:{lane}"} if lane else {}
    try:
        with session.begin_nested(), _said_by_the_database():
            _configured(session, job, queueing_lock=f"{job}:{key}", **alone).defer(**ids)
    except AlreadyEnqueued:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the queue, for who does without a worker."""

    number: int
    act: Callable[..., object]
    ids: dict[str, str]


@contextmanager
def _said_by_the_database() -> Iterator[None]:
    """Let a database that goes away now be known as what it is, so that the act can be refused."""
    try:
        yield
    except ConnectorException as failed:
        if not isinstance(failed.__cause__, psycopg.OperationalError):
            raise
        raise OperationalError("a job is handed in", None, failed.__cause__) from failed


def next_waiting(session: Session) -> Waiting | None:
    """Give the job that a worker would do next, whatever it has tried before."""
    row = session.execute(_NEXT, {"names": list(_ACTS)}).first()
    return None if row is None else Waiting(row.id, _ACTS[row.task_name], row.args)


def finish(session: Session, number: int) -> None:
    """Take a job out of the queue, done or not."""
    session.execute(_FINISH, {"number": number})


def _configured(session: Session, job: str, **options: Any) -> Any:
    connection = session.connection().connection.driver_connection
    return _counter.configure_task(
        job, connection=connection, priority=_PRIORITIES.get(job, 0), **options
    )


def _waiting(name: str, every: str, priority: int) -> dict[str, Any]:
    """What repeats by itself never piles up; what watches over people is tried again soon."""
    if every:
        return {"queueing_lock": name}
    return {"retry": SOON if priority >= BEFORE_OTHERS else LATER}

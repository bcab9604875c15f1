"""What can an operator see in numbers: what waits, since when, and how fast a human answers?

Counts and ages, never whose. What stands in the database is read from it, so that any number of
servers tell the same; which part of the house is missing is what `/ready` says.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import SQLAlchemyError

from workflows.platform import readiness, sweep
from workflows.platform.work import Runtime

LATELY = timedelta(days=1)
STATES = ("todo", "doing", "failed")
_JOBS = text(
    "SELECT j.status::text, count(DISTINCT j.id), min(e.at) FROM procrastinate_jobs j"
    " LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
    " WHERE j.status IN ('todo', 'doing', 'failed') GROUP BY j.status"
)
_WAITING = {
    "escalations": "SELECT count(*), min(opened_at) FROM escalation WHERE acknowledged_at IS NULL",
    "messages": "SELECT count(*), min(created_at) FROM notification WHERE sent_at IS NULL",
}
_ANSWERED = text(
    "SELECT count(*), avg(acknowledged_at - opened_at), max(acknowledged_at - opened_at)"
    " FROM escalation WHERE acknowledged_at > :since"
)
_SWEPT = text("SELECT beat_at FROM heartbeat WHERE name = :name")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and for how long the one that has waited longest."""

    count: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The house in numbers; without a database only what is missing."""

    parts: dict[str, bool]
    jobs: dict[str, Waiting] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    answered: int = 0
    mean_seconds_to_human: float | None = None
    longest_seconds_to_human: float | None = None
    sweep_lag_seconds: float | None = None


def read(runtime: Runtime) -> Figures:
    """Read them now."""
    parts = readiness.checks(runtime)
    try:
        if isinstance(runtime.bind, Engine):
            with runtime.bind.connect() as connection:
                return _read(connection, parts, runtime.clock.now())
        return _read(runtime.bind, parts, runtime.clock.now())
    except SQLAlchemyError:
        return Figures(parts)


def pool_in_use(runtime: Runtime) -> int:
    """Count the connections that this process is using."""
    pool = runtime.bind.pool if isinstance(runtime.bind, Engine) else None
    return int(pool.checkedout()) if pool is not None and hasattr(pool, "checkedout") else 0


def _read(connection: Connection, parts: dict[str, bool], now: datetime) -> Figures:
    found = {row[0]: Waiting(row[1], _age(row[2], now)) for row in connection.execute(_JOBS)}
    answered = connection.execute(_ANSWERED, {"since": now - LATELY}).one()
    beat = connection.scalar(_SWEPT, {"name": sweep.NAME})
    return Figures(
        parts=parts,
        jobs={state: found.get(state, Waiting(0, 0.0)) for state in STATES},
        waiting={
            name: _waiting(connection.execute(text(query)).one(), now)
            for name, query in _WAITING.items()
        },
        answered=answered[0],
        mean_seconds_to_human=_seconds(answered[1]),
        longest_seconds_to_human=_seconds(answered[2]),
        sweep_lag_seconds=None if beat is None else _age(beat, now),
    )


def _waiting(row: Row[int, datetime | None], now: datetime) -> Waiting:
    return Waiting(row[0], _age(row[1], now))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _seconds(took: timedelta | None) -> float | None:
    return None if took is None else took.total_seconds()

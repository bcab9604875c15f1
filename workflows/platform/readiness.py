"""May this process serve: database, what it keeps, migrations, sweeps, locks?"""

from datetime import timedelta

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.platform.trail import Heartbeat
from workflows.platform import locks, safe_role, sweep
from workflows.platform.runtime import Runtime
from workflows.platform.settings import ROOT

# A sweep runs every few seconds; whoever sends requests here must know soon that none does.
OLDEST_BEAT = timedelta(minutes=1)
CHECKS = ("database", "writable", "durability", "migrations", "sweep", "locks", "epoch")
CHECKSUMS = "SHOW data_checksums"
_WRITABLE = (
    "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean"
)
VERSIONS = ROOT / "migrations" / "versions"


def checks(runtime: Runtime) -> dict[str, bool]:
    """Answer each question by itself; without a database all answers are no."""
    try:
        if not isinstance(runtime.bind, Engine):
            return _ask(runtime, runtime.bind)
        with runtime.bind.connect() as connection:
            return _ask(runtime, connection)
    except SQLAlchemyError:
        return dict.fromkeys(CHECKS, False)


def warnings(runtime: Runtime) -> list[str]:
    """Name what somebody has to put right, and what stops nothing meanwhile."""
    try:
        with Session(runtime.bind) as session:
            checksums = session.scalar(text(CHECKSUMS))
    except SQLAlchemyError:
        return []
    return [] if checksums == "on" else ["data_checksums"]


def newest_migration() -> str:
    """Give the number of the newest migration of this code."""
    return max(file.name[:4] for file in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))


def _ask(runtime: Runtime, connection: Connection) -> dict[str, bool]:
    at_head = connection.scalar(text("SELECT version_num FROM alembic_version"))
    beat = connection.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == sweep.NAME))
    return {
        "database": True,
        "writable": connection.scalar(text(_WRITABLE)) is True,
        "durability": _keeps_what_it_confirms(runtime, connection),
        "migrations": at_head == newest_migration(),
        "sweep": beat is not None and runtime.clock.now() - beat <= OLDEST_BEAT,
        "locks": locks.intact_lately(runtime),
        "epoch": connection.scalar(select(func.epoch_in_force())) is not None,
    }


def _keeps_what_it_confirms(runtime: Runtime, connection: Connection) -> bool:
    """A database that does not wait for the disk forgets doses; only tests may have such a one."""
    return runtime.settings.environment == "test" or not safe_role.what_forgets(connection)

"""May clearances be given on this database? `python -m workflows.epoch`; after a restore `--begin`.

It ends with 0 when the epoch is in force, and with 1 when nobody has confirmed this life of the
database: then facts are kept, and no dose is cleared or started. `--begin` confirms it, as the
owner of the tables (MIGRATION_DATABASE_URL): every go-ahead ends, who may have dosed in the lost
time is asked about, and everybody signs in again. `--until` says up to when the record is whole.
Do so after every restore, fail-over, copy to another machine and pg_upgrade.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.platform.database import new_engine
from workflows.dose import lost_time
from workflows.platform import epochs
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import Refusal
from workflows.platform.runtime import clock_of, take_keys
from workflows.platform.settings import Settings, SettingsRefused
from workflows.platform.work import Runtime

IN_FORCE, NOT_CONFIRMED, CANNOT_SAY = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Say which epoch it is, or begin one, in the database of the environment."""
    asked = _asked(arguments)
    try:
        settings = Settings.from_env()
        engine = new_engine(settings.migration_database_url or settings.database_url, pool_size=2)
        try:
            return _begun(engine, settings, asked.until) if asked.begin else _told(engine)
        finally:
            engine.dispose()
    except SettingsRefused as refused:
        sys.stderr.write(f"{refused}\n")
    except (SQLAlchemyError, Refusal) as failed:
        sys.stderr.write(f"the database refused ({type(failed).__name__})\n")
    return CANNOT_SAY


def confirm(engine: Engine, settings: Settings, until: datetime | None) -> lost_time.Begun:
    """Begin the next epoch as the owner of the tables."""
    take_keys(settings)
    return begin_in(Runtime(engine, clock_of(settings), settings), until)


def begin_in(runtime: Runtime, until: datetime | None) -> lost_time.Begun:
    """Begin the next epoch of this house."""
    with runtime.begin(SYSTEM) as work:
        return lost_time.begin_epoch(work, until)


def told_of(begun: lost_time.Begun) -> str:
    """Say what began, for people."""
    until = "nobody knows when" if begun.durable_until is None else begun.durable_until.isoformat()
    return (
        f"epoch {begun.number} has begun; the record is whole until {until};"
        f" {begun.asked_about} sessions are asked about; everybody signs in again"
    )


def _begun(engine: Engine, settings: Settings, until: datetime | None) -> int:
    sys.stdout.write(f"{told_of(confirm(engine, settings, until))}\n")
    return IN_FORCE


def _told(engine: Engine) -> int:
    with Session(engine) as session:
        number, newest = epochs.in_force(session), epochs.newest(session)
    if number is None:
        sys.stdout.write(f"epoch {newest} is not of this database; begin the next with --begin\n")
        return NOT_CONFIRMED
    sys.stdout.write(f"epoch {number} is in force\n")
    return IN_FORCE


def moment(told: str) -> datetime:
    """Read a moment; one without a zone is UTC."""
    read = datetime.fromisoformat(told)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workflows.epoch", description=__doc__)
    parser.add_argument("--begin", action="store_true", help="confirm this database as it is now")
    parser.add_argument("--until", type=moment, help="up to when the record is whole (ISO 8601)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

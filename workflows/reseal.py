"""Renew the keys of people and what is sealed in an old form: `python -m workflows.reseal`.

It runs beside the service, as the owner of the tables (MIGRATION_DATABASE_URL), with the same keys.
Stop it when you like and start it again. It ends with 0 when nothing is left: then every key but
the primary one may be taken out of the ring. `--count` only counts. `--blind` writes the blind
indexes anew under a new VIGIL_PHI_INDEX_KEY, all at once, while the service is stopped.
"""

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.platform.database import new_engine
from models.platform.key_ring import SealBroken
from workflows.people import blind_indexes
from workflows.platform import resealing
from workflows.platform.runtime import clock_of, take_keys
from workflows.platform.settings import Settings, SettingsRefused

ROUNDS = 5
NOTHING_LEFT, SOMETHING_LEFT, CANNOT_SAY = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Renew what is in the database of the environment."""
    asked = _asked(arguments)
    try:
        settings = Settings.from_env()
        take_keys(settings)
        engine = new_engine(settings.migration_database_url or settings.database_url, pool_size=1)
        try:
            return _renewed(engine, settings, asked)
        finally:
            engine.dispose()
    except SettingsRefused as refused:
        sys.stderr.write(f"{refused}\n")
    except SealBroken as broken:
        sys.stderr.write(f"a value or key does not open with this ring ({broken})\n")
    except SQLAlchemyError as failed:
        sys.stderr.write(f"the database refused ({type(failed).__name__})\n")
    return CANNOT_SAY


def _renewed(engine: Engine, settings: Settings, asked: argparse.Namespace) -> int:
    clock = clock_of(settings)
    if asked.blind:
        sys.stdout.write(f"{blind_indexes.write_anew(engine)} blind indexes written anew\n")
        return NOTHING_LEFT
    for _ in range(0 if asked.count else ROUNDS):
        for name, count in resealing.renew(engine, clock.now(), asked.page):
            sys.stdout.write(f"{name}: {count} renewed\n")
            sys.stdout.flush()
        with engine.connect() as connection:
            if not resealing.left(connection):
                break
    with engine.connect() as connection:
        left = resealing.left(connection)
    sys.stdout.write(f"{left.keys} keys and {left.rows} rows left\n")
    return SOMETHING_LEFT if left else NOTHING_LEFT


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workflows.reseal", description=__doc__)
    parser.add_argument("--count", action="store_true", help="count what is left, renew nothing")
    parser.add_argument("--blind", action="store_true", help="write the blind indexes anew")
    parser.add_argument("--page", type=int, default=resealing.PAGE, help="rows at a time")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

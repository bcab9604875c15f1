"""Keep the database of this version, with data, for every upgrade to come.

`python -m tests.released.keep` at each release: it plays evenings through the API and writes
`<migration>.sql.gz`. What was kept is never made again: it is what that version wrote.
"""

import gzip
import logging
import sys
import tempfile
from pathlib import Path

from tests.clock import HandClock
from tests.races import House
from tests.throwaway import Throwaway
from workflows.platform import readiness, sweep
from workflows.platform.postgres import APP, SUPERUSER
from workflows.platform.runtime import take_keys
from workflows.platform.settings import Settings

HERE = Path(__file__).parent
# What only the newest psql understands.
LEFT_OUT = ("\\restrict", "\\unrestrict", "SET transaction_timeout")


def main() -> int:
    """Play, dump and write."""
    logging.disable(logging.CRITICAL)
    kept = HERE / f"{readiness.newest_migration()}.sql.gz"
    if kept.exists():
        sys.stderr.write(f"{kept.name} was kept before\n")
        return 1
    throwaway = Throwaway.start()
    try:
        database = throwaway.clone("released")
        _play(throwaway.cluster.url(APP, database))
        socket = str(throwaway.cluster.socket_dir)
        dump = throwaway.cluster.run("pg_dump", "-h", socket, "-U", SUPERUSER, database)
    finally:
        throwaway.stop()
    lines = [line for line in dump.splitlines() if not line.startswith(LEFT_OUT)]
    kept.write_bytes(gzip.compress("\n".join([*lines, ""]).encode(), mtime=0))
    return 0


def _play(url: str) -> None:
    """Take doses, call for help, report harm, hold the next dose, miss a check."""
    with tempfile.TemporaryDirectory() as folder:
        told = {"VIGIL_ENV": "test", "VIGIL_VAR": folder, "DATABASE_URL": url}
        settings = Settings.from_env(told)
        take_keys(settings)
        house = House.on(url, settings, HandClock())
        for number in range(3):
            _one_evening(house, number)
        sweep.run_once(house.runtime)
        house.engine.dispose()


def _one_evening(house: House, number: int) -> None:
    made = house.an_evening()
    clearance = {"clearance_id": house.a_clearance(made)}
    patient, coach = house.client(made.patient.user_id), house.client(made.coach.id)
    if number > 0:
        patient.post(f"/dose-sessions/{made.session.id}/start", clearance)
    if number > 1:
        patient.post("/adverse-events", {"words": "dizzy"})
        patient.post(f"/patients/{made.patient.id}/emergencies", {"words": "help"})
        coach.post(f"/patients/{made.patient.id}/holds", {"words": "wait"})


if __name__ == "__main__":
    sys.exit(main())

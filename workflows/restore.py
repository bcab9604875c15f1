"""Go back to a moment: `python -m workflows.restore --to TIME --into FOLDER`.

Nothing is overwritten: the newest backup before the moment is verified and replayed up to it in a
new folder, which is then served with VIGIL_VAR=FOLDER. Before that the next epoch begins: every
go-ahead ends, who may have dosed in the lost time is asked about, everybody signs in again, and
phones push again what may be lost. Keys are not in a backup: the ring that sealed the data must be
in force here and there.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.platform.database import new_engine
from models.platform.key_ring import SealBroken
from workflows import epoch
from workflows.backup import refuse_foreign
from workflows.oversight import audit_check
from workflows.platform import backups, locks
from workflows.platform.backups import BackupRefused
from workflows.platform.errors import Refusal
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.postgres_place import PostgresRefused
from workflows.platform.settings import Settings, SettingsRefused
from workflows.platform.signed_note import Signer

WHOLE, NOT_WHOLE, CANNOT = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Restore the database of this checkout into a new folder."""
    asked = _asked(arguments)
    try:
        settings = Settings.from_env(need_database=False)
        refuse_foreign(settings)
        found = restore(settings, asked)
    except (SettingsRefused, PostgresRefused, BackupRefused, SealBroken, OSError) as refused:
        sys.stderr.write(f"vigil: {refused}\n")
        return CANNOT
    except (SQLAlchemyError, Refusal) as failed:
        sys.stderr.write(f"vigil: the restored database refused ({type(failed).__name__})\n")
        return CANNOT
    sys.stdout.writelines(f"vigil: {line}\n" for line in found)
    if found:
        return NOT_WHOLE
    sys.stdout.write(
        f"vigil: serve it with VIGIL_VAR={asked.into} and the keys that sealed it; they are not in"
        " a backup, so put var/secrets there yourself or set VIGIL_PHI_KEYS and its neighbours\n"
    )
    return WHOLE


def restore(settings: Settings, asked: argparse.Namespace) -> list[str]:
    """Bring it back, begin the next epoch, and say what is not whole."""
    base = backups.newest(asked.backups or settings.backup_dir, asked.to)
    cluster = Cluster.of_checkout(asked.into)
    try:
        backups.bring_back(cluster, base, asked.to)
        engine = new_engine(cluster.url(OWNER), pool_size=2)
        there = replace(
            settings,
            var_dir=asked.into,
            database_url=cluster.url(APP),
            migration_database_url=cluster.url(OWNER),
        )
        try:
            begun = epoch.confirm(engine, there, None)
            sys.stdout.write(f"vigil: {epoch.told_of(begun)}\n")
            return what_is_wrong(engine, there)
        finally:
            engine.dispose()
    finally:
        cluster.stop()


def what_is_wrong(engine: Engine, settings: Settings) -> list[str]:
    """Look at the locks and at every chain of the trail."""
    keys = [Signer.of(settings.audit_key).public_key]
    with engine.connect() as connection:
        checked = audit_check.check(connection, {}, keys, "")
    with Session(engine) as session:
        return [*locks.what_is_wrong(session), *(one.line for one in checked.found)]


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workflows.restore", description=__doc__)
    parser.add_argument("--to", type=epoch.moment, help="the moment (ISO 8601); else to the end")
    parser.add_argument("--into", type=Path, required=True, help="a new folder for the data")
    parser.add_argument("--backups", type=Path, help="the folder of backups")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""Copy our own PostgreSQL while it serves: `python -m workflows.backup --into FOLDER`.

The copy is verified against its manifest. **No key is in it**: without the key ring
(VIGIL_PHI_KEYS, VIGIL_PHI_INDEX_KEY, VIGIL_AUDIT_KEY, or var/secrets) nobody can read it, not even
we. Keep the ring apart, at least as well, and never in the same place. To go back to any moment,
and not only to this one, the log is archived too: set VIGIL_BACKUP_DIR before `make run`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from workflows.platform import backups
from workflows.platform.backups import BackupRefused
from workflows.platform.postgres import Cluster
from workflows.platform.postgres_place import PostgresRefused
from workflows.platform.settings import Settings, SettingsRefused

KEYS_APART = (
    "the keys are not in it: keep the key ring (VIGIL_PHI_KEYS, VIGIL_PHI_INDEX_KEY,"
    " VIGIL_AUDIT_KEY, or var/secrets) in another place, or nobody will ever read this copy"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take a backup of the running database of this checkout."""
    asked = _asked(arguments)
    try:
        settings = Settings.from_env(need_database=False)
        refuse_foreign(settings)
        cluster = Cluster.of_checkout(settings.var_dir)
        base = backups.take(cluster, asked.into or settings.backup_dir)
    except (SettingsRefused, PostgresRefused, BackupRefused, OSError) as refused:
        sys.stderr.write(f"vigil: {refused}\n")
        return 1
    sys.stdout.write(f"vigil: copied and verified: {base.folder}\nvigil: {KEYS_APART}\n")
    return 0


def refuse_foreign(settings: Settings) -> None:
    """A database that is not ours is copied by those who run it."""
    if settings.database_url:
        raise BackupRefused(
            "DATABASE_URL names a database that we do not run: copy it with its own tools, and"
            " after any restore of it run `python -m workflows.epoch --begin`."
        )


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workflows.backup", description=__doc__)
    parser.add_argument("--into", type=Path, help="the folder of backups")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

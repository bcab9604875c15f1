"""How does a test run get a PostgreSQL of its own, really migrated, and leave nothing behind?"""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.postgres_place import choose

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "vigil_template"


class Throwaway:
    """A cluster that forgets everything, with a migrated template to copy databases from."""

    def __init__(self, cluster: Cluster, folders: tuple[Path, ...] = ()) -> None:
        """Take a cluster that is running; the folders are removed with it."""
        self.cluster = cluster
        self._folders = folders
        self._numbers = itertools.count(1)

    @classmethod
    def start(cls) -> "Throwaway":
        """Start a cluster that does not wait for the disk, and migrate the template."""
        folder = Path(tempfile.mkdtemp(prefix="vigil-test-", dir=shared_temporary_folder()))
        folder.chmod(0o755)
        place = choose(folder / "var")
        throwaway = cls(Cluster.at(place), (folder, place.home, place.socket_dir))
        try:
            throwaway.cluster.ensure_initialised(durable=False)
            throwaway.cluster.start(durable=False)
            throwaway.cluster.create_roles()
            throwaway.cluster.create_database(TEMPLATE)
            migrate(throwaway.cluster.url(OWNER, TEMPLATE))
        except BaseException:
            throwaway.stop()
            raise
        return throwaway

    def stop(self) -> None:
        """Stop the server and remove every trace."""
        self.cluster.stop()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def address(self) -> dict[str, str]:
        """Say where the cluster is, so that another process of this run can use it."""
        cluster = self.cluster
        return {
            "data_dir": str(cluster.data_dir),
            "socket_dir": str(cluster.socket_dir),
            "bin_dir": str(cluster.bin_dir),
        }

    @classmethod
    def at(cls, address: dict[str, str]) -> "Throwaway":
        """Use a cluster that another process of this run has started."""
        return cls(Cluster(**{name: Path(path) for name, path in address.items()}))

    def clone(self, name: str = "fresh") -> str:
        """Copy the template and return the new database's name."""
        database = f"{name}_{os.getpid()}_{next(self._numbers)}"
        self.cluster.copy_database(database, TEMPLATE)
        return database

    def drop(self, database: str) -> None:
        """Drop a copy, whoever is still connected."""
        self.cluster.drop_database(database)


def shared_temporary_folder() -> str | None:
    """Root's own TMPDIR may be closed to the account that PostgreSQL runs as."""
    return "/tmp" if os.geteuid() == 0 else None  # noqa: S108 - a private folder is made in it


def migrate(owner_url: str, revision: str = "head") -> None:
    """Run the real migrations as the role that owns the tables, and load the reference data."""
    _run_as_owner(owner_url, "alembic", "upgrade", revision)
    if revision == "head":
        _run_as_owner(owner_url, "workflows.reference")


def _run_as_owner(owner_url: str, *module: str) -> None:
    app_url = owner_url.replace(OWNER, APP, 1)
    done = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=os.environ
        | {"VIGIL_ENV": "test", "MIGRATION_DATABASE_URL": owner_url, "DATABASE_URL": app_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        message = f"{module[0]} failed:\n{done.stdout}\n{done.stderr}"
        raise RuntimeError(message)

"""How does a test get a PostgreSQL that it may kill, fill up and bring back?"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine

from models.platform.database import new_engine
from tests.throwaway import TEMPLATE, Throwaway, shared_temporary_folder
from workflows.platform.postgres import APP, DATABASE, OWNER, SUPERUSER, Cluster
from workflows.platform.settings import Settings

Prepare = Callable[[Path], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class OwnDatabase:
    """A server of one test, durable like a real one, with a migrated database in it."""

    cluster: Cluster
    folder: Path

    def engine(self, role: str = APP) -> Engine:
        """Open a pool to it."""
        return new_engine(self.cluster.url(role))

    def settings(self, like: Settings) -> Settings:
        """Give the settings that lead to it."""
        return replace(
            like,
            var_dir=self.folder / "var",
            database_url=self.cluster.url(APP),
            migration_database_url=self.cluster.url(OWNER),
        )


@contextmanager
def own_database(throwaway: Throwaway, prepare: Prepare = nullcontext) -> Iterator[OwnDatabase]:
    """Make a server of its own from the template of this run, and remove it afterwards.

    Its folder may be prepared first, such as by a disk of its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="vigil-chaos-", dir=shared_temporary_folder()))
    folder.chmod(0o755)
    with prepare(folder / "var"):
        yield from _made_in(folder, throwaway)


def _made_in(folder: Path, throwaway: Throwaway) -> Iterator[OwnDatabase]:
    cluster = Cluster.of_checkout(folder / "var")
    try:
        cluster.ensure_initialised(durable=False)
        cluster.start()
        cluster.create_roles()
        cluster.create_database()
        _copy(throwaway.cluster, cluster, folder / "template.sql")
        yield OwnDatabase(cluster, folder)
    finally:
        cluster.stop()
        cluster.stop_left_over()
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _copy(source: Cluster, target: Cluster, file: Path) -> None:
    """Copy the template from one server to another; nobody has confirmed it there yet."""
    source.run("pg_dump", "-h", str(source.socket_dir), "-U", SUPERUSER, "-f", file, TEMPLATE)
    options = ("-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(target.socket_dir), "-U", SUPERUSER)
    target.run("psql", *options, "-d", DATABASE, "-f", file)

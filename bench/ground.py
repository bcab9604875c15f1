"""Where does a comparison take place: one durable PostgreSQL, with a migrated database a size?"""

import contextlib
import secrets
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.throwaway import migrate
from workflows.platform import written_once
from workflows.platform.postgres import APP, OWNER, SUPERUSER, Cluster
from workflows.platform.postgres_place import choose
from workflows.platform.settings import ROOT

HOME = ROOT / "var" / "bench"
EMPTY = "vigil_empty"
KEY_BYTES = 32
# The same for everybody who is compared. What makes a commit durable stays as it is: on.
POSTGRES = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "max_connections": "300",
    "jit": "off",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """One cluster, the keys of this house, and the folder everything is kept in."""

    cluster: Cluster
    folder: Path
    empty: str = EMPTY

    @property
    def postmaster(self) -> int:
        """Give the process that all backends come from."""
        return int((self.cluster.data_dir / "postmaster.pid").read_text().splitlines()[0])

    def url(self, database: str, role: str = APP) -> str:
        """Give the address of a database, as SQLAlchemy writes it."""
        return self.cluster.url(role, database)

    def connect(self, database: str, role: str = OWNER) -> psycopg.Connection:
        """Open a plain connection."""
        return psycopg.connect(self.url(database, role).replace("+psycopg", "", 1))

    def as_superuser(self, database: str) -> psycopg.Connection:
        """Open the connection that may switch triggers off while rows are loaded."""
        return self.connect(database, SUPERUSER)

    def has(self, database: str) -> bool:
        """Say whether a database is there."""
        with self.as_superuser(SUPERUSER) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(query, (database,)).fetchone() is not None

    def copy_empty(self, database: str) -> None:
        """Make a migrated database without anybody in it; the migrations run once."""
        if not self.has(self.empty):
            self.cluster.create_database(self.empty)
            migrate(self.url(self.empty, OWNER))
        self.cluster.drop_database(database)
        self.cluster.copy_database(database, self.empty)
        self._let_courses_begin_earlier(database)

    def _let_courses_begin_earlier(self, database: str) -> None:
        """Let the text of consent be older than the histories, which go back for weeks."""
        with self.as_superuser(database) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "UPDATE consent_text SET effective_from = effective_from - interval '1 year'"
            )

    def key(self, name: str) -> str:
        """Give a key of this ground, drawn once; what it sealed must open at the next run."""
        kept = self.folder / "keys" / name
        if not kept.exists():
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            written_once.write(kept, b64encode(secrets.token_bytes(KEY_BYTES)), mode=0o600)
        return kept.read_text()


@contextlib.contextmanager
def opened(folder: Path = HOME, *, durable: bool = True) -> Iterator[Ground]:
    """Start the cluster of this folder, and stop it again."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster.at(choose(folder))
    cluster.ensure_initialised(durable=durable)
    cluster.start(durable=durable, more=POSTGRES)
    try:
        cluster.create_roles()
        yield Ground(cluster, folder)
    finally:
        cluster.stop()

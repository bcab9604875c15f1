"""Does the database of every released version come through all migrations with what is in it?

Rows and columns that a version wrote are compared, bit by bit, after the migrations since; a
migration that means to change what was written says so in `CHANGED_ON_PURPOSE`.
"""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.throwaway import Throwaway, migrate
from workflows.oversight.audit_trail import verify_chain
from workflows.platform import epochs, locks, readiness
from workflows.platform.postgres import APP, OWNER, SUPERUSER

RELEASED = sorted(Path(__file__).parent.glob("[0-9]*.sql.gz"))
NOT_OURS = ("alembic_version", "procrastinate_")
# Column -> why another value stands there since. So far nobody had to.
CHANGED_ON_PURPOSE: dict[str, str] = {}
Content = dict[str, tuple[int, str]]


@pytest.fixture(params=RELEASED, ids=[file.name.partition(".")[0] for file in RELEASED])
def released(
    request: pytest.FixtureRequest, throwaway: Throwaway, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the name of a database as a released version left it."""
    version = request.param.name.partition(".")[0]
    name = f"released_{version}_{os.getpid()}"
    dump = tmp_path_factory.mktemp("released") / "dump.sql"
    dump.write_bytes(gzip.decompress(request.param.read_bytes()))
    throwaway.cluster.create_database(name)
    where = ("-h", str(throwaway.cluster.socket_dir), "-U", SUPERUSER, "-d", name)
    throwaway.cluster.run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *where, "-f", dump)
    yield name
    throwaway.drop(name)


def content(url: str, columns: dict[str, list[str]]) -> Content:
    """Give, for each table, how many rows it has and a print of what they held in these columns."""
    with psycopg.connect(url) as connection:
        return {table: _print(connection, table, names) for table, names in columns.items()}


def _columns(connection: psycopg.Connection) -> dict[str, list[str]]:
    rows = connection.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY column_name)"
        " FROM information_schema.columns JOIN information_schema.tables USING (table_name)"
        " WHERE columns.table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name"
    ).fetchall()
    return {table: names for table, names in rows if not table.startswith(NOT_OURS)}


def _print(connection: psycopg.Connection, table: str, names: list[str]) -> tuple[int, str]:
    row = sql.SQL(", ").join(map(sql.Identifier, names))
    query = sql.SQL(
        "SELECT count(*), coalesce(md5(string_agg(told, '' ORDER BY told)), '')"
        " FROM (SELECT ROW({row})::text AS told FROM {table}) AS rows"
    )
    asked = query.format(row=row, table=sql.Identifier(table))
    return connection.execute(asked).fetchone() or (0, "")


def test_what_a_released_version_wrote_is_there_after_every_migration_since(
    released: str, throwaway: Throwaway
) -> None:
    url = throwaway.cluster.url(OWNER, released)
    with psycopg.connect(url) as connection:
        known = _columns(connection)
        known = {
            table: [name for name in names if f"{table}.{name}" not in CHANGED_ON_PURPOSE]
            for table, names in known.items()
        }
    before = content(url, known)
    assert before["dose_taken"][0] >= 2
    assert before["audit_event"][0] >= 10

    migrate(url, "heads")

    assert content(url, known) == before
    _is_whole(throwaway.cluster.url(APP, released))


def _is_whole(url: str) -> None:
    """The locks, every chain of the trail, and the epoch are as in a database made today."""
    engine = create_engine(url)
    with Session(engine) as session:
        at = session.scalar(text("SELECT version_num FROM alembic_version"))
        assert at == readiness.newest_migration()
        assert locks.what_is_wrong(session) == ()
        streams = session.scalars(text("SELECT stream FROM audit_head")).all()
        assert [one for one in streams if not verify_chain(session, one).intact] == []
        assert epochs.in_force(session) == 1
    engine.dispose()


# A file that nobody keeps is a version that nobody can upgrade from with confidence.
def test_at_least_one_released_database_is_kept() -> None:
    assert RELEASED

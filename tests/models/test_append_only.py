"""Is what was recorded never changed, deleted or emptied, not even by the owner of the tables?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from models.platform.base import Base, Instant
from models.platform.database import new_engine
from models.platform.encryption import EncryptedJSON, EncryptedText
from tests.throwaway import ROOT, Throwaway
from workflows.platform.postgres import OWNER, RUNTIME_GROUP, SUPERUSER

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
MIGRATIONS = [
    import_module(f"migrations.versions.{file.stem}")
    for file in sorted((ROOT / "migrations/versions").glob("[0-9]*.py"))
]


def guarded(how: str) -> tuple[str, ...]:
    """Give every table that some migration names under this word."""
    return tuple(dict.fromkeys(name for one in MIGRATIONS for name in getattr(one, how, ())))


APPEND_ONLY = guarded("APPEND_ONLY")
NEVER_DELETED = guarded("NEVER_DELETED")
HARM = uuid4()  # what is said about a report of harm is sealed for whom the report is about
WITHOUT_CHECKS = """
    DO $$ DECLARE found record; BEGIN
        FOR found IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
            WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0
        LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.name, found.conname);
        END LOOP; END $$
"""
OF_TYPE: dict[type, Any] = {
    sa.Boolean: False,
    sa.Integer: 1,
    sa.Date: NOW.date(),
    sa.LargeBinary: b"x",
    sa.ARRAY: [],
    sa.JSON: {},
    Instant: NOW,
    EncryptedText: "x",
    EncryptedJSON: {},
    sa.String: "x",
}


@pytest.fixture(scope="module")
def written(throwaway: Throwaway, settings: object) -> Iterator[str]:
    """Give a database with one row in every table that is never changed or never deleted."""
    name = throwaway.clone("append_only")
    engine = new_engine(throwaway.cluster.url(SUPERUSER, name))
    with engine.begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql(WITHOUT_CHECKS)  # any row will do: the guards stay
        add_a_row(connection, Base.metadata.tables["adverse_event"], id=HARM)
        for table in (*APPEND_ONLY, *NEVER_DELETED):
            add_a_row(connection, Base.metadata.tables[table])
    engine.dispose()
    yield name
    throwaway.drop(name)


def add_a_row(connection: sa.Connection, table: sa.Table, **over: Any) -> None:
    """Write a row with a value of the right kind in every column that needs one."""
    values = {
        column.key: HARM if column.key == "adverse_event_id" else a_value(column)
        for column in table.columns
        if not column.nullable and column.identity is None and not has_default(column)
    }
    connection.execute(sa.insert(table), values | over)


def has_default(column: sa.Column[Any]) -> bool:
    """Say whether the database itself fills this column in."""
    return isinstance(column.server_default, sa.DefaultClause)


def a_value(column: sa.Column[Any]) -> Any:
    """Give something that this column takes."""
    if isinstance(column.type, sa.Enum):
        return column.type.enums[0]
    found = (value for kind, value in OF_TYPE.items() if isinstance(column.type, kind))
    return next(found, uuid4())


@pytest.fixture(params=[OWNER, RUNTIME_GROUP])
def attacker(
    request: pytest.FixtureRequest, throwaway: Throwaway, written: str
) -> Iterator[psycopg.Connection]:
    """Give a connection of the owner, and one with the rights of the running service."""
    with psycopg.connect(throwaway.cluster.url(SUPERUSER, written)) as connection:
        connection.execute(f"SET ROLE {request.param}")
        yield connection
        connection.rollback()


def refused(connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege)):
        connection.execute(statement)


def first_column(table: str) -> str:
    return next(iter(Base.metadata.tables[table].primary_key.columns)).name


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_row_is_never_changed(attacker, table):
    column = next(
        one.name
        for one in Base.metadata.tables[table].columns
        if one.identity is None and not one.primary_key
    )
    refused(attacker, f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", [*APPEND_ONLY, *NEVER_DELETED])
def test_a_row_is_never_deleted(attacker, table):
    refused(attacker, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", [*APPEND_ONLY, *NEVER_DELETED])
def test_a_table_is_never_emptied(attacker, table):
    refused(attacker, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", [*APPEND_ONLY, *NEVER_DELETED])
def test_there_is_a_row_to_attack(throwaway, written, table):
    with psycopg.connect(throwaway.cluster.url(SUPERUSER, written)) as connection:
        rows = connection.execute(f"SELECT {first_column(table)} FROM {table}").fetchall()
    assert rows


def test_every_table_whose_rows_carry_no_version_of_their_own_is_on_a_list():
    """A table that is written once, by its own words, is guarded by the database."""
    promised = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if "append only" in (mapper.class_.__doc__ or "").lower()
    }
    assert promised - set(APPEND_ONLY) == set()


def test_the_words_of_a_report_of_harm_are_kept_for_ever(attacker):
    refused(attacker, "UPDATE adverse_event SET own_words = '\\x00', report = '\\x00'")


def test_a_hold_is_not_released_twice(attacker):
    refused(attacker, "UPDATE hold SET code = 'another'")

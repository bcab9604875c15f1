"""Do the migrations build exactly the tables that the models describe, and can they go back?

They run here as they do on a server: as the owner of the tables, against a real PostgreSQL.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from models import Base
from tests.house.source import ROOT
from tests.throwaway import Throwaway
from workflows.platform.postgres import OWNER

HEAD_FILE = ROOT / "migrations/.current-head"
LONGEST_NAME = 32  # the width of the column that alembic keeps a revision in
NOT_OURS = ("procrastinate_", "alembic_version")
NUMBERS = count(1)

# What PostgreSQL itself says about a schema, written out so that two schemas can be compared.
CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid), a.attidentity
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace
        """,
    "constraints": """
        SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE c.relnamespace = 'public'::regnamespace AND k.contype <> 't'
        """,
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
TRIGGERS = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
    """
# Tables with `patient_id` that are kept up to date instead of being added to.
KEPT_UP_TO_DATE = {
    "break_glass": "it ends and is reviewed; a trigger of its own keeps the rest",
    "appointment": "it is moved, held, cancelled",
    "care_team_member": "it ends",
    "deadline": "it is settled or missed",
    "follow_up": "it is done",
    "handover": "somebody takes it on; a trigger of its own keeps the rest",
    "goal": "it is edited; what it said before is kept in goal_change",
    "notification": "it is sent",
    "private_note": "its author edits it; it is no part of the record",
    "quarantined_queue": "it is settled; a trigger of its own keeps the rest",
    "quarantined_item": "somebody decides on it; a trigger of its own keeps the rest",
    "record_export": "it is only added to, by a trigger and a right of its own migration",
    "account_closure": "it is only added to, by a trigger and a right of its own migration",
    "legal_hold": "it is lifted by two; a trigger of its own keeps the rest",
    "rights_request": "it is answered; a trigger of its own keeps the rest",
    "dispatch_link": "it is read; a trigger of its own keeps the rest",
    "dispatch_reading": "it is only added to, by a trigger and a right of its own migration",
    "disclosure": "it is only added to, by a trigger and a right of its own migration",
    "rems_enrolment": "it is recorded once, by constraint",
    "sitter": "it is invited, accepted, trained, removed",
    "sitter_contact_code": "it is tried and used",
}


@pytest.fixture
def new_database(throwaway: Throwaway) -> Iterator[Callable[[], str]]:
    """Give new, empty databases, as the URL of the owner."""
    made: list[str] = []

    def make() -> str:
        made.append(f"migrations_{os.getpid()}_{next(NUMBERS)}")
        throwaway.cluster.create_database(made[-1])
        return throwaway.cluster.url(OWNER, made[-1])

    yield make
    for name in made:
        throwaway.drop(name)


@pytest.fixture
def migrated(throwaway: Throwaway, database: str) -> Iterator[Connection]:
    """Give a look at a database that the migrations have built."""
    with connected(throwaway.cluster.url(OWNER, database)) as connection:
        yield connection


# Two branches that each added number 0022 were merged, and half the servers took the other half.
def test_the_numbers_are_dense_and_in_one_line() -> None:
    line = in_order()
    assert [script.revision for script in line] == [f"{n:04}" for n in range(1, len(line) + 1)]
    assert [script.down_revision for script in line[1:]] == [s.revision for s in line[:-1]]
    assert len(migrations().get_heads()) == 1


# A server refuses a longer name after it has run the migration, and before it has noted it.
def test_names_fit_the_column_they_are_kept_in() -> None:
    names = [file.stem for file in (ROOT / "migrations/versions").glob("[0-9]*.py")]
    assert [name for name in names if len(name) > LONGEST_NAME] == []
    assert sorted(name[:4] for name in names) == [script.revision for script in in_order()]


# The file makes two new migrations on two branches a conflict that git itself shows.
def test_the_head_is_the_one_in_the_file() -> None:
    head = migrations().get_current_head()
    assert HEAD_FILE.read_text().strip() == head, f"write {head} into {HEAD_FILE.name}"


# A migration that cannot be taken back turns a bad release into a night without the service.
def test_up_from_nothing_down_and_up_again(
    new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database()
    monkeypatch.setenv("MIGRATION_DATABASE_URL", url)
    command.upgrade(alembic(), "head")
    built = described(url)
    command.downgrade(alembic(), "-1")
    command.upgrade(alembic(), "head")
    assert described(url) == built
    command.downgrade(alembic(), "base")
    assert ours(described(url)) == {name: set() for name in CATALOGUE}
    command.upgrade(alembic(), "head")
    assert described(url) == built


# A column that only the models knew was found by the first patient who filled it in.
def test_models_and_migrations_differ_by_nothing(migrated: Connection) -> None:
    context = MigrationContext.configure(
        migrated,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _: kind != "table" or is_ours(name or ""),
        },
    )
    assert compare_metadata(context, Base.metadata) == []


# Alembic compares neither CHECKs nor conditions of an index: a dose cap once existed on paper only.
@pytest.mark.parametrize("what", CATALOGUE)
def test_models_and_migrations_make_the_same_locks(
    what: str, migrated: Connection, new_database: Callable[[], str]
) -> None:
    with connected(new_database()) as by_models:
        Base.metadata.create_all(by_models)
        assert ours(looked_up(migrated))[what] == ours(looked_up(by_models))[what]


# A table was added after the guards, and the first correction rewrote what had been recorded.
def test_every_table_about_patients_says_whether_it_may_be_rewritten() -> None:
    guarded = {*guards().APPEND_ONLY, *guards().NEVER_DELETED}
    about_patients = {
        table.name for table in Base.metadata.tables.values() if "patient_id" in table.columns
    }
    assert about_patients - guarded == set(KEPT_UP_TO_DATE)


def test_what_is_only_added_to_is_so_by_trigger_and_by_right() -> None:
    loaded_by_the_owner = set(rights().REFERENCE)
    assert set(guards().APPEND_ONLY) == {
        *rights().APPEND_ONLY,
        *(loaded_by_the_owner & set(guards().APPEND_ONLY)),
    }


# A trigger that a later migration dropped by accident is missed by nobody until it is needed.
def test_every_guard_is_on_its_table(migrated: Connection) -> None:
    found = {tuple(row) for row in migrated.execute(text(TRIGGERS))}
    wanted = {(table, "never_changed") for table in guards().APPEND_ONLY}
    wanted |= {(table, "never_deleted") for table in guards().NEVER_DELETED}
    wanted |= {(table, "never_rewritten") for table in guards().MAY_STILL_CHANGE}
    wanted |= {(table, "keep_in_the_office") for table in locks_of_products().DISPENSED}
    wanted |= {(table, "sealed") for table in locks_of_products().CATALOGUE}
    wanted |= {("audit_event", "chain"), ("coaching_note", "signed_stays")}
    assert wanted - found == set()


# Whoever may delete or truncate needs no other way round a lock.
def test_the_run_time_role_deletes_nothing_of_a_patient(migrated: Connection) -> None:
    may_delete = {
        row.relname
        for row in migrated.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace"
                " AND has_table_privilege('vigil_runtime', oid, 'DELETE, TRUNCATE')"
            )
        )
    }
    assert {name for name in may_delete if is_ours(name)} == {
        "idempotency_key",
        "door_tries",
        "passkey_challenge",
    }


def alembic() -> Config:
    """Give the configuration that `make migration` uses, without its chatter."""
    return Config(toml_file=str(ROOT / "pyproject.toml"), stdout=io.StringIO())


def migrations() -> ScriptDirectory:
    """Read the folder of migrations."""
    return ScriptDirectory.from_config(alembic())


def in_order() -> list[Script]:
    """Give every migration, the first one first."""
    return list(migrations().walk_revisions())[::-1]


def module_of(words: str) -> Any:
    """Find a migration by the words in its name."""
    return next(s.module for s in in_order() if s.path.endswith(f"_{words}.py"))


def guards() -> Any:
    """Give the migration that keeps what was recorded."""
    return module_of("never_changed")


def rights() -> Any:
    """Give the migration that gives each role its rights."""
    return module_of("roles")


def locks_of_products() -> Any:
    """Give the migration that keeps esketamine in the office."""
    return module_of("office_only")


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Connect for a while; nothing is kept."""
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def described(url: str) -> dict[str, set[tuple[object, ...]]]:
    """Write a schema out."""
    with connected(url) as connection:
        return looked_up(connection)


def looked_up(connection: Connection) -> dict[str, set[tuple[object, ...]]]:
    """Ask PostgreSQL for its catalogue."""
    return {
        what: {tuple(row) for row in connection.execute(text(query))}
        for what, query in CATALOGUE.items()
    }


def ours(found: dict[str, set[tuple[object, ...]]]) -> dict[str, set[tuple[object, ...]]]:
    """Leave out the tables of the queue and of alembic."""
    return {what: {row for row in rows if is_ours(str(row[0]))} for what, rows in found.items()}


def is_ours(table: str) -> bool:
    """Say whether a table comes from our models."""
    return not table.startswith(NOT_OURS)

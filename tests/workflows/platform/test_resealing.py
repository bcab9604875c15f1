"""Are keys and seals renewed while the service runs, and does nothing get lost on the way?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.intake.intake import Assessment
from models.people.patients import Patient
from models.platform import data_keys
from models.platform.database import new_engine, new_sessions
from models.platform.encryption import sealed_columns, unseal, use_key_ring
from models.platform.key_ring import KeyRing, SealBroken, key_ring
from rules.terms import Instrument
from tests.clock import HandClock
from tests.factories import intake, people
from tests.old_seals import in_form_1
from tests.throwaway import ROOT
from workflows.oversight import audit_check
from workflows.platform import resealing, trail
from workflows.platform.actor import SYSTEM
from workflows.platform.postgres import APP, OWNER, SUPERUSER
from workflows.platform.resealing import Left, sealed_tables
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

MANY = 12
NEXT_KEY = bytes(range(7, 39))
SAID = "Quillon"


@pytest.fixture
def ring(settings: Settings) -> Iterator[KeyRing]:
    """Give the ring in use, and put it back afterwards."""
    before = key_ring()
    yield before
    use_key_ring(before)


@pytest.fixture
def owner(fresh_database: str) -> Iterator[Engine]:
    """Give an engine of the role that owns the tables."""
    engine = new_engine(fresh_database.replace(APP, OWNER, 1), pool_size=2)
    yield engine
    engine.dispose()


@pytest.fixture
def service(fresh_runtime: Runtime, clock: HandClock, ring: KeyRing) -> Runtime:
    """Give a house with patients who have an assessment each."""
    with in_session(fresh_runtime) as session:
        for _ in range(MANY):
            one = people.a_patient(session, clock.now(), given_name=SAID)
            intake.an_assessment(session, clock.now(), one, Instrument.PHQ9)
        session.commit()
    return fresh_runtime


@pytest.fixture
def old(service: Runtime, owner: Engine, ring: KeyRing, fresh_database: str) -> Runtime:
    """Give the same house as it stood before: in form 1, without keys of people, with prints."""
    with owner.connect() as reading, psycopg.connect(as_superuser(fresh_database)) as writing:
        writing.execute("SET session_replication_role = replica")
        for table, column in ((t, c) for t in sealed_tables() for c in sealed_columns(t)):
            told = data_keys.with_key(sa.type_coerce(column, sa.LargeBinary), table.c.id)
            query = sa.select(table.c.id, sa.type_coerce(told, sa.LargeBinary))
            name = f"{table.name}.{column.key}"
            for row_id, value in reading.execute(query.where(column.is_not(None))):
                writing.execute(
                    f"UPDATE {table.name} SET {column.key} = %s WHERE id = %s",
                    (in_form_1(ring, unseal(value, name), name), row_id),
                )
        writing.execute("DELETE FROM data_key")
    with service.begin(SYSTEM) as work:
        for one in work.session.scalars(sa.select(Assessment)):
            told = {"object_type": "assessment", "object_id": str(one.id)}
            trail.write_audit(work, "test.printed", patient_id=one.patient_id, **told)
    return service


def in_session(house: Runtime) -> Session:
    assert isinstance(house.bind, Engine)
    return new_sessions(house.bind)()


def as_superuser(url: str) -> str:
    return url.replace(APP, SUPERUSER, 1)


def renewed(owner: Engine, clock: HandClock, page: int = 5) -> Left:
    list(resealing.renew(owner, clock.now(), page))
    with owner.connect() as connection:
        return resealing.left(connection)


def everything_reads(house: Runtime) -> bool:
    with in_session(house) as session:
        names = set(session.scalars(sa.select(Patient.given_name)))
        totals = [one.result["total"] for one in session.scalars(sa.select(Assessment))]
    return names == {SAID} and len(totals) == MANY


def test_what_was_sealed_before_opens_until_it_is_renewed(old: Runtime) -> None:
    assert everything_reads(old)


def test_every_value_is_renewed_and_bound_to_its_row(old, owner, clock) -> None:
    assert renewed(owner, clock) == Left(0, 0)
    assert everything_reads(old)
    with owner.connect() as connection:
        for table in sealed_tables():
            assert (
                connection.scalar(sa.select(table.c.id).where(resealing.in_form_1(table))) is None
            )


# A verification of the trail cried wolf on the morning after, and nobody believed the next one.
def test_the_trail_takes_a_new_print_of_what_is_never_changed(old, owner, clock) -> None:
    renewed(owner, clock)
    with owner.connect() as connection:
        assert audit_check.check(connection, {}, []).found == []


@pytest.mark.asvs("11.2.2")
def test_an_old_key_may_leave_the_ring_when_nothing_is_left_under_it(
    service, owner, clock, ring
) -> None:
    use_key_ring(KeyRing({**ring.keys, 2: NEXT_KEY}, 2, ring.index_key))
    with owner.connect() as connection:
        assert resealing.left(connection).keys >= MANY
    assert renewed(owner, clock) == Left(0, 0)
    use_key_ring(KeyRing({2: NEXT_KEY}, 2, ring.index_key))
    assert everything_reads(service)
    use_key_ring(ring)
    with pytest.raises(SealBroken):
        everything_reads(service)


def test_killed_in_the_middle_it_is_taken_up_again_beside_a_writer(
    old, owner, clock, settings, fresh_database
) -> None:
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_until, stop, old)
        first = started(settings, fresh_database, "--page", "2")
        assert first.stdout is not None
        assert "renewed" in first.stdout.readline()
        first.kill()
        first.communicate(timeout=30)
        with owner.connect() as connection:
            assert resealing.left(connection).rows > 0
        again = started(settings, fresh_database, "--page", "2")
        said, _ = again.communicate(timeout=120)
        stop.set()
        written = writing.result(timeout=30)
    assert (again.returncode, said.splitlines()[-1]) == (0, "0 keys and 0 rows left")
    assert written > 0
    with in_session(old) as session:
        assert {one.contact["turn"] for one in session.scalars(sa.select(Patient))} >= {written}
        assert {one.given_name for one in session.scalars(sa.select(Patient))} == {SAID}


def write_until(stop: Event, house: Runtime) -> int:
    """Write on every patient again and again, and say how often."""
    turn = 0
    while not stop.is_set():
        turn += 1
        with in_session(house) as session:
            for one in session.scalars(sa.select(Patient).order_by(Patient.id)):
                one.contact = {"turn": turn}
                session.commit()
    return turn


def started(settings: Settings, url: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start the command as an operator does."""
    told = {
        "VIGIL_ENV": "test",
        "VIGIL_VAR": str(settings.var_dir),
        "DATABASE_URL": url,
        "MIGRATION_DATABASE_URL": url.replace(APP, OWNER, 1),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "workflows.reseal", *arguments],
        cwd=ROOT,
        env=os.environ | told,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "change",
    [
        "answers = overlay(answers placing '\\x02'::bytea from 1), complete = NOT complete",
        "result = overlay(result placing '\\x03'::bytea from 1)",
        "complete = NOT complete",
    ],
)
def test_the_owner_may_renew_a_seal_and_change_nothing_else(old, owner, change) -> None:
    with owner.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text(f"UPDATE assessment SET {change}"))


def test_what_was_renewed_is_never_changed_again(old, owner, clock) -> None:
    renewed(owner, clock)
    with owner.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("UPDATE assessment SET answers = result"))

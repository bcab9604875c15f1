"""Does Python find the chain exactly as the database wrote it, and every hand in it?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.platform.base import new_id
from models.platform.database import new_engine, new_sessions
from models.platform.trail import AuditEvent
from tests.throwaway import Throwaway
from workflows.oversight.audit_trail import Chain, verify_chain
from workflows.platform.postgres import APP, OWNER

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PATIENT = UUID("018f0000-0000-7000-8000-00000000beef")
STREAM = f"patient:{PATIENT}"


@pytest.fixture
def named(throwaway: Throwaway) -> Iterator[str]:
    """Give a database of this test alone, with five entries in one chain and one in another."""
    name = throwaway.clone("chain")
    with opened(throwaway, name) as session:
        for number in range(5):
            add(session, STREAM, NOW + timedelta(seconds=number, microseconds=number))
        add(session, "house", NOW)
        session.commit()
    yield name
    throwaway.drop(name)


@contextmanager
def opened(throwaway: Throwaway, name: str) -> Iterator[Session]:
    """Open a session of the run-time role on one database."""
    engine = new_engine(throwaway.cluster.url(APP, name))
    with new_sessions(engine)() as session:
        yield session
    engine.dispose()


def add(session: Session, stream: str, at: datetime, **over: object) -> None:
    values = {
        "id": new_id(),
        "stream": stream,
        "recorded_at": at,
        "actor_id": uuid4(),
        "actor_roles": "coach,prescriber",
        "action": "timeline.read",
        "patient_id": PATIENT,
        "outcome": "done",
        "object_type": "patient",
        "object_id": str(PATIENT),
        "request_id": "grüße-😀",
        "reason": "",
    }
    session.execute(insert(AuditEvent).values(**values | over))


def chain(throwaway: Throwaway, name: str, stream: str = STREAM) -> Chain:
    with opened(throwaway, name) as session:
        return verify_chain(session, stream)


def tampered(throwaway: Throwaway, name: str, *statements: str) -> None:
    """Do as the owner what only the owner can: switch the guards off and write."""
    with psycopg.connect(throwaway.cluster.url(OWNER, name)) as connection:
        connection.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        for statement in statements:
            connection.execute(statement, {"stream": STREAM})
        connection.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


@pytest.mark.asvs("16.4.2")
def test_a_chain_nobody_touched_is_whole(throwaway, named):
    assert chain(throwaway, named) == Chain(STREAM, 5, intact=True, broken_at=None)
    assert chain(throwaway, named, "house").entries == 1


def test_a_chain_that_does_not_exist_is_empty_and_whole(throwaway, named):
    assert chain(throwaway, named, "nobody") == Chain("nobody", 0, intact=True, broken_at=None)


def test_empty_values_and_another_time_zone_are_hashed_alike(throwaway, named):
    with opened(throwaway, named) as session:
        at = NOW.astimezone(timezone(timedelta(hours=-7))) + timedelta(hours=1)
        add(session, "bare", at, actor_id=None, patient_id=None, object_id="", actor_roles="")
        session.commit()
    assert chain(throwaway, named, "bare").intact


@pytest.mark.parametrize(
    "change",
    [
        "actor_roles = 'system'",
        "action = 'nothing.happened'",
        "outcome = 'refused'",
        "patient_id = NULL",
        "actor_id = NULL",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "reason = 'x'",
        "object_id = ''",
        "request_id = ''",
        "hash = '\\x00'",
        "prev_hash = '\\x00'",
    ],
)
@pytest.mark.asvs("16.4.2")
def test_a_changed_entry_is_found(throwaway, named, change):
    tampered(
        throwaway,
        named,
        f"UPDATE audit_event SET {change} WHERE stream = %(stream)s AND seq = 3",
    )
    found = chain(throwaway, named)
    assert (found.intact, found.broken_at) == (False, 3)


def test_a_removed_entry_is_found(throwaway, named):
    tampered(throwaway, named, "DELETE FROM audit_event WHERE stream = %(stream)s AND seq = 2")
    assert chain(throwaway, named).broken_at == 2


def test_a_cut_tail_is_found(throwaway, named):
    tampered(throwaway, named, "DELETE FROM audit_event WHERE stream = %(stream)s AND seq = 5")
    found = chain(throwaway, named)
    assert (found.entries, found.broken_at) == (4, 5)


@pytest.mark.asvs("16.4.2")
def test_a_chain_removed_as_a_whole_is_found(throwaway, named):
    tampered(throwaway, named, "DELETE FROM audit_event WHERE stream = %(stream)s")
    assert chain(throwaway, named).broken_at == 1


def test_two_entries_that_changed_places_are_found(throwaway, named):
    tampered(
        throwaway,
        named,
        "UPDATE audit_event SET seq = 99 WHERE stream = %(stream)s AND seq = 2",
        "UPDATE audit_event SET seq = 2 WHERE stream = %(stream)s AND seq = 3",
        "UPDATE audit_event SET seq = 3 WHERE stream = %(stream)s AND seq = 99",
    )
    assert chain(throwaway, named).broken_at == 2


@pytest.mark.asvs("16.4.2")
def test_the_service_itself_cannot_touch_it(throwaway, named):
    with psycopg.connect(throwaway.cluster.url(APP, named)) as connection:
        for statement in ("UPDATE audit_event SET reason = ''", "DELETE FROM audit_event",
                          "UPDATE audit_head SET seq = 0"):  # fmt: skip
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                connection.transaction(),
            ):
                connection.execute(statement)

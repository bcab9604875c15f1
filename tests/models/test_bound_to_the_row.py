"""Does a sealed value open in its own row alone, by the cipher and by the database itself?"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from models import Base
from models.people.accounts import LoginSession
from models.people.patients import Patient
from models.platform import data_keys
from models.platform.data_keys import DataKey
from models.platform.encryption import Of, SealBroken, seal, sealed_columns
from models.platform.sealing import naming
from models.preparation.appointments import Intention
from tests.factories import people
from tests.throwaway import Throwaway
from workflows.platform.postgres import SUPERUSER
from workflows.platform.settings import Settings

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SEALED = [(t, c) for t in Base.metadata.sorted_tables for c in sealed_columns(t)]
# What is sealed and belongs to nobody: a token, that only whoever holds the old one can ask for.
OF_THE_HOUSE = {"refresh_token", "webhook_endpoint", "webhook_key"}


@pytest.fixture
def session(connection: Connection, settings: object) -> Session:
    return Session(connection, join_transaction_mode="create_savepoint")


@pytest.fixture
def two(session: Session) -> tuple[Patient, Patient]:
    """Give two patients with the same name and the same words."""
    made = people.a_patient(session, NOW), people.a_patient(session, NOW)
    session.add_all(Intention(patient_id=p.id, words="to sleep", set_at=NOW) for p in made)
    session.commit()
    return made


def raw(session: Session, patient: Patient, column: str = "given_name") -> bytes:
    query = sa.text(f"SELECT {column} FROM patient WHERE id = :id")
    return bytes(session.execute(query, {"id": patient.id}).scalar_one())


def put(session: Session, patient: Patient, value: bytes, column: str = "given_name") -> None:
    change = sa.text(f"UPDATE patient SET {column} = :value WHERE id = :id")
    session.execute(change, {"value": value, "id": patient.id})


def test_equal_words_are_never_equal_bytes(session: Session, two) -> None:
    one, other = two
    assert (one.given_name, raw(session, one)[:1]) == (other.given_name, b"\x02")
    assert raw(session, one)[33:] != raw(session, other)[33:]
    assert raw(session, one)[1:17] != raw(session, other)[1:17]


# A row was copied over another one, and a patient was dosed by somebody else's blood pressure.
@pytest.mark.asvs("11.3.2")
def test_the_database_refuses_a_value_of_another_row(session: Session, two) -> None:
    one, other = two
    with pytest.raises(IntegrityError, match="ck_patient_given_name_sealed"):
        put(session, one, raw(session, other))


@pytest.mark.asvs("11.3.2")
def test_without_that_check_it_still_does_not_open(
    throwaway: Throwaway, settings: Settings
) -> None:
    name = throwaway.clone("unbound")
    engine = sa.create_engine(throwaway.cluster.url(SUPERUSER, name).replace("://", "+psycopg://"))
    with Session(engine) as session:
        one, other = people.a_patient(session, NOW), people.a_patient(session, NOW)
        session.execute(sa.text("ALTER TABLE patient DROP CONSTRAINT ck_patient_given_name_sealed"))
        put(session, one, raw(session, other))
        with pytest.raises(SealBroken):
            session.scalars(sa.select(Patient.given_name).where(Patient.id == one.id)).one()
        named_anew = bytearray(raw(session, other))
        named_anew[17:33] = one.id.bytes
        put(session, one, bytes(named_anew))
        with pytest.raises(SealBroken):
            session.scalars(sa.select(Patient.given_name).where(Patient.id == one.id)).one()
    engine.dispose()
    throwaway.drop(name)


@pytest.mark.asvs("11.3.2")
def test_in_another_column_of_its_own_row_it_does_not_open(session: Session, two) -> None:
    one, _ = two
    put(session, one, raw(session, one, "family_name"))
    with pytest.raises(SealBroken):
        session.scalars(sa.select(Patient.given_name).where(Patient.id == one.id)).one()


@pytest.mark.asvs("11.3.2")
def test_under_the_key_of_another_person_it_does_not_open(session: Session, two) -> None:
    """Even with that person's key, and sealed for the very row: the key goes by the header."""
    one, other = two
    key = data_keys.key_of(session.connection(), other.id)
    forged = bytearray(seal(b"Mallory", "patient.given_name", Of("", one.id, other.id, key)))
    forged[1:17] = one.id.bytes
    put(session, one, bytes(forged))
    with pytest.raises(SealBroken):
        session.scalars(sa.select(Patient.given_name).where(Patient.id == one.id)).one()


def test_several_rows_are_sealed_at_once_and_each_for_itself(session: Session, two) -> None:
    usual = {"started_at": NOW, "last_used_at": NOW, "idle_expires_at": NOW, "expires_at": NOW}
    session.add_all(LoginSession(user_id=p.user_id, **usual) for p in two)
    session.add_all(LoginSession(user_id=p.user_id, device="a phone", **usual) for p in two)
    session.flush()
    session.expire_all()
    told = sorted(session.scalars(sa.select(LoginSession.device)))
    assert told == ["", "", "a phone", "a phone"]


def test_whoever_does_not_say_whose_it_is_writes_nothing(session: Session, two) -> None:
    words = sa.insert(Intention).values(patient_id=two[0].id, words="x", set_at=NOW, id=uuid4())
    with pytest.raises(StatementError, match="nobody said whose it is"):
        session.execute(words)


def test_a_key_that_was_rolled_back_is_never_used(session: Session, two) -> None:
    whose = uuid4()
    with data_keys.at_hand():
        kept = data_keys.key_of(session.connection(), two[0].id)
        inner = session.begin_nested()
        lost = data_keys.key_of(session.connection(), whose)
        inner.rollback()
        assert data_keys.key_of(session.connection(), whose) != lost
        assert data_keys.key_of(session.connection(), two[0].id) == kept
        assert session.scalar(sa.select(DataKey.wrapped).where(DataKey.id == whose))


@pytest.mark.parametrize(("table", "column"), SEALED, ids=[f"{t.name}.{c.name}" for t, c in SEALED])
def test_every_sealed_column_is_bound_to_its_row(connection: Connection, table, column) -> None:
    query = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    name = f"ck_{table.name}_{column.name}_sealed"
    holds = connection.execute(query, {"name": name}).scalar_one()
    assert f"substr({column.name}, 18, 16) = uuid_send(id)" in holds
    assert f"octet_length({column.name}) >= 61" in holds


def test_every_sealed_value_has_somebody_it_belongs_to() -> None:
    nobodys = {table.name for table, _ in SEALED if naming(table.name) == ("id",)}
    assert nobodys - {"patient", "user_account"} == OF_THE_HOUSE


def test_there_is_something_sealed() -> None:
    assert len(SEALED) > 60

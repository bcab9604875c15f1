"""Does every write leave an event with a number, whatever its door, and one that its door told?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from models import Base
from models.oversight.adverse_events import AdverseEventAddition
from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.platform.base import new_id
from models.platform.database import new_sessions
from models.platform.trail import Event, EventOwed, Heartbeat
from rules.terms import Role
from tests.factories import oversight, people
from tests.factories.dose import Evening, a_scheduled_session
from tests.throwaway import Throwaway
from workflows.platform.postgres import OWNER
from workflows.platform.runtime import Runtime

# What is written beside every act, at the door or about the telling itself: no events of its own.
BOOKKEEPING = {
    "audit_checkpoint": "it is made of the trail",
    "audit_checkpoint_head": "it is made of the trail",
    "audit_event": "it is the trail",
    "audit_head": "it is the trail",
    "clearance_epoch": "a life of the database itself; each go-ahead that it ends has an event",
    "data_key": "a key is made by the first write under it; erasing is an act",
    "deadline": "the house's own list; what follows from it is an act",
    "door_tries": "a count of failures, without a name",
    "epoch_doubt": "what was seen of the database itself",
    "event": "it is the event",
    "event_owed": "it is the debt of an event",
    "heartbeat": "a sign of life every few seconds",
    "house_mark": "what kind of house this is, written once before anybody is in it",
    "idempotency_key": "the same act, kept to be done once",
    "message_try": "the log of sending: what was to be told has an event",
    "login_session": "moved on by every request; signing in is an act",
    "notification": "says that something waits; what it is has an event",
    "passkey_challenge": "a number by chance, good for a minute",
    "refresh_token": "replaced every few minutes; refreshing is an act",
    "sandbox_clock": "the hand on the clock of a house without patients",
    "webhook_attempt": "the log of telling: an event of it would be told, and so on for ever",
    "webhook_delivery": "the log of telling: an event of it would be told, and so on for ever",
    "webhook_place": "how far the telling is",
}
OWING = "SELECT tgrelid::regclass::text, tgargs FROM pg_trigger WHERE tgname = 'owes_event'"


@pytest.fixture
def evening(fresh_runtime: Runtime, clock) -> Evening:
    with new_sessions(fresh_runtime.bind)() as session:
        made = a_scheduled_session(session, clock.now())
        session.commit()
        return made


@pytest.fixture
def since(fresh_runtime: Runtime, evening: Evening) -> Callable[[], list[Event]]:
    """Give what happened since everybody was put in."""
    with new_sessions(fresh_runtime.bind)() as session:
        last = session.scalar(select(sa.func.max(Event.sequence)))

    def read() -> list[Event]:
        with new_sessions(fresh_runtime.bind)() as session:
            later = select(Event).where(Event.sequence > last).order_by(Event.sequence)
            assert session.scalars(select(EventOwed)).all() == []
            return list(session.scalars(later))

    return read


@contextmanager
def writing(runtime: Runtime) -> Iterator[Session]:
    with new_sessions(runtime.bind)() as session:
        yield session
        session.commit()


# A table was added, and whoever followed the events never heard of what was written in it.
def test_every_table_owes_an_event_or_says_why_not(throwaway: Throwaway, database: str) -> None:
    with psycopg.connect(throwaway.cluster.url(OWNER, database)) as owner:
        owing = {table: bytes(told).rstrip(b"\0").decode() for table, told in owner.execute(OWING)}
    assert set(Base.metadata.tables) - set(owing) == set(BOOKKEEPING)
    named = {table.name for table in Base.metadata.tables.values() if "patient_id" in table.columns}
    by_patient = {name for name, whose in owing.items() if whose == "patient_id"}
    assert by_patient == named - set(BOOKKEEPING)
    assert owing["patient"] == "id"


# Somebody mended a row by hand at night, and no phone ever learned of it.
def test_a_write_that_nobody_told_is_told_by_the_database(fresh_runtime, evening, since) -> None:
    with writing(fresh_runtime) as session:
        session.add(Heartbeat(name="sweep", beat_at=evening.dose_session.scheduled_at))
    with writing(fresh_runtime) as session:
        session.execute(
            text("UPDATE treatment_plan SET version = version + 1 WHERE id = :id"),
            {"id": evening.plan.id},
        )
    (told,) = since()
    assert (told.kind, told.patient_id) == ("treatment_plan.changed", evening.patient.id)
    assert (told.object_type, told.object_id) == ("treatment_plan", evening.plan.id)
    assert told.actor_id is None
    assert told.occurred_at == evening.dose_session.scheduled_at  # a sign of life of the house


def test_what_an_act_told_is_not_told_again(fresh_runtime, evening, since) -> None:
    with writing(fresh_runtime) as session:
        session.get_one(Patient, evening.patient.id).safety_version += 1
        row = {"id": new_id(), "kind": "plan.changed", "object_type": "treatment_plan"}
        row |= {"patient_id": evening.patient.id, "occurred_at": evening.dose_session.scheduled_at}
        session.execute(insert(Event).values(row))
    assert [told.kind for told in since()] == ["plan.changed"]


# One act ended two memberships, and told of one of them.
def test_each_patient_has_an_event_of_their_own(fresh_runtime, clock, evening, since) -> None:
    with writing(fresh_runtime) as session:
        other = people.a_patient(session, clock.now())
        session.get_one(Patient, evening.patient.id).safety_version += 1
    assert {told.patient_id for told in since()} == {evening.patient.id, other.id}


def test_ten_rows_of_one_patient_in_one_transaction_are_one_event(
    fresh_runtime, clock, evening, since
) -> None:
    with writing(fresh_runtime) as session:
        for _ in range(10):
            oversight.a_hold(session, clock.now(), evening.patient)
    assert [told.kind for told in since()] == ["hold.changed"]


def test_words_added_to_a_report_belong_to_whom_it_is_about(
    fresh_runtime, clock, evening, since
) -> None:
    now = clock.now()
    with writing(fresh_runtime) as session:
        report = oversight.an_adverse_event(session, now, evening.patient)
    with writing(fresh_runtime) as session:
        session.add(
            AdverseEventAddition(
                adverse_event_id=report.id,
                content={"words": "Better."},
                added_at=now,
                added_by=uuid4(),
            )
        )
    assert [told.patient_id for told in since()] == [evening.patient.id] * 2


def test_a_write_about_no_patient_is_told_too(fresh_runtime, clock, evening, since) -> None:
    with writing(fresh_runtime) as session:
        people.a_user(session, clock.now(), Role.COACH)
    (told,) = since()
    assert (told.kind, told.patient_id) == ("user_account.changed", None)


def test_what_is_taken_back_or_changes_nothing_is_no_event(fresh_runtime, evening, since) -> None:
    with new_sessions(fresh_runtime.bind)() as session:
        session.get_one(Patient, evening.patient.id).safety_version += 1
        session.flush()
        session.rollback()
    with writing(fresh_runtime) as session:
        session.execute(text("UPDATE patient SET safety_version = safety_version"))
        session.add(Heartbeat(name="x", beat_at=evening.dose_session.scheduled_at))
    assert since() == []


def test_a_savepoint_that_was_taken_back_owes_nothing(fresh_runtime, evening, since) -> None:
    with writing(fresh_runtime) as session:
        undone = session.begin_nested()
        session.execute(text("UPDATE patient SET safety_version = safety_version + 1"))
        undone.rollback()
        account = session.get_one(UserAccount, evening.coach.id)
        account.failed_logins += 1
    assert [told.kind for told in since()] == ["user_account.changed"]


# The one who serves patients could have struck the debt off before the end.
@pytest.mark.parametrize(
    "attack",
    ["DELETE FROM event_owed", "UPDATE event_owed SET whose = gen_random_uuid()"],
)
def test_the_run_time_role_strikes_no_debt_off(app_connection, attack) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute(attack)

"""Can a database of patients become a sandbox, or the reverse? Not even with SQL."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.platform.database import new_sessions
from models.platform.house import HouseKind, HouseMark, SandboxClock
from tests.clock import START
from tests.factories.people import a_patient
from tests.sandbox.conftest import house_on
from workflows.platform.sandbox_clock import STARTS
from workflows.platform.settings import SettingsRefused

PATIENTS_HOUSE = "INSERT INTO house_mark VALUES (true, 'patients', now())"
A_CLOCK = "INSERT INTO sandbox_clock VALUES (true, 'sandbox', now())"


def kind(engine):
    with new_sessions(engine)() as session:
        return session.scalars(select(HouseMark.kind)).one_or_none()


def does(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_sandbox_is_marked_at_its_first_start_and_stands_at_the_beginning(runtime, fresh_engine):
    assert kind(fresh_engine) is HouseKind.SANDBOX
    assert runtime.clock.now() == STARTS


def test_a_house_of_patients_is_marked_at_its_first_start(fresh_engine, settings):
    house_on(fresh_engine, settings, "production")
    assert kind(fresh_engine) is HouseKind.PATIENTS


def test_development_marks_nothing(fresh_engine, settings):
    house_on(fresh_engine, settings, "development")
    assert kind(fresh_engine) is None


@pytest.mark.parametrize("environment", ["production", "development", "test"])
def test_nothing_else_opens_on_a_sandbox(runtime, fresh_engine, settings, environment):
    with pytest.raises(SettingsRefused, match="VIGIL_ENV must be sandbox"):
        house_on(fresh_engine, settings, environment)


def test_a_sandbox_does_not_open_on_a_marked_house_of_patients(fresh_engine, settings):
    house_on(fresh_engine, settings, "production")
    with pytest.raises(SettingsRefused, match="VIGIL_ENV must not be sandbox"):
        house_on(fresh_engine, settings)


def test_a_sandbox_does_not_open_where_there_is_a_patient_already(fresh_engine, settings):
    with new_sessions(fresh_engine)() as session:
        a_patient(session, START)
        session.commit()
    with pytest.raises(SettingsRefused, match="VIGIL_ENV must not be sandbox"):
        house_on(fresh_engine, settings)
    assert kind(fresh_engine) is None


def test_a_sandbox_opens_again_with_its_own_patients(runtime, fresh_engine, settings):
    with new_sessions(fresh_engine)() as session:
        a_patient(session, START)
        session.commit()
    assert house_on(fresh_engine, settings).clock.now() == STARTS


@pytest.mark.parametrize(
    ("statements", "refused_by"),
    [
        (["UPDATE house_mark SET kind = 'patients'"], "permission denied"),
        (["DELETE FROM house_mark"], "permission denied"),
        ([PATIENTS_HOUSE], "pk_house_mark"),
        (["UPDATE sandbox_clock SET stands_at = stands_at - interval '1 second'"], "only_forward"),
        (["UPDATE sandbox_clock SET house_kind = 'patients'"], "permission denied"),
    ],
)
def test_no_statement_of_the_house_turns_a_sandbox_or_its_clock_back(
    runtime, fresh_engine, statements, refused_by
):
    with pytest.raises(DBAPIError, match=refused_by):
        does(fresh_engine, *statements)


def test_a_house_of_patients_has_no_clock_to_move(fresh_engine, settings):
    house_on(fresh_engine, settings, "production")
    with pytest.raises(DBAPIError, match="fk_sandbox_clock_house_kind"):
        does(fresh_engine, A_CLOCK)


def test_the_owner_cannot_switch_a_mark_either(runtime, fresh_database):
    import psycopg

    from workflows.platform.postgres import APP, OWNER

    as_owner = fresh_database.replace("+psycopg", "", 1).replace(APP, OWNER, 1)
    with psycopg.connect(as_owner) as connection, pytest.raises(psycopg.Error, match="refused"):
        connection.execute("UPDATE house_mark SET kind = 'patients'")


def test_the_clock_of_a_sandbox_stands_still_until_it_is_moved(runtime, fresh_engine):
    with new_sessions(fresh_engine)() as session:
        session.scalars(select(SandboxClock)).one().stands_at += timedelta(hours=1)
        session.commit()
    assert runtime.clock.now() == STARTS + timedelta(hours=1)
    assert runtime.clock.now() == STARTS + timedelta(hours=1)

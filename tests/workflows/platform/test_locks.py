"""Does the house notice when somebody takes a safety lock off the database?"""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from models.platform.database import new_engine
from tests.clock import HandClock
from tests.throwaway import Throwaway
from workflows.platform import locks
from workflows.platform.actor import NOBODY
from workflows.platform.postgres import APP, OWNER
from workflows.platform.runtime import Runtime, open_house
from workflows.platform.settings import Settings

TAMPERED = {
    "a trigger is off": (
        "ALTER TABLE dose_session DISABLE TRIGGER keep_in_the_office",
        "changed: trigger dose_session.keep_in_the_office",
    ),
    "a trigger is gone": (
        "DROP TRIGGER keep_in_the_office ON shipment",
        "missing: trigger shipment.keep_in_the_office",
    ),
    "a check is gone": (
        "ALTER TABLE treatment_plan DROP CONSTRAINT ck_treatment_plan_esketamine_in_office",
        "missing: constraint treatment_plan.ck_treatment_plan_esketamine_in_office",
    ),
    "a check was written anew and asks less": (
        "ALTER TABLE treatment_plan DROP CONSTRAINT ck_treatment_plan_home_formulary,"
        " ADD CONSTRAINT ck_treatment_plan_home_formulary CHECK (setting <> 'moon')",
        "changed: constraint treatment_plan.ck_treatment_plan_home_formulary",
    ),
    "a check no longer asks old rows": (
        "ALTER TABLE treatment_plan DROP CONSTRAINT ck_treatment_plan_esketamine_in_office,"
        " ADD CONSTRAINT ck_treatment_plan_esketamine_in_office"
        " CHECK (molecule <> 'esketamine' OR setting = 'certified_site') NOT VALID",
        "changed: constraint treatment_plan.ck_treatment_plan_esketamine_in_office",
    ),
    "a key is gone": (
        "ALTER TABLE dose_session DROP CONSTRAINT"
        " fk_dose_session_product_id_molecule_route_setting",
        "missing: constraint dose_session.fk_dose_session_product_id_molecule_route_setting",
    ),
    "the guard lets everything pass": (
        "CREATE OR REPLACE FUNCTION keep_in_the_office() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$",
        "changed: trigger dose_session.keep_in_the_office",
    ),
    "a column may be empty": (
        "ALTER TABLE dose_session ALTER COLUMN product_id DROP NOT NULL",
        "changed: column dose_session.product_id",
    ),
    "a trigger was added": (
        "CREATE TRIGGER zzz BEFORE INSERT ON dose_session FOR EACH ROW"
        " EXECUTE FUNCTION same_person()",
        "unknown: trigger dose_session.zzz",
    ),
    "a product was added": (
        "INSERT INTO product (id, code, display, molecule, route, form, strength_mg_hundredths,"
        " ingredient_rxcui, data_on) VALUES (gen_random_uuid(), 'sk', 'SK', 'ketamine',"
        " 'sublingual', 'troche', 2800, '6130', '2026-11-01')",
        "unknown: product sk",
    ),
    "a rule rewrites writes": (
        "CREATE RULE r AS ON UPDATE TO dose_session DO INSTEAD NOTHING",
        "a rule rewrites writes",
    ),
    "the run-time role may write the catalogue": (
        "GRANT INSERT ON product TO vigil_runtime",
        "the run-time role may write the catalogue",
    ),
}


@pytest.fixture
def tampered(throwaway: Throwaway) -> Iterator[str]:
    name = throwaway.clone("tampered")
    yield name
    throwaway.drop(name)


def _wrong(url: str) -> tuple[str, ...]:
    engine = create_engine(url)
    with Session(engine) as session:
        wrong = locks.what_is_wrong(session)
        assert locks.locks_intact(session) is not bool(wrong)
    engine.dispose()
    return wrong


def _as_owner(throwaway: Throwaway, name: str, statement: str) -> None:
    with psycopg.connect(throwaway.cluster.url(OWNER, name)) as connection:
        connection.execute(sql.SQL(statement))  # type: ignore[arg-type]


def test_a_migrated_database_has_every_lock_as_committed(database_url: str) -> None:
    assert _wrong(database_url) == ()


@pytest.mark.parametrize("name", list(TAMPERED))
def test_a_lock_taken_off_is_named(throwaway: Throwaway, tampered: str, name: str) -> None:
    statement, wrong = TAMPERED[name]
    _as_owner(throwaway, tampered, statement)
    assert wrong in _wrong(throwaway.cluster.url(APP, tampered))


def test_esketamine_at_home_is_found_even_when_all_locks_are_put_back(
    throwaway: Throwaway, tampered: str
) -> None:
    throwaway.cluster.sql(
        "SET session_replication_role = replica",
        "ALTER TABLE product_setting DROP CONSTRAINT ck_product_setting_esketamine_in_office,"
        " DROP CONSTRAINT ck_product_setting_home_formulary",
        "UPDATE product_setting SET setting = 'home' WHERE molecule = 'esketamine'",
        database=tampered,
    )
    wrong = _wrong(throwaway.cluster.url(APP, tampered))
    assert "the allow-table lets esketamine out of the office" in wrong


def test_a_stricter_check_is_welcome(throwaway: Throwaway, tampered: str) -> None:
    _as_owner(
        throwaway,
        tampered,
        "ALTER TABLE dose_session ADD CONSTRAINT more CHECK (molecule = 'ketamine')",
    )
    assert _wrong(throwaway.cluster.url(APP, tampered)) == ()


def test_a_house_opens_with_a_look_at_its_locks(
    throwaway: Throwaway, tampered: str, settings: Settings
) -> None:
    url = throwaway.cluster.url(APP, tampered)
    told = replace(settings, database_url=url)
    house = open_house(told)
    assert house.locks_intact
    assert house.locks_checked_at is not None
    _as_owner(throwaway, tampered, TAMPERED["a trigger is off"][0])
    broken = open_house(told)
    assert not broken.locks_intact
    for opened in (house, broken):
        opened.bind.dispose()  # type: ignore[union-attr]


def test_a_database_that_cannot_be_asked_is_not_trusted(
    settings: Settings, clock: HandClock
) -> None:
    engine = new_engine("postgresql://nobody@/none?host=/nowhere")
    house = Runtime(engine, clock, settings)
    assert locks.look(house) == ("the database cannot be asked",)
    assert not house.locks_intact


def test_a_house_that_runs_for_long_looks_again_every_hour(
    throwaway: Throwaway, tampered: str, settings: Settings, clock: HandClock
) -> None:
    engine = new_engine(throwaway.cluster.url(APP, tampered))
    house = Runtime(engine, clock, settings)
    locks.look(house)
    _as_owner(throwaway, tampered, TAMPERED["a trigger is off"][0])
    clock.advance(minutes=59)
    with house.begin(NOBODY) as work:
        assert locks.still_intact(work)
    clock.advance(minutes=1)
    with house.begin(NOBODY) as work:
        assert not locks.still_intact(work)
    _as_owner(throwaway, tampered, "ALTER TABLE dose_session ENABLE TRIGGER keep_in_the_office")
    with house.begin(NOBODY) as work:
        assert locks.still_intact(work), "a broken lock is looked at again at once"
    engine.dispose()

"""Can any SQL bring esketamine into a home? With the run-time role, and as the owner of the tables.

Each attack runs on a database where a home plan, an order, a parcel, a home session and an
in-office Spravato session exist, and is rolled back. It must be refused, and it must leave no row.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine

from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.platform.database import new_sessions
from rules.terms import Setting
from tests.factories.people import a_licensed_prescriber, a_patient
from tests.factories.plan import (
    SPRAVATO,
    a_received_shipment,
    a_signed_plan,
    an_approval,
    the_demo_site,
    the_product,
    what_of,
)
from tests.throwaway import Throwaway
from workflows.platform.postgres import APP, OWNER
from workflows.platform.settings import Settings

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
S = "(SELECT id FROM product WHERE code = 'spravato-28')"
K = "(SELECT id FROM product WHERE code = 'ket-rdt-100')"
ESK_HOME = f"product_id = {S}, molecule = 'esketamine', route = 'nasal', setting = 'home'"
COLUMNS = {
    "treatment_plan": "id, patient_id, approval_id, state, dose_mg_hundredths, session_count,"
    " spacing_hours, end_condition, residue_instruction, drafted_at, version",
    "medication_order": "id, patient_id, plan_id, state, external_prescription_id, units,"
    " sessions_supplied, decision_id, ordered_by, ordered_at, version",
    "shipment": "id, patient_id, order_id, lot_id, units, shipped_at, version",
    "dose_session": "id, patient_id, plan_id, number, dose_mg_hundredths, scheduled_at, time_zone,"
    " state, patient_state, created_by, created_at, version",
}


def _copy(table: str, what: str, more: str = "") -> str:
    """Write an INSERT that copies the row there is, but with another product, place or both."""
    own = COLUMNS[table].replace("id,", "gen_random_uuid(),", 1)
    own = own.replace("external_prescription_id", "gen_random_uuid()::text")
    own = own.replace(" number,", " number + 1,").replace(" state,", " 'cancelled',", 1)
    if table == "treatment_plan":
        own = own.replace("'cancelled'", "'ended'").replace("end_condition", "'\\x01'::bytea")
    return (
        f"INSERT INTO {table} ({COLUMNS[table]}, product_id, molecule, route, setting)"
        f" SELECT {own}, {what} FROM {table} {more}"
    )


def _values(molecule: str, route: str, setting: str, product: str = S) -> str:
    return f"{product}, '{molecule}', '{route}', '{setting}'"


WHAT = "(product_id, molecule, route, setting)"
TRUE_NAME = _values("esketamine", "nasal", "home")
IN_DISGUISE = _values("ketamine", "sublingual", "home")
BY_MOUTH = _values("esketamine", "sublingual", "home")
WITHOUT_PRODUCT = "NULL, 'esketamine', 'nasal', 'home'"
WITHOUT_MOLECULE = f"{S}, NULL, 'nasal', 'home'"
WITHOUT_SETTING = f"{S}, 'esketamine', 'nasal', NULL"
WITH_SPACES = _values("esketamine", "nasal", "home ")
IN_CAPITALS = _values("Esketamine", "nasal", "Home")
CLINIC = _values("esketamine", "nasal", "clinic")

# Refused to the run-time role and to the owner alike: CHECK, key and trigger hold for both.
WRITES = {
    **{f"insert {table} by its true name": _copy(table, TRUE_NAME) for table in COLUMNS},
    **{f"insert {table} as if it were ketamine": _copy(table, IN_DISGUISE) for table in COLUMNS},
    **{f"insert {table} as if it were a tablet": _copy(table, BY_MOUTH) for table in COLUMNS},
    **{f"insert {table} in no certified site": _copy(table, CLINIC) for table in COLUMNS},
    "insert without a product": _copy("treatment_plan", WITHOUT_PRODUCT),
    "insert without a molecule": _copy("treatment_plan", WITHOUT_MOLECULE),
    "insert without a setting": _copy("treatment_plan", WITHOUT_SETTING),
    "insert with a space behind home": _copy("treatment_plan", WITH_SPACES),
    "insert in capitals": _copy("treatment_plan", IN_CAPITALS),
    "insert or do nothing": _copy("treatment_plan", TRUE_NAME) + " ON CONFLICT DO NOTHING",
    "upsert over the home plan": (
        _copy("treatment_plan", f"{K}, 'ketamine', 'sublingual', 'home'").replace(
            "gen_random_uuid()", "id", 1
        )
        + f" ON CONFLICT (id) DO UPDATE SET {ESK_HOME}"
    ),
    "insert through a CTE": (
        f"WITH new AS ({_copy('dose_session', TRUE_NAME)} RETURNING id) SELECT * FROM new"
    ),
    "update through a CTE": (
        f"WITH moved AS (UPDATE dose_session SET {ESK_HOME} RETURNING id) SELECT * FROM moved"
    ),
    "merge": (
        "MERGE INTO dose_session d USING (SELECT 1) s ON true"
        f" WHEN MATCHED THEN UPDATE SET {ESK_HOME}"
    ),
    **{f"swap the product of {t}": f"UPDATE {t} SET product_id = {S}" for t in COLUMNS},
    **{f"swap everything of {t}": f"UPDATE {t} SET {ESK_HOME}" for t in COLUMNS},
    **{f"rename the molecule of {t}": f"UPDATE {t} SET molecule = 'esketamine'" for t in COLUMNS},
    "bring the office session home": (
        "UPDATE office_session SET setting = 'home' WHERE molecule = 'esketamine'"
    ),
    "bring the office session to a clinic": (
        "UPDATE office_session SET setting = 'clinic' WHERE molecule = 'esketamine'"
    ),
    "call the office session ketamine and bring it home": (
        "UPDATE office_session SET molecule = 'ketamine', route = 'sublingual', setting = 'home'"
    ),
    "make the home session an office session of its kind": (
        "UPDATE dose_session SET setting = 'certified_site'"
    ),
    "allow it at home": (
        f"INSERT INTO product_setting {WHAT} VALUES ({_values('esketamine', 'nasal', 'home')})"
    ),
    "allow it at home as ketamine": (
        f"INSERT INTO product_setting {WHAT} VALUES ({_values('ketamine', 'sublingual', 'home')})"
    ),
    "allow it in a clinic": (
        f"INSERT INTO product_setting {WHAT} VALUES ({_values('esketamine', 'nasal', 'clinic')})"
    ),
    "move what is allowed": (
        "UPDATE product_setting SET setting = 'home' WHERE molecule = 'esketamine'"
    ),
    "point what is allowed at home to it": (
        f"UPDATE product_setting SET product_id = {S} WHERE setting = 'home'"
    ),
    "call the product ketamine": (
        "UPDATE product SET molecule = 'ketamine', route = 'sublingual' WHERE code = 'spravato-28'"
    ),
    "call a tablet esketamine": "UPDATE product SET molecule = 'esketamine' WHERE code LIKE 'ket%'",
    "delete the product": "DELETE FROM product WHERE code = 'spravato-28'",
    "empty the allow-table": "DELETE FROM product_setting",
    "truncate the allow-table": "TRUNCATE product_setting CASCADE",
    "truncate the catalogue": "TRUNCATE product CASCADE",
    "truncate the sessions": "TRUNCATE dose_session CASCADE",
    "delete the session, to write it anew": "DELETE FROM dose_session",
    "write esketamine doses beyond its devices": (
        "UPDATE office_session SET dose_mg_hundredths = 20000 WHERE molecule = 'esketamine'"
    ),
}

# Refused to the run-time role because it owns nothing and may do no more than work.
POWERS = {
    "add a product under another name": (
        "INSERT INTO product (id, code, display, molecule, route, form, strength_mg_hundredths,"
        " ingredient_rxcui, data_on) VALUES (gen_random_uuid(), 'sk-spray', 'SK', 'ketamine',"
        " 'sublingual', 'troche', 2800, '6130', '2026-11-01')"
    ),
    "switch a trigger off": "ALTER TABLE dose_session DISABLE TRIGGER keep_in_the_office",
    "switch every trigger off": "ALTER TABLE dose_session DISABLE TRIGGER ALL",
    "drop a trigger": "DROP TRIGGER keep_in_the_office ON dose_session",
    "drop a check": "ALTER TABLE dose_session DROP CONSTRAINT ck_dose_session_home_formulary",
    "drop a key": "ALTER TABLE dose_session DROP CONSTRAINT"
    " fk_dose_session_product_id_molecule_route_setting",
    "stop asking the keys": "SET session_replication_role = replica",
    "replace the guard": (
        "CREATE OR REPLACE FUNCTION keep_in_the_office() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$"
    ),
    "drop the guard": "DROP FUNCTION keep_in_the_office() CASCADE",
    "hide the catalogue behind another": (
        "CREATE TEMPORARY TABLE product AS SELECT * FROM public.product"
    ),
    "write a function of its own": (
        "CREATE FUNCTION public.anything() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    ),
    "make a schema of its own": "CREATE SCHEMA mine",
    "become the owner": f"SET ROLE {OWNER}",
    "become a superuser": "SET ROLE postgres",
    "take the table over": f"ALTER TABLE dose_session OWNER TO {APP}",
    "add a column default": "ALTER TABLE dose_session ALTER COLUMN setting SET DEFAULT 'home'",
    "let the column be empty": "ALTER TABLE dose_session ALTER COLUMN product_id DROP NOT NULL",
    "rename the table": "ALTER TABLE dose_session RENAME TO old_sessions",
    "add a trigger of its own": (
        "CREATE TRIGGER zzz BEFORE INSERT ON dose_session FOR EACH ROW"
        " EXECUTE FUNCTION same_person()"
    ),
    "add a rule": "CREATE RULE r AS ON UPDATE TO dose_session DO INSTEAD NOTHING",
    "grant itself the catalogue": (
        f"GRANT ALL ON product TO {APP}; UPDATE product SET molecule = 'ketamine'"
    ),
    "list another certified site": (
        "INSERT INTO certified_site (id, code, name, state, time_zone, inpatient,"
        " rems_certificate, certified_from, certified_until)"
        " VALUES (gen_random_uuid(), 'home', 'My home', 'CO',"
        " 'America/Denver', false, 'X', '2026-01-01', '2099-01-01')"
    ),
    "certify the site for ever": "UPDATE certified_site SET certified_until = '2999-01-01'",
    "forget that it is barred": "DELETE FROM blocked_substance",
    "write with COPY ... FROM PROGRAM": "COPY dose_session FROM PROGRAM 'true'",
    "run a block": ("DO $$ BEGIN EXECUTE 'ALTER TABLE dose_session DISABLE TRIGGER ALL'; END $$"),
    "rewrite the system catalogue": (
        "UPDATE pg_trigger SET tgenabled = 'D' WHERE tgname = 'keep_in_the_office'"
    ),
    "change the settings of the server": "ALTER SYSTEM SET session_replication_role = replica",
}

ANYWHERE = " UNION ALL ".join(
    f"SELECT '{table}' FROM {table} r LEFT JOIN product p ON p.id = r.product_id"
    " WHERE 'esketamine' IN (p.molecule, r.molecule) AND r.setting <> 'certified_site'"
    for table in (*COLUMNS, "office_session", "product_setting")
)


class Attacked(NamedTuple):
    """A database with rows worth attacking, by the URL of each role."""

    app: str
    owner: str


@pytest.fixture(scope="module")
def attacked(throwaway: Throwaway, settings: Settings) -> Iterator[Attacked]:
    name = throwaway.clone("attacked")
    found = Attacked(throwaway.cluster.url(APP, name), throwaway.cluster.url(OWNER, name))
    engine = create_engine(found.app)
    with new_sessions(engine)() as session:
        patient = a_patient(session, NOW)
        prescriber = a_licensed_prescriber(session, NOW)
        plan = a_signed_plan(session, NOW, patient, an_approval(session, NOW, patient, prescriber))
        a_received_shipment(session, NOW, patient, plan)
        home = what_of(the_product(session))
        session.add(
            DoseSession(
                **home,
                patient_id=patient.id,
                plan_id=plan.id,
                number=1,
                dose_mg_hundredths=10_000,
                scheduled_at=NOW,
                time_zone="America/Denver",
                created_by=prescriber.id,
                created_at=NOW,
            )
        )
        session.add(
            OfficeSession(
                **what_of(the_product(session, SPRAVATO), Setting.CERTIFIED_SITE),
                patient_id=patient.id,
                site_id=the_demo_site(session).id,
                dose_mg_hundredths=5_600,
                scheduled_at=NOW + timedelta(days=1),
                created_by=prescriber.id,
                created_at=NOW,
            )
        )
        session.commit()
    engine.dispose()
    yield found
    throwaway.drop(name)


# The refusals that are meant; a misspelt attack would be refused too, and prove nothing.
REFUSALS = (
    psycopg.errors.CheckViolation,
    psycopg.errors.ForeignKeyViolation,
    psycopg.errors.NotNullViolation,
    psycopg.errors.InsufficientPrivilege,
)


def _attack(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement))  # type: ignore[arg-type]


def _rows_outside_the_office(url: str) -> list[tuple[str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.SQL(ANYWHERE)).fetchall()  # type: ignore[arg-type]


def test_there_are_more_than_forty_attacks() -> None:
    assert len(WRITES) + len(POWERS) > 80


@pytest.mark.parametrize("name", [*WRITES, *POWERS])
def test_the_run_time_role_brings_no_esketamine_home(attacked: Attacked, name: str) -> None:
    with pytest.raises(REFUSALS):
        _attack(attacked.app, {**WRITES, **POWERS}[name])
    assert _rows_outside_the_office(attacked.owner) == []


@pytest.mark.parametrize("name", list(WRITES))
def test_the_owner_of_the_tables_is_refused_by_the_locks_themselves(
    attacked: Attacked, name: str
) -> None:
    with pytest.raises(REFUSALS):
        _attack(attacked.owner, WRITES[name])
    assert _rows_outside_the_office(attacked.owner) == []


@pytest.mark.parametrize("role", ["app", "owner"])
def test_copy_brings_no_esketamine_home(attacked: Attacked, role: str) -> None:
    columns = f"{COLUMNS['treatment_plan']}, product_id, molecule, route, setting"
    with psycopg.connect(getattr(attacked, role)) as connection:
        row = connection.execute("SELECT patient_id, id FROM approval").fetchone()
        product = connection.execute("SELECT id FROM product WHERE molecule = 'esketamine'")
        assert row is not None
        (patient_id, approval_id), esketamine = row, (product.fetchone() or ("",))[0]
        line = (
            f"00000000-0000-7000-8000-00000000beef\t{patient_id}\t{approval_id}\tended\t5600\t1\t"
            f"168\t\\\\x01\tspit\t{NOW.isoformat()}\t1\t{esketamine}\tesketamine\tnasal\thome\n"
        )
        with (
            pytest.raises(psycopg.errors.CheckViolation),
            connection.cursor() as cursor,
            cursor.copy(f"COPY treatment_plan ({columns}) FROM STDIN") as copy,
        ):
            copy.write(line)
        connection.rollback()
    assert _rows_outside_the_office(attacked.owner) == []


@pytest.mark.parametrize(
    "taken_off",
    [
        "ALTER TABLE treatment_plan DISABLE TRIGGER keep_in_the_office",
        "ALTER TABLE treatment_plan DROP CONSTRAINT ck_treatment_plan_esketamine_in_office,"
        " DROP CONSTRAINT ck_treatment_plan_home_formulary",
        "ALTER TABLE treatment_plan DROP CONSTRAINT"
        " fk_treatment_plan_product_id_molecule_route_setting",
    ],
)
@pytest.mark.parametrize("what", [TRUE_NAME, IN_DISGUISE])
def test_each_lock_holds_when_another_one_is_taken_off(
    attacked: Attacked, taken_off: str, what: str
) -> None:
    with psycopg.connect(attacked.owner) as connection:
        connection.execute(sql.SQL(taken_off))  # type: ignore[arg-type]
        with pytest.raises(REFUSALS):
            connection.execute(sql.SQL(_copy("treatment_plan", what)))  # type: ignore[arg-type]
        connection.rollback()


def test_a_home_plan_needs_an_approval_for_home(attacked: Attacked) -> None:
    with psycopg.connect(attacked.owner) as connection:
        connection.execute("ALTER TABLE approval DISABLE TRIGGER never_rewritten")
        connection.execute("UPDATE approval SET decision = 'in_office_only'")
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            connection.execute("UPDATE treatment_plan SET state = 'ended'")
        connection.rollback()
    assert refused.value.diag.constraint_name == "approval_missing"


def test_what_is_allowed_can_still_be_written(attacked: Attacked) -> None:
    allowed = _copy("treatment_plan", f"{K}, 'ketamine', 'sublingual', 'home'")
    with psycopg.connect(attacked.app) as connection:
        assert connection.execute(sql.SQL(allowed)).rowcount == 1  # type: ignore[arg-type]
        connection.rollback()

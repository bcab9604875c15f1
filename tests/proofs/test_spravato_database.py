"""Which of all products, in all places, does PostgreSQL let into a row? All are tried.

The expectation is written from rule H-1 of the rulebook and from the home formulary; the same table
of truth is then held against the rules: what the gates clear at home, the database takes, and what
the database takes for esketamine is at a certified site.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine

from models.platform.database import new_sessions
from rules.core import Point
from rules.gates import evaluate, rule_for
from rules.terms import DoseForm, Molecule, Outcome, Route, Setting, SubjectKind
from tests.factories.people import a_licensed_prescriber, a_patient
from tests.factories.plan import (
    a_kept_decision,
    a_lot,
    a_signed_plan,
    an_approval,
    the_demo_site,
)
from tests.proofs.products import BY_MOUTH
from tests.proofs.rows_anywhere import (
    CLAIMS,
    INSERT_PRODUCT,
    TABLES,
    TRUTHS,
    Claim,
    Rows,
)
from tests.rules.facts_factory import clear_facts
from tests.throwaway import Throwaway
from workflows.platform.postgres import APP, OWNER
from workflows.platform.settings import Settings

H1 = rule_for("esketamine_home_prohibited")
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PLACES_OF = {
    "dose_session": {Setting.HOME},
    "office_session": {Setting.CERTIFIED_SITE, Setting.CLINIC},
}
# One lock is left on; the two others are taken off, in a transaction that is rolled back.
CHECKS_OFF = (
    "ALTER TABLE treatment_plan DROP CONSTRAINT ck_treatment_plan_esketamine_in_office,"
    " DROP CONSTRAINT ck_treatment_plan_home_formulary"
)
KEY_OFF = (
    "ALTER TABLE treatment_plan DROP CONSTRAINT fk_treatment_plan_product_id_molecule_route_setting"
)
TRIGGER_OFF = "ALTER TABLE treatment_plan DISABLE TRIGGER keep_in_the_office"


def may_be(claim: Claim) -> bool:
    """Say what the rulebook says: H-1, and at home racemic ketamine by mouth only."""
    if claim.molecule == Molecule.ARKETAMINE:
        return False
    if claim.molecule == Molecule.ESKETAMINE:
        return claim.setting == Setting.CERTIFIED_SITE
    return claim.setting != Setting.HOME or claim.route in BY_MOUTH


@pytest.fixture(scope="module")
def rows(throwaway: Throwaway, settings: Settings) -> Iterator[Rows]:
    """Give the owner's transaction, beside a patient with an approval, a lot and a decision."""
    name = throwaway.clone("anywhere")
    engine = create_engine(throwaway.cluster.url(APP, name))
    with new_sessions(engine)() as session:
        patient = a_patient(session, NOW)
        prescriber = a_licensed_prescriber(session, NOW)
        approval = an_approval(session, NOW, patient, prescriber)
        plan = a_signed_plan(session, NOW, patient, approval)
        subject = (SubjectKind.TREATMENT_PLAN, plan.id)
        start = {
            "patient_id": patient.id,
            "prescriber_id": prescriber.id,
            "approval_id": approval.id,
            "decision_id": a_kept_decision(session, NOW, patient, subject).id,
            "lot_id": a_lot(session, NOW).id,
            "site_id": the_demo_site(session).id,
            "plan_id": "00000000-0000-7000-8000-00000000aaaa",
            "order_id": "00000000-0000-7000-8000-00000000bbbb",
            "now": NOW,
        }
        session.commit()
    engine.dispose()
    with psycopg.connect(throwaway.cluster.url(OWNER, name)) as connection:
        yield Rows(connection, start)
        connection.rollback()
    throwaway.drop(name)


@pytest.fixture
def tried(rows: Rows) -> Iterator[Rows]:
    rows.connection.execute("SAVEPOINT test")
    yield rows
    rows.connection.execute("ROLLBACK TO SAVEPOINT test")


@pytest.mark.parametrize("molecule", Molecule)
def test_the_catalogue_takes_every_product_but_arketamine(tried: Rows, molecule: Molecule) -> None:
    for route in Route:
        for form in DoseForm:
            values = {"id": "00000000-0000-7000-8000-00000000cccc", "molecule": molecule.value}
            taken = tried.accepted(
                INSERT_PRODUCT, values | {"route": route.value, "form": form.value}
            )
            assert taken is (molecule is not Molecule.ARKETAMINE)


def test_the_allow_table_takes_only_what_is_true_and_allowed(tried: Rows) -> None:
    for truth in TRUTHS:
        product_id = tried.product_of(*truth)
        for claim in CLAIMS:
            right = claim[:2] == truth and may_be(claim)
            assert tried.allow(product_id, claim) is right, (truth, claim)


@pytest.mark.parametrize("table", TABLES)
def test_no_row_brings_a_product_where_it_may_not_be(tried: Rows, table: str) -> None:
    """Every truth with every claim: 1,458 rows a table, and the allow-table as full as it gets."""
    taken = 0
    for truth in TRUTHS:
        product_id = tried.product_of(*truth)
        for claim in CLAIMS:
            tried.allow(product_id, claim)
        for claim in CLAIMS:
            places = PLACES_OF.get(table, set(Setting))
            right = claim[:2] == truth and may_be(claim) and claim.setting in places
            assert tried.takes(table, product_id, claim) is right, (truth, claim)
            taken += right
    assert taken > 0


@pytest.mark.parametrize("left_on", ["checks", "key", "trigger"])
def test_each_lock_alone_keeps_esketamine_in_the_office(tried: Rows, left_on: str) -> None:
    truths = {truth: tried.product_of(*truth) for truth in TRUTHS}
    for product_id in truths.values():
        for claim in CLAIMS:
            tried.allow(product_id, claim)
    off = {"checks": CHECKS_OFF, "key": KEY_OFF, "trigger": TRIGGER_OFF}
    for lock, statement in off.items():
        if lock != left_on:
            tried.connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
    for truth, product_id in truths.items():
        for claim in CLAIMS:
            # A CHECK sees the claim only; the key and the trigger also know the truth.
            right = may_be(claim) if left_on == "checks" else claim[:2] == truth and may_be(claim)
            if left_on == "checks" and claim.molecule == Molecule.ARKETAMINE:
                right = claim.setting != Setting.HOME
            assert tried.takes("treatment_plan", product_id, claim) is right, (truth, claim)


def test_with_every_lock_taken_off_the_row_goes_in(tried: Rows) -> None:
    """The rows above are refused by the locks, and not because they are badly written."""
    product_id = tried.product_of(Molecule.ESKETAMINE, Route.NASAL)
    at_home = Claim(Molecule.ESKETAMINE, Route.NASAL, Setting.HOME)
    assert not tried.takes("treatment_plan", product_id, at_home)
    for statement in (CHECKS_OFF, KEY_OFF, TRIGGER_OFF):
        tried.connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
    assert tried.takes("treatment_plan", product_id, at_home)


@pytest.mark.parametrize("claim", CLAIMS, ids="-".join)
def test_rules_and_database_agree_about_each_product_in_each_place(claim: Claim) -> None:
    start = clear_facts(Point.DOSE)
    what = replace(
        start.product,
        molecules=(Molecule(claim.molecule),),
        route=Route(claim.route),
        setting=Setting(claim.setting),
    )
    cleared = evaluate(Point.DOSE, replace(start, product=what)).outcome is Outcome.CLEAR
    if claim.setting == Setting.HOME:
        assert cleared is may_be(claim)
    else:
        assert not cleared or may_be(claim)
    if claim.molecule == Molecule.ESKETAMINE:
        assert H1.find(replace(start, product=what)).check.met is may_be(claim)

"""Which rows does a real PostgreSQL take, when every product is brought to every place?

Each row says what it is (molecule, route, setting) and points at a product, which may be another
one: a row may lie. Every truth is tried with every claim, in every table that brings a drug to
a person, in one transaction with a savepoint each.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from rules.terms import Molecule, Route, Setting

TABLES = ("treatment_plan", "medication_order", "shipment", "dose_session", "office_session")
REFUSALS = (
    psycopg.errors.CheckViolation,
    psycopg.errors.ForeignKeyViolation,
    psycopg.errors.NotNullViolation,
)


class Claim(NamedTuple):
    """What a row says about itself."""

    molecule: str
    route: str
    setting: str


CLAIMS = tuple(
    Claim(molecule.value, route.value, setting.value)
    for molecule, route, setting in product(Molecule, Route, Setting)
)
# Arketamine cannot be in the catalogue at all: that is tried on its own.
TRUTHS = tuple(
    (molecule.value, route.value)
    for molecule, route in product((Molecule.KETAMINE, Molecule.ESKETAMINE), Route)
)


@dataclass
class Rows:
    """A transaction that only tries; `start` keeps the rows that others point at."""

    connection: psycopg.Connection[Any]
    start: dict[str, Any]

    def accepted(self, statement: str, values: dict[str, Any]) -> bool:
        """Say whether PostgreSQL takes a row; it is taken back in both cases."""
        kept = True
        self.connection.execute("SAVEPOINT one")
        try:
            self.connection.execute(sql.SQL(statement), values)  # type: ignore[arg-type]
        except REFUSALS:
            kept = False
        self.connection.execute("ROLLBACK TO SAVEPOINT one")
        return kept

    def product_of(self, molecule: str, route: str, form: str = "troche") -> UUID:
        """Put a product into the catalogue and give its id."""
        product_id = uuid4()
        values = {"id": product_id, "molecule": molecule, "route": route, "form": form}
        self.connection.execute(sql.SQL(INSERT_PRODUCT), values)  # type: ignore[arg-type]
        return product_id

    def allow(self, product_id: UUID, claim: Claim) -> bool:
        """Try to list a product for a setting; listed, it stays for the rows that follow."""
        values = {"product_id": product_id, **claim._asdict()}
        listed = self.accepted(INSERT["product_setting"], values)
        if listed:
            self.connection.execute(sql.SQL(INSERT["product_setting"]), values)  # type: ignore[arg-type]
        return listed

    def takes(self, table: str, product_id: UUID, claim: Claim) -> bool:
        """Try a row of this table, with the row above it when that one can exist."""
        values = {**self.start, "product_id": product_id, **claim._asdict()}
        self.connection.execute("SAVEPOINT chain")
        for parent in PARENTS[table]:
            if self.accepted(INSERT[parent], values):
                self.connection.execute(sql.SQL(INSERT[parent]), values)  # type: ignore[arg-type]
        taken = self.accepted(INSERT[table], values)
        self.connection.execute("ROLLBACK TO SAVEPOINT chain")
        return taken


# The rows above it, of the same product in the same place, so that only the locks can refuse.
PARENTS: dict[str, tuple[str, ...]] = {
    "treatment_plan": (),
    "medication_order": ("treatment_plan",),
    "shipment": ("treatment_plan", "medication_order"),
    "dose_session": ("treatment_plan",),
    "office_session": (),
}
INSERT_PRODUCT = (
    "INSERT INTO product (id, code, display, molecule, route, form, strength_mg_hundredths,"
    " ingredient_rxcui, data_on) VALUES (%(id)s::uuid, %(id)s::uuid::text, '-', %(molecule)s,"
    " %(route)s, %(form)s, 100, '-', '2026-11-01')"
)
_WHAT = "product_id, molecule, route, setting"
_HOW = "%(product_id)s, %(molecule)s, %(route)s, %(setting)s"
INSERT = {
    "product_setting": f"INSERT INTO product_setting ({_WHAT}) VALUES ({_HOW})",
    "treatment_plan": (
        f"INSERT INTO treatment_plan (id, patient_id, approval_id, state, dose_mg_hundredths,"
        " session_count, spacing_hours, end_condition, residue_instruction, drafted_at, version,"
        f" {_WHAT}) VALUES (%(plan_id)s, %(patient_id)s, %(approval_id)s, 'ended', 5600, 1, 168,"
        f" '\\x01', 'spit', %(now)s, 1, {_HOW})"
    ),
    "medication_order": (
        "INSERT INTO medication_order (id, patient_id, plan_id, state, external_prescription_id,"
        f" units, sessions_supplied, decision_id, ordered_by, ordered_at, version, {_WHAT})"
        " VALUES (%(order_id)s::uuid, %(patient_id)s, %(plan_id)s, 'ordered',"
        f" %(order_id)s::uuid::text, 1, 1, %(decision_id)s, %(prescriber_id)s, %(now)s, 1, {_HOW})"
    ),
    "shipment": (
        f"INSERT INTO shipment (id, patient_id, order_id, lot_id, units, shipped_at, version,"
        f" {_WHAT}) VALUES (gen_random_uuid(), %(patient_id)s, %(order_id)s, %(lot_id)s, 1,"
        f" %(now)s, 1, {_HOW})"
    ),
    "dose_session": (
        "INSERT INTO dose_session (id, patient_id, plan_id, number, dose_mg_hundredths,"
        f" scheduled_at, time_zone, state, patient_state, created_by, created_at, version, {_WHAT})"
        " VALUES (gen_random_uuid(), %(patient_id)s, %(plan_id)s, 1, 5600, %(now)s,"
        f" 'America/Denver', 'cancelled', 'CO', %(prescriber_id)s, %(now)s, 1, {_HOW})"
    ),
    "office_session": (
        "INSERT INTO office_session (id, patient_id, site_id, dose_mg_hundredths, scheduled_at,"
        f" state, lot_number, devices_used, created_by, created_at, version, {_WHAT})"
        " VALUES (gen_random_uuid(), %(patient_id)s, %(site_id)s, 5600, %(now)s, 'scheduled', '',"
        f" 0, %(prescriber_id)s, %(now)s, 1, {_HOW})"
    ),
}

"""Can a sheet come into force in any way but by two signatures, one a director's? Raw SQL tries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.oversight.parameters import ParameterSheet
from rules.terms import Role
from tests.factories import parameters
from tests.factories.people import a_credential, a_licensed_prescriber
from workflows.platform.constraints import constraint_of

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
IN_AN_HOUR = NOW + timedelta(hours=1)
PLACE = """
    INSERT INTO parameters_in_force (id, sheet_id, effective_from, placed_at)
    VALUES (gen_random_uuid(), :sheet, :from, :placed)
"""


@pytest.fixture
def session(connection: Connection, settings: object) -> Session:
    """Give a session inside the test's own transaction."""
    return Session(connection, join_transaction_mode="create_savepoint")


def refused(session: Session, statement: str, **values: Any) -> str | None:
    """Say which constraint refuses a statement, if one does."""
    session.flush()
    try:
        with session.begin_nested():
            session.execute(text(statement), values)
    except DBAPIError as error:
        return constraint_of(error) or "no right"
    return None


def place(session: Session, sheet: ParameterSheet, **over: Any) -> str | None:
    """Try to put a sheet in force."""
    values = {"sheet": sheet.id, "from": sheet.effective_from, "placed": NOW} | over
    return refused(session, PLACE, **values)


def signed(session: Session, *roles: Role, **over: Any) -> ParameterSheet:
    """Give a sheet with these signatures."""
    officer = parameters.an_officer(session, NOW)
    sheet = parameters.a_sheet(session, NOW, officer, {"vitals_life": "20"}, **over)
    for number, role in enumerate(roles):
        director = role is Role.PRESCRIBER
        by = (
            parameters.a_director(session, NOW)
            if director
            else parameters.an_officer(session, NOW, f"Officer {number}")
        )
        parameters.a_signature(session, NOW, sheet, by, role)
    return sheet


def test_two_signatures_with_a_director_put_a_sheet_in_force(session: Session) -> None:
    sheet = signed(session, Role.PRESCRIBER, Role.SAFETY_OFFICER)
    assert place(session, sheet) is None
    assert place(session, sheet) == "uq_parameters_in_force_sheet_id"


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        ((), "sheet_two_signatures"),
        ((Role.PRESCRIBER,), "sheet_two_signatures"),
        ((Role.SAFETY_OFFICER, Role.SAFETY_OFFICER), "sheet_director_signs"),
    ],
)
def test_fewer_or_other_signatures_do_not(
    session: Session, roles: tuple[Role, ...], why: str
) -> None:
    assert place(session, signed(session, *roles)) == why


def test_the_same_person_does_not_sign_twice(session: Session) -> None:
    sheet = signed(session, Role.PRESCRIBER)
    again = """
        INSERT INTO parameter_signature (id, sheet_id, signer_id, role, statement, signed_at)
        SELECT gen_random_uuid(), sheet_id, signer_id, 'safety_officer', '\\x01', signed_at
        FROM parameter_signature WHERE sheet_id = :sheet
    """
    assert refused(session, again, sheet=sheet.id) == "uq_parameter_signature_sheet_id_signer_id"
    assert place(session, sheet) == "sheet_two_signatures"


@pytest.mark.parametrize(
    "over",
    [
        {"kind": "licence"},
        {"valid_from": NOW.date() + timedelta(days=1)},
        {"expires_on": NOW.date() - timedelta(days=1)},
        {"revoked_on": NOW.date()},
    ],
)
def test_a_director_is_one_on_the_day_of_signing(session: Session, over: dict[str, Any]) -> None:
    sheet = signed(session, Role.SAFETY_OFFICER)
    doctor = a_licensed_prescriber(session, NOW)
    a_credential(session, doctor, **{"kind": "medical_director"} | over)
    parameters.a_signature(session, NOW, sheet, doctor, Role.PRESCRIBER)
    assert place(session, sheet) == "sheet_director_signs"


@pytest.mark.parametrize(
    "over",
    [
        {"placed": IN_AN_HOUR},
        {"placed": IN_AN_HOUR + timedelta(days=1)},
        {"placed": NOW - timedelta(seconds=1)},
        {"from": NOW + timedelta(minutes=1)},
    ],
)
def test_a_sheet_holds_from_its_own_instant_and_never_back(
    session: Session, over: dict[str, Any]
) -> None:
    sheet = signed(session, Role.PRESCRIBER, Role.SAFETY_OFFICER)
    assert place(session, sheet, **over) == "sheet_not_in_the_past"


def test_two_sheets_never_begin_at_one_instant(session: Session) -> None:
    both = Role.PRESCRIBER, Role.SAFETY_OFFICER
    assert place(session, signed(session, *both)) is None
    assert place(session, signed(session, *both)) == "uq_parameters_in_force_effective_from"


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE parameter_sheet SET changes = \'{"vitals_life": "30"}\'',
        "UPDATE parameter_sheet SET effective_from = effective_from - interval '1 day'",
        "DELETE FROM parameter_sheet",
        "UPDATE parameter_signature SET role = 'prescriber'",
        "DELETE FROM parameter_signature",
        "UPDATE parameters_in_force SET effective_from = effective_from + interval '1 day'",
        "DELETE FROM parameters_in_force",
        "TRUNCATE parameters_in_force",
    ],
)
def test_nothing_of_a_sheet_is_ever_changed(session: Session, statement: str) -> None:
    assert place(session, signed(session, Role.PRESCRIBER, Role.SAFETY_OFFICER)) is None
    assert refused(session, statement) == "no right"  # and the owner: test_append_only

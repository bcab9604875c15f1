"""Does a code that was written down stand in for a lost phone once, and never for the password?"""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.people.accounts import UserAccount
from models.people.doors import RecoveryCode
from rules.terms import Role
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import (
    PASSWORD,
    a_factor,
    a_user,
    an_account_with_password,
    code_at,
)
from workflows.people.recovery_codes import HOW_MANY
from workflows.platform.runtime import Runtime

EMAIL = "cora@example.org"
CODES, DOOR = "/auth/recovery-codes", "/auth/log-in"


@pytest.fixture
def rows(runtime: Runtime) -> Session:
    """Give a session to put people in."""
    return Session(runtime.bind, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture(autouse=True)
def owner(rows: Session, runtime: Runtime) -> UserAccount:
    """Give a coach with an authenticator."""
    now, cost = runtime.clock.now(), runtime.settings.password_cost
    user = an_account_with_password(rows, now, cost, Role.COACH, email=EMAIL)
    a_factor(rows, now, user)
    rows.commit()
    return user


def knock(anonymous: Client, **shown: str) -> Any:
    return anonymous.post(DOOR, {"email": EMAIL, "password": PASSWORD} | shown)


@pytest.fixture
def here(anonymous: Client, clock: HandClock) -> Client:
    """Give the coach signed in."""
    told = knock(anonymous, code=code_at(clock.now())).json
    return Client(anonymous.app, told["access_token"])


def made(here: Client) -> list[str]:
    answer = here.post(CODES)
    assert answer.status_code == 201, answer.json
    codes: list[str] = answer.json["recovery_codes"]
    return codes


@pytest.mark.asvs("6.5.1")
def test_each_code_opens_once(here: Client, anonymous: Client) -> None:
    codes = made(here)
    assert (len(codes), len(set(codes))) == (HOW_MANY, HOW_MANY)
    assert all(len(code.replace("-", "")) == 16 for code in codes)
    first = knock(anonymous, recovery_code=codes[0])
    assert (first.status_code, first.json["second_factor_missing"]) == (201, False)
    again = knock(anonymous, recovery_code=codes[0])
    assert (again.status_code, again.json["code"]) == (401, "second-factor-needed")
    assert here.get(CODES).json == {"left": HOW_MANY - 1}
    loosely = codes[1].upper().replace("-", " ")
    assert knock(anonymous, recovery_code=loosely).status_code == 201


@pytest.mark.asvs("6.3.4", "6.4.3")
def test_a_code_is_no_password(here: Client, anonymous: Client) -> None:
    code = made(here)[0]
    wrong = knock(anonymous, recovery_code=code, password="not this one at all")
    assert (wrong.status_code, wrong.json["code"]) == (401, "not-signed-in")
    assert knock(anonymous, recovery_code=code).status_code == 201


def test_somebody_elses_code_opens_nothing(
    here: Client, anonymous: Client, rows: Session, runtime: Runtime
) -> None:
    now, cost = runtime.clock.now(), runtime.settings.password_cost
    other = an_account_with_password(rows, now, cost, Role.ADMIN, email="ada@example.org")
    a_factor(rows, now, other)
    rows.commit()
    told = {"email": "ada@example.org", "recovery_code": made(here)[0]}
    assert knock(anonymous, **told).status_code == 401


@pytest.mark.api_top_ten("API2.recovery")
def test_with_a_code_one_sets_up_a_new_phone(here: Client, anonymous: Client) -> None:
    told = knock(anonymous, recovery_code=made(here)[0]).json
    inside = Client(anonymous.app, told["access_token"])
    assert inside.post("/auth/second-factor", {"current_password": PASSWORD}).status_code == 201


@pytest.mark.asvs("7.5.1")
def test_codes_are_made_just_after_a_proof(here: Client, clock: HandClock) -> None:
    clock.advance(minutes=6)
    refused = here.post(CODES)
    assert (refused.status_code, refused.json["code"]) == (403, "fresh-factor-needed")


def test_new_codes_end_the_older_ones(here: Client, anonymous: Client) -> None:
    old, new = made(here), made(here)
    assert knock(anonymous, recovery_code=old[0]).status_code == 401
    assert knock(anonymous, recovery_code=new[0]).status_code == 201


def test_codes_end_with_the_factor(
    here: Client, owner: UserAccount, fresh_client_for: Any, rows: Session, clock: HandClock
) -> None:
    made(here)
    admin = a_user(rows, clock.now(), Role.ADMIN)
    rows.commit()
    assert (
        fresh_client_for(admin.id).post(f"/people/{owner.id}/second-factor/end").status_code == 201
    )
    live = rows.query(RecoveryCode).filter(RecoveryCode.ended_at.is_(None))
    assert live.count() == 0


def test_who_holds_no_factor_has_nothing_to_stand_in_for(client_for: Any, rows: Session) -> None:
    from tests.clock import HandClock as Clock

    patient = a_user(rows, Clock().now(), Role.PATIENT)
    rows.commit()
    refused = client_for(patient.id).post(CODES)
    assert (refused.status_code, refused.json["code"]) == (403, "no-second-factor")


def test_only_fingerprints_are_kept(here: Client, rows: Session) -> None:
    codes = made(here)
    raw = rows.execute(text("SELECT code_hash FROM recovery_code")).scalars().all()
    assert {len(bytes(one)) for one in raw} == {16}
    assert not any(code.encode() in bytes(one) for code in codes for one in raw)


# Our code could forget that a code was spent; the database does not.
def test_the_database_keeps_a_spent_code_spent(
    here: Client, anonymous: Client, rows: Session
) -> None:
    knock(anonymous, recovery_code=made(here)[0])
    with pytest.raises(DBAPIError, match="used once"), rows.begin_nested():
        rows.execute(text("UPDATE recovery_code SET used_at = NULL WHERE used_at IS NOT NULL"))

"""Is somebody of the staff nobody of the staff until they have shown a second factor?"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.people.accounts import UserAccount
from rules.terms import Role
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import (
    PASSWORD,
    a_factor,
    a_patient,
    an_account_with_password,
    code_at,
)
from workflows.people.invitations import STAFF
from workflows.people.tries import FREE_TRIES
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

EMAIL = "cora@example.org"
LOG_IN = {"email": EMAIL, "password": PASSWORD}
HERE_NOW = "/auth/second-factor"
WRONG = "000000"
OF_STAFF = ("/patients", "/people", "/desk", "/sitter-places", "/caseload", "/certified-sites")


@pytest.fixture
def rows(runtime: Runtime) -> Session:
    """Give a session to put people in."""
    return Session(runtime.bind, join_transaction_mode="create_savepoint", expire_on_commit=False)


def enter(rows: Session, runtime: Runtime, *roles: Role, factor: bool = False) -> UserAccount:
    """Put somebody in who can log in, with or without an authenticator."""
    now, cost = runtime.clock.now(), runtime.settings.password_cost
    user = an_account_with_password(rows, now, cost, *roles, email=EMAIL)
    if factor:
        a_factor(rows, now, user)
    rows.commit()
    return user


def knock(anonymous: Client, **shown: str) -> Any:
    return anonymous.post("/auth/log-in", LOG_IN | shown)


def inside(anonymous: Client, **shown: str) -> Client:
    answer = knock(anonymous, **shown)
    assert answer.status_code == 201, answer.json
    return Client(anonymous.app, answer.json["access_token"])


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


# A password read over a shoulder opened every record of the clinic.
@pytest.mark.asvs("6.3.3")
@pytest.mark.parametrize("role", sorted(STAFF))
def test_staff_without_a_factor_may_do_nothing_but_set_one_up(
    anonymous: Client, runtime: Runtime, rows: Session, role: Role
) -> None:
    enter(rows, runtime, role)
    told = knock(anonymous)
    assert (told.status_code, told.json["second_factor_missing"]) == (201, True)
    client = Client(anonymous.app, told.json["access_token"])
    answers = [client.get(path) for path in OF_STAFF]
    answers += [client.get("/auth/sessions"), client.post("/auth/password-changes", CHANGE)]
    assert {code_of(answer) for answer in answers} == {(403, "second-factor-missing")}
    me = client.get("/me").json
    assert (me["roles"], me["second_factor_missing"]) == ([], True)
    assert client.get(HERE_NOW).status_code == 200
    assert client.post("/auth/log-out").status_code == 201


CHANGE = {"current_password": PASSWORD, "new_password": "seven boats under the old bridge"}


@pytest.mark.asvs("6.3.3")
def test_setting_a_factor_up_opens_what_the_role_opens(
    anonymous: Client, runtime: Runtime, rows: Session, clock: HandClock
) -> None:
    import pyotp

    enter(rows, runtime, Role.COACH)
    client = inside(anonymous)
    begun = client.post(HERE_NOW, {"current_password": PASSWORD}).json
    app = pyotp.TOTP(begun["secret"])
    assert client.get("/patients").status_code == 403
    assert client.post(f"{HERE_NOW}/confirmation", {"code": app.at(clock.now())}).status_code == 201
    assert client.get("/patients").status_code == 200
    assert client.get("/me").json["second_factor_missing"] is False
    assert code_of(knock(anonymous)) == (401, "second-factor-needed")


@pytest.mark.asvs("6.3.3", "7.2.4")
@pytest.mark.parametrize("role", [Role.PATIENT, Role.PRESCRIBER])
def test_who_holds_a_factor_shows_it_at_the_door(
    anonymous: Client, runtime: Runtime, rows: Session, clock: HandClock, role: Role
) -> None:
    enter(rows, runtime, role, factor=True)
    assert code_of(knock(anonymous)) == (401, "second-factor-needed")
    assert code_of(knock(anonymous, code=WRONG)) == (401, "second-factor-needed")
    client = inside(anonymous, code=code_at(clock.now()))
    assert client.get("/me").json["roles"] == [role]
    assert client.get(HERE_NOW).json["fresh_until"] is not None


def test_a_patient_needs_none(anonymous: Client, runtime: Runtime, rows: Session) -> None:
    enter(rows, runtime, Role.PATIENT)
    told = knock(anonymous).json
    assert told["second_factor_missing"] is False
    assert inside(anonymous).get("/me").json["roles"] == ["patient"]


@pytest.mark.asvs("6.5.1")
def test_a_code_opens_the_door_once(
    anonymous: Client, runtime: Runtime, rows: Session, clock: HandClock
) -> None:
    enter(rows, runtime, Role.COACH, factor=True)
    code = code_at(clock.now())
    client = inside(anonymous, code=code)
    assert code_of(knock(anonymous, code=code)) == (401, "second-factor-needed")
    assert client.post(f"{HERE_NOW}/proofs", {"code": code}).status_code == 422


# The answer told a guesser that the account was worth the trouble.
@pytest.mark.asvs("6.3.8")
def test_only_who_knows_the_password_is_told_of_the_factor(
    anonymous: Client, runtime: Runtime, rows: Session, clock: HandClock
) -> None:
    enter(rows, runtime, Role.COACH, factor=True)
    code = code_at(clock.now())
    wrong = [
        knock(anonymous, password="not this one at all"),
        knock(anonymous, password="not this one at all", code=code),
        knock(anonymous, email="nobody@example.org", code=code),
    ]
    assert {code_of(answer) for answer in wrong} == {(401, "not-signed-in")}
    assert knock(anonymous, code=code).status_code == 201


@pytest.mark.api_top_ten("API2.guessing")
@pytest.mark.asvs("6.3.1")
def test_codes_are_not_guessed_at_the_door(
    anonymous: Client, runtime: Runtime, rows: Session, clock: HandClock
) -> None:
    enter(rows, runtime, Role.COACH, factor=True)
    for _ in range(FREE_TRIES):
        knock(anonymous, code=WRONG)
    assert code_of(knock(anonymous, code=code_at(clock.now()))) == (401, "second-factor-needed")
    clock.advance(seconds=31)
    assert knock(anonymous, code=code_at(clock.now())).status_code == 201


# A coach who is a patient as well could not call for help in her own session.
def test_who_is_a_patient_as_well_stays_one(
    anonymous: Client, runtime: Runtime, rows: Session
) -> None:
    user = enter(rows, runtime, Role.COACH, Role.PATIENT)
    patient = a_patient(rows, runtime.clock.now(), user_id=user.id)
    rows.commit()
    client = inside(anonymous)
    assert client.get("/me").json["roles"] == ["patient"]
    assert client.get(f"/patients/{patient.id}").status_code == 200
    assert code_of(client.get("/caseload")) == (403, "second-factor-missing")
    assert client.post(f"/patients/{patient.id}/emergencies").status_code == 201


def test_harm_is_reported_without_a_factor(
    anonymous: Client, runtime: Runtime, rows: Session
) -> None:
    enter(rows, runtime, Role.COACH)
    harm = {"own_words": "She fell on the stairs.", "severity": "severe"}
    assert inside(anonymous).post("/adverse-events", harm).status_code == 201


@pytest.mark.asvs("6.4.1")
def test_when_the_office_ends_a_factor_the_role_is_withheld_at_once(
    anonymous: Client, runtime: Runtime, rows: Session, clock: HandClock, fresh_client_for: Any
) -> None:
    user = enter(rows, runtime, Role.COACH, factor=True)
    admin = an_account_with_password(
        rows, runtime.clock.now(), runtime.settings.password_cost, Role.ADMIN
    )
    rows.commit()
    client = inside(anonymous, code=code_at(clock.now()))
    assert client.get("/patients").status_code == 200
    assert (
        fresh_client_for(admin.id).post(f"/people/{user.id}/second-factor/end").status_code == 201
    )
    assert code_of(client.get("/patients")) == (403, "second-factor-missing")


def test_the_house_itself_is_told_what_came_of_a_try(
    anonymous: Client, runtime: Runtime, rows: Session
) -> None:
    from models.platform.trail import AuditEvent

    enter(rows, runtime, Role.COACH, factor=True)
    knock(anonymous)
    knock(anonymous, code=WRONG)
    with runtime.begin(SYSTEM) as work:
        noted = work.session.query(AuditEvent.reason).filter_by(action="login.failed").all()
    assert sorted(reason for (reason,) in noted) == ["no_second_factor", "wrong_second_factor"]

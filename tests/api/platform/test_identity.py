"""Is nobody taken for somebody, whatever their token says?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.platform import identity, tokens
from api.platform.token_keys import keys_of
from models.people.accounts import LoginSession, RoleGrant, UserAccount
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.api.platform.forging import Forger
from tests.clock import HandClock
from tests.factories.people import a_login, a_patient, a_user
from workflows.platform.clock import SystemClock
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings


@pytest.fixture
def session(runtime: Runtime) -> Session:
    return Session(runtime.bind, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture
def login(session: Session, runtime: Runtime, person: UserAccount) -> LoginSession:
    login = a_login(session, runtime.clock.now(), person)
    session.commit()
    return login


@pytest.fixture
def forger(runtime: Runtime, person: UserAccount, login: LoginSession) -> Forger:
    return Forger(runtime.settings, person.id, login.id)


def ask(app: Flask, token: str) -> Any:
    return Client(app, token).get("/probe/me")


def refused(answer: Any) -> bool:
    """A refusal tells nothing but itself."""
    assert answer.status_code == 401, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["type"] == "/problems/not-signed-in"
    return True


def test_the_forger_can_make_a_good_token(app: Flask, forger: Forger) -> None:
    assert ask(app, forger.token()).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Bearer a.b.c d",
        ",\t,",
        "Basic YTpi",
        "bearer {token}",
        "{token}",
        "Bearer  {token}",
        "Bearer {token}, Bearer {token}",
        "Bearer {token}.x",
        "Bearer " + "a" * 5000,
        "Bearer é.é.é",
        "Bearer ..",
    ],
)
def test_a_header_that_is_not_exactly_one_bearer_token_is_nobodys(
    app: Flask, forger: Forger, header: str
) -> None:
    told = {"Authorization": header.replace("{token}", forger.token())}
    assert refused(Client(app).get("/probe/me", headers=told))


def test_a_token_in_a_cookie_or_a_query_is_not_looked_at(app: Flask, forger: Forger) -> None:
    cookie = {"Cookie": f"access_token_cookie={forger.token()}"}
    assert refused(Client(app).get("/probe/me", headers=cookie))
    assert refused(Client(app).get(f"/probe/me?jwt={forger.token()}"))


def test_nobody_learns_what_is_wrong_with_a_body_before_signing_in(anonymous: Client) -> None:
    assert refused(anonymous.post("/probe", {"whole": "x"}))


def test_a_revoked_session_ends_its_tokens_at_once(
    app: Flask, session: Session, forger: Forger, login: LoginSession
) -> None:
    when = login.started_at
    session.execute(update(LoginSession).where(LoginSession.id == login.id).values(revoked_at=when))
    session.commit()
    assert refused(ask(app, forger.token()))


@pytest.mark.parametrize("limit", ["idle_expires_at", "expires_at"])
def test_a_session_ends_at_its_limits_by_the_clock_of_the_house(
    app: Flask, session: Session, forger: Forger, login: LoginSession, clock: HandClock, limit: str
) -> None:
    until = clock.now() + timedelta(minutes=30)
    session.execute(update(LoginSession).where(LoginSession.id == login.id).values({limit: until}))
    session.commit()
    clock.advance(minutes=29, seconds=59)
    assert ask(app, forger.token()).status_code == 200
    clock.advance(seconds=1)
    assert refused(ask(app, forger.token()))


def test_a_disabled_person_is_nobody(
    app: Flask, session: Session, forger: Forger, person: UserAccount
) -> None:
    disabled = {"disabled_at": person.created_at}
    session.execute(update(UserAccount).where(UserAccount.id == person.id).values(disabled))
    session.commit()
    assert refused(ask(app, forger.token()))


def test_somebody_elses_session_does_not_carry_my_token(
    app: Flask, session: Session, runtime: Runtime, forger: Forger
) -> None:
    other = a_user(session, runtime.clock.now(), Role.ADMIN)
    forger.claims["sid"] = str(a_login(session, runtime.clock.now(), other).id)
    session.commit()
    assert refused(ask(app, forger.token()))


@pytest.mark.asvs("8.3.2")
def test_roles_are_those_of_now_and_not_of_the_token(
    app: Flask, session: Session, forger: Forger, person: UserAccount
) -> None:
    assert ask(app, forger.token()).json["seen"]["roles"] == "coach"
    ended = {"ended_at": person.created_at}
    session.execute(update(RoleGrant).where(RoleGrant.user_id == person.id).values(ended))
    session.add(RoleGrant(user_id=person.id, role=Role.PRESCRIBER, granted_at=person.created_at))
    session.commit()
    assert ask(app, forger.token()).json["seen"]["roles"] == "prescriber"


def test_nobody_signs_in_as_the_system(
    app: Flask, session: Session, forger: Forger, person: UserAccount
) -> None:
    session.add(RoleGrant(user_id=person.id, role=Role.SYSTEM, granted_at=person.created_at))
    session.commit()
    assert ask(app, forger.token()).json["seen"]["roles"] == "coach"


def test_a_patient_is_known_with_their_record(
    app: Flask, session: Session, runtime: Runtime
) -> None:
    patient = a_patient(session, runtime.clock.now())
    session.commit()
    seen = ask(app, token_for(runtime, patient.user_id)).json["seen"]
    assert seen == {
        "user": str(patient.user_id),
        "roles": "patient",
        "patient": str(patient.id),
    }


@pytest.mark.parametrize(("roles", "minutes"), [((Role.PATIENT,), 10), ((Role.SITTER,), 10)])
def test_patients_and_sitters_get_ten_minutes(
    settings: Settings, roles: tuple[Role, ...], minutes: int
) -> None:
    made = tokens.issue_access_token(settings, uuid4(), uuid4(), roles)
    assert made.expires_in_seconds == minutes * 60


@pytest.mark.parametrize("role", sorted(tokens.STAFF))
def test_staff_get_five_minutes_even_if_they_are_patients_too(
    settings: Settings, role: Role
) -> None:
    made = tokens.issue_access_token(settings, uuid4(), uuid4(), (Role.PATIENT, role))
    assert made.expires_in_seconds == 300


def test_an_operation_for_everybody_is_done_by_nobody(anonymous: Client) -> None:
    assert anonymous.get("/probe/nobody").json == {"seen": {"user": "None"}}


def test_signing_in_takes_one_statement(app: Flask, forger: Forger, statements: list[str]) -> None:
    assert ask(app, forger.token()).status_code == 200
    assert len(statements) == 1


def test_a_token_is_checked_by_the_library_once_and_its_end_each_time(
    app: Flask, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, looked = forger.token(), []
    check = identity.verify_jwt_in_request
    monkeypatch.setattr(identity, "verify_jwt_in_request", lambda: looked.append(1) or check())
    assert [ask(app, token).status_code for _ in range(3)] == [200, 200, 200]
    assert len(looked) == 1
    late = SystemClock().now() + tokens.USUAL_LIFE + timedelta(seconds=1)
    with monkeypatch.context() as patch:
        patch.setattr(identity.SystemClock, "now", lambda _: late)
        ask(app, token)
    assert len(looked) == 2


def test_a_token_that_is_known_opens_nothing_after_its_sign_in_ended(
    app: Flask, forger: Forger, session: Session, login: LoginSession, runtime: Runtime
) -> None:
    token = forger.token()
    assert ask(app, token).status_code == 200
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == login.id)
        .values(revoked_at=runtime.clock.now())
    )
    session.commit()
    assert refused(ask(app, token))


def test_a_token_is_asked_anew_when_other_keys_are_believed(
    app: Flask, forger: Forger, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = forger.token()
    assert ask(app, token).status_code == 200
    others = keys_of(replace(runtime.settings, token_keys=(b"\x07" * 32,)))
    for module in (identity, tokens):
        monkeypatch.setattr(module, "keys_of", lambda _: others)
    assert refused(ask(app, token))

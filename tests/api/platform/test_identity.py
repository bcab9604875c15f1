"""Is nobody taken for somebody, whatever their token says?"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.platform import tokens
from models.people.accounts import LoginSession, RoleGrant, UserAccount
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.clock import HandClock
from tests.factories.people import a_login, a_patient, a_user
from workflows.platform.clock import SystemClock
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

Change = Callable[[dict[str, Any]], object]
NOW = int(SystemClock().now().timestamp())
LIFE = 600


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forger:
    """Makes a good token, or one that differs in one thing."""

    def __init__(self, settings: Settings, user_id: UUID, login_id: UUID) -> None:
        self.settings = settings
        self.header: dict[str, Any] = dict(tokens.header(settings))
        self.claims: dict[str, Any] = {
            "iss": tokens.ISSUER,
            "aud": tokens.AUDIENCE,
            "sub": str(user_id),
            "sid": str(login_id),
            "jti": str(uuid4()),
            "type": tokens.TOKEN_TYPE,
            "iat": NOW,
            "nbf": NOW,
            "exp": NOW + LIFE,
        }

    def token(self, key: bytes | None = None, *, payload: bytes | None = None) -> str:
        """Sign header and claims just as they are, right or wrong."""
        body = f"{part(self.header)}.{part(payload or self.claims)}"
        algorithm = jwt.get_algorithm_by_name(self.header.get("alg", "HS256"))
        prepared = algorithm.prepare_key(key or self.settings.jwt_secret)
        return f"{body}.{part(algorithm.sign(body.encode(), prepared))}"


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


def without(name: str) -> Change:
    return lambda claims: claims.pop(name)


def having(**claims: Any) -> Change:
    return lambda told: told.update(claims)


WRONG_CLAIMS: dict[str, Change] = {
    **{f"no {name}": without(name) for name in (*tokens.TEXT_CLAIMS, *tokens.TIME_CLAIMS)},
    "expired": having(iat=NOW - LIFE - 9, nbf=NOW - LIFE - 9, exp=NOW - 9),
    "not yet valid": having(nbf=NOW + 86_400),
    "issued in the future": having(iat=NOW + 86_400),
    "lives for ever": having(exp=NOW + 10 * 365 * 86400),
    "lives eleven minutes": having(exp=NOW + 660),
    "ends before it begins": having(exp=NOW - 1, iat=NOW),
    "exp is text": having(exp=str(NOW + LIFE)),
    "exp is a float": having(exp=NOW + LIFE + 0.5),
    "exp is true": having(exp=True),
    "exp is endless": having(exp=float("inf")),
    "nbf is null": having(nbf=None),
    "another issuer": having(iss="someone"),
    "the beginning of the issuer": having(iss="vig"),
    "a list of issuers": having(iss=["vigil"]),
    "another audience": having(aud="someone"),
    "a list of audiences": having(aud=["vigil", "someone"]),
    "a refresh token": having(type="refresh"),
    "a role of its own": having(role="admin"),
    "another user": having(sub=str(UUID(int=7))),
    "a number as user": having(sub=7),
    "words as user": having(sub="admin"),
    "another session": having(sid=str(UUID(int=7))),
    "SQL as session": having(sid="' OR 1=1 --"),
    "a session in capitals": lambda told: told.update(sid=told["sid"].upper()),
}
WRONG_HEADERS: dict[str, Change] = {
    "no typ": without("typ"),
    "typ JWT": having(typ="JWT"),
    "no kid": without("kid"),
    "another kid": having(kid="0"),
    "a path as kid": having(kid="../../dev/null"),
    "crit": having(crit=["exp"]),
    "jku": having(jku="https://example.org/keys"),
    "jwk": having(jwk={"kty": "oct", "k": "AAAA"}),
    "HS512": having(alg="HS512"),
}


def refused(answer: Any) -> bool:
    """A refusal tells nothing but itself."""
    assert answer.status_code == 401, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["type"] == "/problems/not-signed-in"
    return True


def test_the_forger_can_make_a_good_token(app: Flask, forger: Forger) -> None:
    assert ask(app, forger.token()).status_code == 200


@pytest.mark.asvs("9.2.1", "9.2.2", "9.2.3")
@pytest.mark.parametrize("change", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_a_token_with_wrong_claims_is_nobodys(app: Flask, forger: Forger, change: Change) -> None:
    change(forger.claims)
    assert refused(ask(app, forger.token()))


@pytest.mark.asvs("9.1.2", "9.1.3")
@pytest.mark.parametrize("change", WRONG_HEADERS.values(), ids=WRONG_HEADERS)
def test_a_token_with_a_wrong_header_is_nobodys(app: Flask, forger: Forger, change: Change) -> None:
    change(forger.header)
    assert refused(ask(app, forger.token()))


@pytest.mark.asvs("9.1.1")
def test_a_token_signed_with_another_key_is_nobodys(app: Flask, forger: Forger) -> None:
    assert refused(ask(app, forger.token(b"another key of at least 32 bytes, by chance")))


@pytest.mark.asvs("9.1.2")
def test_a_token_that_is_not_signed_is_nobodys(app: Flask, forger: Forger) -> None:
    body = forger.token().rsplit(".", 1)[0]
    none = f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{part(forger.claims)}"
    assert all(refused(ask(app, token)) for token in (f"{body}.", body, f"{none}.", none))


@pytest.mark.parametrize(
    "payload",
    [b"[" * 700, b"[]", b"7", b"null", b"", b"\xff", b'{"exp":' + b"9" * 700 + b"}", b"{}{}"],
)
def test_a_signed_token_with_an_odd_payload_is_nobodys(
    app: Flask, forger: Forger, payload: bytes
) -> None:
    assert refused(ask(app, forger.token(payload=payload or b" ")))


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

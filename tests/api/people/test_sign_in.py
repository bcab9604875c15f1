"""Does the door answer alike to everybody it keeps out, and close at once behind who leaves?"""

from typing import Any

import pytest

from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories.people import PASSWORD, a_user, an_account_with_password
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.runtime import Runtime
from workflows.staff import accounts

EMAIL = "pat@example.org"
LOG_IN = {"email": EMAIL, "password": PASSWORD, "device_name": "phone"}


@pytest.fixture
def pat(runtime: Runtime) -> Any:
    """Give a patient who can log in."""
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        return an_account_with_password(work.session, work.now, cost, Role.PATIENT, email=EMAIL)


def signed_in(anonymous: Client) -> tuple[Client, dict[str, Any]]:
    told = anonymous.post("/auth/log-in", LOG_IN).get_json()
    return Client(anonymous.app, told["access_token"]), told


def test_log_in_gives_a_token_that_works(anonymous: Client, pat: Any) -> None:
    answer = anonymous.post("/auth/log-in", LOG_IN)
    told = answer.get_json()

    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert (told["token_type"], told["roles"]) == ("Bearer", ["patient"])
    assert told["expires_in_seconds"] == 600
    me = Client(anonymous.app, told["access_token"]).get("/me").get_json()
    assert (me["user_id"], me["roles"]) == (str(pat.id), ["patient"])


def test_staff_get_a_shorter_token(anonymous: Client, runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        an_account_with_password(work.session, work.now, cost, Role.COACH, email=EMAIL)

    told = anonymous.post("/auth/log-in", LOG_IN).get_json()
    assert told["expires_in_seconds"] == 300


def test_the_unknown_the_wrong_and_the_disabled_read_the_same(
    anonymous: Client, runtime: Runtime, pat: Any
) -> None:
    answers = [
        anonymous.post("/auth/log-in", LOG_IN | {"email": "nobody@example.org"}),
        anonymous.post("/auth/log-in", LOG_IN | {"password": "not this one at all"}),
    ]
    with runtime.begin(SYSTEM) as work:
        admin = a_user(work.session, work.now, Role.ADMIN)
    with runtime.begin(Actor(admin.id, frozenset({Role.ADMIN}))) as work:
        accounts.disable_person(work, pat.id)
    answers.append(anonymous.post("/auth/log-in", LOG_IN))
    answers += [anonymous.post("/auth/log-in", LOG_IN | {"password": "no"}) for _ in range(5)]
    answers.append(anonymous.post("/auth/log-in", LOG_IN))

    bodies = [answer.get_json() for answer in answers]
    for body in bodies:
        assert body.pop("request_id")
    ignored = {"X-Request-Id", "Date"}
    seen = [
        {name: value for name, value in answer.headers if name not in ignored} for answer in answers
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert bodies == [bodies[0]] * len(bodies)
    assert seen == [seen[0]] * len(seen)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"password": ""},
        {"password": "x" * 257},
        {"password": 12345678901234567},
        {"device_key": "short"},
        {"surplus": True},
    ],
)
def test_a_malformed_knock_is_not_a_try(anonymous: Client, wrong: dict[str, Any]) -> None:
    assert anonymous.post("/auth/log-in", LOG_IN | wrong).status_code == 422


def test_a_refresh_gives_the_next_pair(anonymous: Client, pat: Any) -> None:
    _, told = signed_in(anonymous)
    body = {"refresh_token": told["refresh_token"]}
    first, again = anonymous.post("/auth/refresh", body), anonymous.post("/auth/refresh", body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["refresh_token"] == again.get_json()["refresh_token"]
    assert first.get_json()["refresh_token"] != told["refresh_token"]
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_stolen_token_signs_both_out(anonymous: Client, pat: Any, clock: HandClock) -> None:
    client, told = signed_in(anonymous)
    body = {"refresh_token": told["refresh_token"]}
    anonymous.post("/auth/refresh", body)
    clock.advance(seconds=61)

    reused = anonymous.post("/auth/refresh", body)
    assert (reused.status_code, reused.get_json()["code"]) == (401, "not-signed-in")
    assert client.get("/me").status_code == 401


@pytest.mark.asvs("9.2.2")
def test_an_access_token_is_not_a_refresh_token(anonymous: Client, pat: Any) -> None:
    _, told = signed_in(anonymous)

    for wrong in ("x" * 43, told["access_token"][:200]):
        answer = anonymous.post("/auth/refresh", {"refresh_token": wrong})
        assert answer.status_code == 401


def test_log_out_closes_the_door_at_once(anonymous: Client, pat: Any) -> None:
    client, told = signed_in(anonymous)

    assert client.post("/auth/log-out").status_code == 201
    assert client.get("/me").status_code == 401
    refresh = anonymous.post("/auth/refresh", {"refresh_token": told["refresh_token"]})
    assert refresh.status_code == 401


def test_the_list_does_not_show_another_persons_sessions(
    anonymous: Client, client_for: ClientFor, runtime: Runtime, pat: Any
) -> None:
    mine, _ = signed_in(anonymous)
    with runtime.begin(SYSTEM) as work:
        other = a_user(work.session, work.now, Role.COACH)
    theirs = client_for(other.id)

    (session,) = mine.get("/auth/sessions").get_json()
    assert session["device"] == "phone"
    assert theirs.post(f"/auth/sessions/{session['id']}/end").status_code == 404
    assert mine.post(f"/auth/sessions/{session['id']}/end").status_code == 201
    assert mine.get("/auth/sessions").status_code == 401


@pytest.mark.asvs("8.3.2")
def test_an_ended_role_is_gone_with_the_next_request(
    client_for: ClientFor, runtime: Runtime
) -> None:
    with runtime.begin(SYSTEM) as work:
        admin = a_user(work.session, work.now, Role.ADMIN)
        coach = a_user(work.session, work.now, Role.COACH)
    office, client = client_for(admin.id), client_for(coach.id)
    assert client.get("/patients").status_code == 200

    ended = office.post(f"/people/{coach.id}/roles/end", {"role": "coach"})
    assert ended.status_code == 201
    assert client.get("/patients").status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("GET", "/auth/sessions"),
        ("POST", "/auth/log-out"),
        ("GET", "/patients"),
        ("GET", "/people"),
        ("GET", "/sitter-places"),
        ("GET", "/sitter-training"),
        ("GET", "/invitations"),
    ],
)
def test_nothing_else_is_public(anonymous: Client, method: str, path: str) -> None:
    assert anonymous.send(method, path).status_code == 401

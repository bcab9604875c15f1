"""Is the same request under the same key done once, and told as what it is?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.platform.trail import Notification
from rules.permissions import Permission
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.factories.people import a_user
from workflows.platform.runtime import Runtime


@pytest.fixture
def ringer(client: Client) -> Client:
    return client


def rung(runtime: Runtime) -> int:
    with Session(runtime.bind, join_transaction_mode="create_savepoint") as session:
        count = (
            select(func.count()).select_from(Notification).where(Notification.template == "rung")
        )
        return session.scalar(count) or 0


def test_a_request_without_a_key_is_refused(ringer: Client, runtime: Runtime) -> None:
    answer = ringer.post("/bell", {}, key=None)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-missing")
    assert rung(runtime) == 0


@pytest.mark.parametrize("key", ["", " ", "a" * 129, "two words", "é", "tab\tbed", "\x7f"])
def test_an_odd_key_is_refused(ringer: Client, key: str) -> None:
    answer = ringer.post("/bell", {}, key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-malformed")


@pytest.mark.parametrize("key", ["1", "a" * 128, "!~\"#'", "8e03978e-40d5-43e8-bc93-6894a57f9324"])
def test_any_visible_key_will_do(ringer: Client, key: str) -> None:
    assert ringer.post("/bell", {}, key=key).status_code == 201


def test_the_same_request_under_the_same_key_is_done_once(ringer: Client, runtime: Runtime) -> None:
    first, again = (ringer.post("/bell", {"times": 2}, key="k") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert rung(runtime) == 1


def test_the_same_json_written_otherwise_is_the_same_request(ringer: Client) -> None:
    def send(raw: bytes) -> Any:
        return ringer.post("/bell", key="k", data=raw, content_type="application/json")

    first = send(b'{"times":2,"fails":false}')
    again = send(b' { "fails" : false, "times" : 2 } ')
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json == again.json


def test_another_request_under_the_same_key_is_refused(ringer: Client, runtime: Runtime) -> None:
    ringer.post("/bell", {"times": 2}, key="k")
    answer = ringer.post("/bell", {"times": 3}, key="k")
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-reused")
    assert rung(runtime) == 1


def test_another_key_is_another_request(ringer: Client, runtime: Runtime) -> None:
    first, second = ringer.post("/bell", {}, key="a"), ringer.post("/bell", {}, key="b")
    assert first.json != second.json
    assert rung(runtime) == 2


def test_a_key_is_each_persons_own(app: Flask, ringer: Client, runtime: Runtime) -> None:
    with Session(runtime.bind, join_transaction_mode="create_savepoint") as session:
        other_id = a_user(session, runtime.clock.now(), *_roles()).id
        session.commit()
    other = Client(app, token_for(runtime, other_id))
    assert ringer.post("/bell", {}, key="k").json != other.post("/bell", {}, key="k").json


@pytest.mark.asvs("2.3.3")
def test_a_refused_request_leaves_its_key_free(ringer: Client, runtime: Runtime) -> None:
    refused = ringer.post("/bell", {"fails": True}, key="k")
    assert (refused.status_code, refused.json["code"]) == (409, "slot_taken")
    assert ringer.post("/bell", {"fails": False}, key="k").status_code == 201
    assert rung(runtime) == 1


def test_a_badly_written_request_does_not_use_its_key(ringer: Client) -> None:
    assert ringer.post("/bell", {"times": 10}, key="k").status_code == 422
    assert ringer.post("/bell", {"times": 9}, key="k").status_code == 201


def _roles() -> tuple[Any, ...]:
    from rules.access.policy import ROLES

    return tuple(ROLES[Permission.MANAGE_OWN_SESSIONS])

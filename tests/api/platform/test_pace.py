"""Is somebody who asks too often slowed down, and is a cry for help never in their queue?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from api.app import create_app
from api.platform import pace
from models.platform.database import new_sessions
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.factories.people import a_user
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Pace

SLOW = Pace(door=2, person=2, facts=3)
HARM = "/adverse-events"


@pytest.fixture(autouse=True)
def from_nothing() -> Iterator[None]:
    """Count anew for each test."""
    pace._counter.cache_clear()
    yield
    pace._counter.cache_clear()


@pytest.fixture
def slow(runtime: Runtime) -> Runtime:
    """Give a house where two of a kind are enough for a minute."""
    runtime.settings = replace(runtime.settings, pace=SLOW)
    return runtime


@pytest.fixture
def hasty(slow: Runtime, client: Client) -> Client:
    """Give somebody who is signed in and in a hurry."""
    client.app.extensions["vigil"] = slow
    return client


@pytest.fixture
def other(app: Flask, slow: Runtime) -> Client:
    """Give somebody else who is signed in."""
    with new_sessions(slow.bind)() as session:
        user = a_user(session, slow.clock.now(), Role.COACH)
        session.commit()
    return Client(app, token_for(slow, user.id))


def statuses(client: Client, path: str, times: int, **sent: str) -> list[int]:
    return [
        client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.1"} | sent).status_code
        for _ in range(times)
    ]


@pytest.mark.api_top_ten("API4.pace")
@pytest.mark.asvs("2.4.1")
def test_a_person_is_slowed_down_and_told_for_how_long(hasty: Client) -> None:
    assert statuses(hasty, "/probe/me", 2) == [200, 200]
    answer = hasty.get("/probe/me")
    assert answer.status_code == 429
    assert answer.json["code"] == "too-often"
    assert answer.json["retryable"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 61


def test_somebody_else_at_the_same_address_is_not_slowed_down(hasty: Client, other: Client) -> None:
    statuses(hasty, "/probe/me", 3)
    assert statuses(other, "/probe/me", 1) == [200]


@pytest.mark.api_top_ten("API4.pace")
def test_harm_has_a_bucket_of_its_own(hasty: Client) -> None:
    statuses(hasty, "/probe/me", 3)
    assert hasty.post(HARM, {"description": "It hurts."}).status_code < 300


@pytest.mark.api_top_ten("API6.harm_flood")
def test_even_harm_told_without_end_is_only_asked_to_wait_and_told_whom_to_call(
    hasty: Client,
) -> None:
    answers = [hasty.post(HARM, {"description": "It hurts."}) for _ in range(4)]
    assert [answer.status_code < 300 for answer in answers[:3]] == [True] * 3
    assert answers[3].json["code"] == "fact-too-often"
    assert "911" in answers[3].json["detail"]
    assert answers[3].json["retryable"]


def test_nobody_in_particular_is_counted_by_address(slow: Runtime) -> None:
    stranger = Client(create_app(slow))
    wrong = {"email": "nobody@vigil.example", "password": "not the password at all"}
    here, there = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    seen = [stranger.post("/auth/log-in", wrong, environ_base=here).status_code for _ in range(3)]
    assert seen == [401, 401, 429]
    assert stranger.post("/auth/log-in", wrong, environ_base=there).status_code == 401


def test_one_household_cannot_be_a_thousand_addresses(slow: Runtime) -> None:
    stranger = Client(create_app(slow))
    told = [
        stranger.get("/emergency-instructions", environ_base={"REMOTE_ADDR": f"2001:db8::{n}"})
        for n in range(1, 5)
    ]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    other = {"REMOTE_ADDR": "2001:db8:0:1::1"}
    assert stranger.get("/emergency-instructions", environ_base=other).status_code == 200

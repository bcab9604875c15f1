"""Can somebody change their own password, and is everybody else then signed out?"""

from typing import Any

import pytest

from rules.terms import Role
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import PASSWORD, a_factor, a_user, an_account_with_password, code_at
from workflows.people.tries import FREE_TRIES, LONGEST_WAIT
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

EMAIL, NEW = "pat@example.org", "seven boats under the old bridge"
PATH = "/auth/password-changes"


@pytest.fixture(autouse=True)
def pat(runtime: Runtime) -> Any:
    """Give a patient who can log in."""
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        return an_account_with_password(work.session, work.now, cost, Role.PATIENT, email=EMAIL)


def log_in(anonymous: Client, password: str = PASSWORD) -> Any:
    return anonymous.post("/auth/log-in", {"email": EMAIL, "password": password})


def signed_in(anonymous: Client) -> tuple[Client, str]:
    told = log_in(anonymous).get_json()
    return Client(anonymous.app, told["access_token"]), told["refresh_token"]


def change(client: Client, current: str = PASSWORD, new: str = NEW) -> Any:
    return client.post(PATH, {"current_password": current, "new_password": new})


# Somebody who had read the old password stayed signed in on another phone.
def test_a_new_password_signs_every_other_device_out(anonymous: Client, pat: Any) -> None:
    (here, mine), (elsewhere, theirs) = signed_in(anonymous), signed_in(anonymous)
    answer = change(here)
    assert (answer.status_code, answer.get_json()) == (201, {"user_id": str(pat.id)})
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 401
    assert anonymous.post("/auth/refresh", {"refresh_token": mine}).status_code == 201
    assert anonymous.post("/auth/refresh", {"refresh_token": theirs}).status_code == 401
    assert (log_in(anonymous).status_code, log_in(anonymous, NEW).status_code) == (401, 201)


# A phone left on a table was enough to take the account over.
def test_who_does_not_know_the_old_password_changes_nothing(anonymous: Client) -> None:
    here, _ = signed_in(anonymous)
    elsewhere, _ = signed_in(anonymous)
    answer = change(here, current="not this one at all")
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["current_password"]
    assert elsewhere.get("/me").status_code == 200
    assert (log_in(anonymous).status_code, log_in(anonymous, NEW).status_code) == (201, 401)


def test_guessing_from_inside_is_as_slow_as_from_outside(
    anonymous: Client, clock: HandClock
) -> None:
    here, _ = signed_in(anonymous)
    for _ in range(FREE_TRIES + 1):
        assert change(here, current="not this one at all").status_code == 422
    assert change(here).status_code == 422
    assert log_in(anonymous).status_code == 401
    clock.advance(seconds=LONGEST_WAIT.total_seconds())
    assert change(here).status_code == 201


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaaaaaa", "vigil pat@example.org"])
def test_a_weak_password_is_not_taken(anonymous: Client, weak: str) -> None:
    here, _ = signed_in(anonymous)
    answer = change(here, new=weak)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["new_password"]
    assert log_in(anonymous).status_code == 201


def test_a_stranger_changes_nothing(anonymous: Client) -> None:
    assert change(anonymous).status_code == 401


def prove(client: Client, clock: HandClock) -> None:
    proof = client.post("/auth/second-factor/proofs", {"code": code_at(clock.now())})
    assert proof.status_code == 201


# The office had taken the factor off an account, and eight signs were left to keep it.
@pytest.mark.asvs("6.2.1")
def test_a_short_password_is_taken_beside_a_factor_that_is_then_kept(
    anonymous: Client, runtime: Runtime, clock: HandClock, pat: Any, fresh_client_for: Any
) -> None:
    here, _ = signed_in(anonymous)
    assert change(here, new="tin-moss").status_code == 422
    with runtime.begin(SYSTEM) as work:
        a_factor(work.session, work.now, pat)
        admin = a_user(work.session, work.now, Role.ADMIN)
    stale = change(here, new="tin-moss")
    assert (stale.status_code, stale.json["code"]) == (403, "fresh-factor-needed")
    prove(here, clock)
    assert change(here, new="tin-moss").status_code == 201
    refused = fresh_client_for(admin.id).post(f"/people/{pat.id}/second-factor/end")
    assert (refused.status_code, refused.json["code"]) == (409, "password-too-short-alone")
    assert change(here, current="tin-moss", new=NEW).status_code == 201
    assert fresh_client_for(admin.id).post(f"/people/{pat.id}/second-factor/end").status_code == 201

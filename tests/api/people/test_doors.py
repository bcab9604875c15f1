"""Is guessing slowed down by where it comes from, and is nobody kept out by what others guess?"""

from collections.abc import Callable
from typing import Any

import argon2
import pytest
from sqlalchemy.orm import Session

from models.people.doors import DoorTries
from rules.terms import Role
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import PASSWORD, a_patient, an_account_with_password
from workflows.people import doors
from workflows.people.doors import FREE_FROM_A_NETWORK
from workflows.people.tries import FREE_TRIES
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

EMAIL, WRONG = "pat@example.org", "not this one at all"
HERE, THERE = "203.0.113.7", "198.51.100.9"
PHONE, OTHER = "the-phone-of-the-owner", "the-phone-of-a-guesser"
Knock = Callable[..., Any]


@pytest.fixture(autouse=True)
def pat(runtime: Runtime) -> Any:
    """Give a patient who can log in."""
    with Session(runtime.bind, join_transaction_mode="create_savepoint") as rows:
        now, cost = runtime.clock.now(), runtime.settings.password_cost
        user = an_account_with_password(rows, now, cost, Role.PATIENT, email=EMAIL)
        patient = a_patient(rows, now, user_id=user.id)
        rows.commit()
        return patient.id


@pytest.fixture
def knock(anonymous: Client) -> Knock:
    """Knock at the door from somewhere."""

    def knock(
        address: str = HERE, *, password: str = PASSWORD, email: str = EMAIL, device: str = ""
    ) -> Any:
        told = {"email": email, "password": password}
        if device:
            told["device_key"] = device
        base = {"REMOTE_ADDR": address}
        return anonymous.post("/auth/log-in", told, environ_base=base)

    return knock


def crowd(knock: Knock, address: str = HERE) -> None:
    """Guess at many accounts from one network."""
    for number in range(FREE_FROM_A_NETWORK):
        knock(address, password=WRONG, email=f"n{number}@example.org")


# One guess at each of a thousand accounts was slowed down by none of them.
@pytest.mark.api_top_ten("API2.guessing")
@pytest.mark.asvs("6.3.1", "2.4.1")
def test_guessing_at_many_accounts_from_one_network_waits(knock: Knock, clock: HandClock) -> None:
    crowd(knock)
    assert knock(HERE).status_code == 401
    assert knock(THERE).status_code == 201
    clock.advance(seconds=31)
    assert knock(HERE).status_code == 201


@pytest.mark.asvs("6.3.1")
def test_a_few_mistakes_of_many_people_behind_one_address_are_free(knock: Knock) -> None:
    for number in range(FREE_FROM_A_NETWORK - 1):
        knock(password=WRONG, email=f"n{number}@example.org")
    assert knock().status_code == 201


# A stranger knew her address, guessed all evening, and she could not open the app to call for help.
@pytest.mark.asvs("6.3.1")
def test_the_phone_she_signed_in_on_before_lets_her_in_whatever_others_guess(knock: Knock) -> None:
    assert knock(device=PHONE).status_code == 201
    for _ in range(FREE_TRIES + 3):
        knock(THERE, password=WRONG, device=OTHER)
    crowd(knock)
    assert knock(THERE, device=OTHER).status_code == 401
    assert knock(HERE).status_code == 401
    assert knock(HERE, device=PHONE).status_code == 201


def test_a_stolen_phone_has_no_more_tries_than_any_other(knock: Knock, clock: HandClock) -> None:
    assert knock(device=PHONE).status_code == 201
    for _ in range(FREE_TRIES):
        knock(password=WRONG, device=PHONE)
    assert knock(device=PHONE).status_code == 401
    clock.advance(seconds=31)
    assert knock(device=PHONE).status_code == 201
    for _ in range(FREE_TRIES - 1):
        knock(password=WRONG, device=PHONE)
    assert knock(device=PHONE).status_code == 201


@pytest.mark.asvs("6.3.1")
def test_who_is_signed_in_is_never_asked_where_they_are(
    knock: Knock, anonymous: Client, pat: Any
) -> None:
    told = knock().json
    crowd(knock)
    inside = Client(anonymous.app, told["access_token"])
    base = {"REMOTE_ADDR": HERE}
    help_ = inside.post(f"/patients/{pat}/emergencies", environ_base=base)
    harm = {"own_words": "I fell on the stairs.", "severity": "severe"}
    assert help_.status_code == 201
    assert inside.post("/adverse-events", harm, environ_base=base).status_code == 201
    again = {"refresh_token": told["refresh_token"]}
    assert anonymous.post("/auth/refresh", again, environ_base=base).status_code == 201


# The answer was the same and came sooner: so the address was not known.
@pytest.mark.api_top_ten("API2.enumeration")
@pytest.mark.asvs("6.3.8")
def test_every_way_of_being_kept_out_is_the_same_answer_for_the_same_work(
    knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices: list[str] = []
    verify = argon2.PasswordHasher.verify

    def noted(self: argon2.PasswordHasher, kept: str, password: str) -> bool:
        prices.append(kept.split("$")[3])
        return verify(self, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)
    away = [knock(email="nobody@example.org"), knock(password=WRONG)]
    away += [knock(THERE, password=WRONG) for _ in range(FREE_TRIES)]
    away.append(knock(THERE))
    crowd(knock)
    prices.clear()
    away += [knock(), knock(email="nobody@example.org"), knock(password=WRONG)]
    assert len(prices) == 3
    assert len(set(prices)) == 1
    bodies = [answer.json for answer in away]
    assert all(body.pop("request_id") for body in bodies)
    assert bodies == [bodies[0]] * len(bodies)
    assert {answer.status_code for answer in away} == {401}


def test_no_address_is_kept_in_clear_and_none_for_long(
    knock: Knock, runtime: Runtime, clock: HandClock
) -> None:
    knock(HERE, password=WRONG)
    with runtime.begin(SYSTEM) as work:
        (kept,) = work.session.query(DoorTries).all()
        assert len(kept.place) == 16
        assert HERE.encode() not in kept.place
    clock.advance(hours=1)
    knock(THERE, password=WRONG)
    with runtime.begin(SYSTEM) as work:
        assert [row.place for row in work.session.query(DoorTries)] == [doors.network(THERE)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", HERE, True),
        (HERE, THERE, False),
    ],
)
def test_a_network_is_what_one_subscriber_has(
    settings: object, one: str, other: str, same: bool
) -> None:
    assert (doors.network(one) == doors.network(other)) is same


def test_what_is_no_address_is_counted_nowhere(settings: object) -> None:
    assert doors.network("") is None
    assert doors.network("unix:") is None

"""Does a proved second factor open what a token alone does not, and for minutes only?"""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from models.people.accounts import LoginSession, SecondFactor
from rules.limits import LIMITS
from rules.terms import Role
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import PASSWORD, an_account_with_password
from workflows.people.tries import FIRST_WAIT, FREE_TRIES
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

EMAIL = "rx@example.org"
OWN, CONFIRM, PROVE = (
    "/auth/second-factor",
    "/auth/second-factor/confirmation",
    "/auth/second-factor/proofs",
)
STEP = 30


@pytest.fixture(autouse=True)
def prescriber(runtime: Runtime) -> Any:
    """Give a prescriber who can log in."""
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        return an_account_with_password(work.session, work.now, cost, Role.PRESCRIBER, email=EMAIL)


@pytest.fixture
def here(anonymous: Client) -> Client:
    """Give the prescriber signed in."""
    told = anonymous.post("/auth/log-in", {"email": EMAIL, "password": PASSWORD}).get_json()
    return Client(anonymous.app, told["access_token"])


def begun(client: Client) -> pyotp.TOTP:
    answer = client.post(OWN, {"current_password": PASSWORD})
    assert answer.status_code == 201, answer.json
    return pyotp.TOTP(answer.json["secret"])


def held(client: Client, clock: HandClock) -> pyotp.TOTP:
    """Set up a factor and let its first code grow old."""
    app = begun(client)
    assert client.post(CONFIRM, {"code": app.at(clock.now())}).status_code == 201
    clock.advance(seconds=STEP)
    return app


def proof(client: Client, app: pyotp.TOTP, clock: HandClock, off: int = 0) -> Any:
    return client.post(PROVE, {"code": app.at(clock.now() + timedelta(seconds=off))})


def test_a_first_code_takes_the_factor_into_use(here: Client, clock: HandClock) -> None:
    assert here.get(OWN).json == {"confirmed_at": None, "fresh_until": None}
    app = begun(here)
    assert here.get(OWN).json["confirmed_at"] is None
    assert proof(here, app, clock).json["code"] == "no-second-factor"
    confirmed = here.post(CONFIRM, {"code": app.at(clock.now())})
    assert (confirmed.status_code, set(confirmed.json)) == (201, {"id", "proved_at"})
    seen = here.get(OWN).json
    assert seen["confirmed_at"] is not None
    assert seen["fresh_until"] > seen["confirmed_at"]


def test_the_secret_is_shown_once_and_sealed(here: Client, runtime: Runtime) -> None:
    app = begun(here)
    with runtime.begin(SYSTEM) as work:
        kept = work.session.scalars(select(SecondFactor)).one()
        raw = work.session.connection().exec_driver_sql("SELECT secret FROM second_factor").scalar()
        assert kept.secret == app.secret
        assert app.secret.encode() not in bytes(raw)
    assert app.secret not in here.get(OWN).get_data(as_text=True)


# A code read over a shoulder was good for another half minute.
@pytest.mark.asvs("6.5.1")
def test_a_code_opens_once(here: Client, clock: HandClock) -> None:
    app = held(here, clock)
    assert proof(here, app, clock).status_code == 201
    again = proof(here, app, clock)
    assert (again.status_code, list(again.json["errors"])) == (422, ["code"])


def test_an_older_code_does_not_open_after_a_newer_one(here: Client, clock: HandClock) -> None:
    app = held(here, clock)
    clock.advance(seconds=STEP)
    assert proof(here, app, clock).status_code == 201
    assert proof(here, app, clock, off=-STEP).status_code == 422


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize(("off", "status"), [(-STEP, 201), (STEP, 201), (-61, 422), (61, 422)])
def test_a_clock_half_a_minute_off_is_forgiven(
    here: Client, clock: HandClock, off: int, status: int
) -> None:
    app = held(here, clock)
    clock.advance(minutes=5)
    assert proof(here, app, clock, off=off).status_code == status


def test_wrong_codes_are_counted_and_slow_down(here: Client, clock: HandClock) -> None:
    app = held(here, clock)
    right = app.at(clock.now())
    wrong = next(f"{n:06}" for n in range(10) if f"{n:06}" not in {right})
    clock.advance(minutes=5)
    for _ in range(FREE_TRIES):
        assert here.post(PROVE, {"code": wrong}).status_code == 422
    waits = proof(here, app, clock)
    assert (waits.status_code, waits.json["code"]) == (429, "too-many-tries")
    clock.advance(seconds=FIRST_WAIT.total_seconds() + 1)
    assert proof(here, app, clock).status_code == 201


def test_who_does_not_know_the_password_begins_nothing(here: Client, runtime: Runtime) -> None:
    refused = here.post(OWN, {"current_password": "not this one at all"})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["current_password"])
    with runtime.begin(SYSTEM) as work:
        assert work.session.scalars(select(SecondFactor)).all() == []


# Whoever stole a token and guessed the password put their own phone in place of the owner's.
def test_a_factor_in_use_is_replaced_only_by_who_has_it(here: Client, clock: HandClock) -> None:
    first = held(here, clock)
    clock.advance(minutes=6)
    refused = here.post(OWN, {"current_password": PASSWORD})
    assert (refused.status_code, refused.json["code"]) == (403, "fresh-factor-needed")
    assert proof(here, first, clock).status_code == 201
    second = held(here, clock)
    assert proof(here, first, clock).status_code == 422
    assert proof(here, second, clock).status_code == 201


def test_a_proof_counts_on_its_own_device_only(
    here: Client, anonymous: Client, clock: HandClock
) -> None:
    app = held(here, clock)
    shown = {"email": EMAIL, "password": PASSWORD, "code": app.at(clock.now())}
    told = anonymous.post("/auth/log-in", shown).get_json()
    elsewhere = Client(anonymous.app, told["access_token"])
    clock.advance(minutes=6)
    assert proof(here, app, clock).status_code == 201
    assert here.get(OWN).json["fresh_until"] is not None
    assert elsewhere.get(OWN).json["fresh_until"] < clock.now().isoformat()


def test_the_office_ends_the_factor_of_a_lost_phone(
    here: Client, prescriber: Any, fresh_client_for: Any, runtime: Runtime, clock: HandClock
) -> None:
    app = held(here, clock)
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        admin = an_account_with_password(work.session, work.now, cost, Role.ADMIN).id
    office = fresh_client_for(admin)
    path = f"/people/{prescriber.id}/second-factor/end"
    assert here.post(path).status_code == 403
    clock.advance(minutes=6)
    assert office.post(path).json["code"] == "fresh-factor-needed"
    office = fresh_client_for(admin)
    assert office.post(path).status_code == 201
    assert office.post(path).status_code == 404
    assert office.post(f"/people/{admin}/second-factor/end").status_code == 409
    assert here.get(OWN).json == {"confirmed_at": None, "fresh_until": None}
    assert proof(here, app, clock).json["code"] == "no-second-factor"
    with runtime.begin(SYSTEM) as work:
        theirs = LoginSession.user_id == prescriber.id
        proofs = select(LoginSession.factor_proved_at).where(theirs)
        assert set(work.session.scalars(proofs)) == {None}


@pytest.mark.parametrize(
    "code",
    [
        "",
        "12345",
        "1234567",
        "abcdef",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        " 12345",
        None,
        123456,
    ],
)
def test_what_is_no_code_is_refused_at_the_door(here: Client, code: object) -> None:
    assert here.post(PROVE, {"code": code}).status_code == 422


def test_five_minutes_are_the_limit() -> None:
    assert LIMITS.second_factor_life == timedelta(minutes=5)

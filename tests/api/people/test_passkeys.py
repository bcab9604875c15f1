"""Does a passkey open for the device that has it, here, now and once, and for nothing else?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.people.accounts import UserAccount
from rules.terms import Role
from tests.api.client import Client
from tests.authenticator import ATTESTED, PRESENT, VERIFIED, Authenticator, plain, text
from tests.clock import HandClock
from tests.factories.people import PASSWORD, a_user, an_account_with_password
from workflows.people.challenges import LIFE
from workflows.people.passkeys import MOST
from workflows.platform.runtime import Runtime

EMAIL = "rx@example.org"
MINE, BEGIN = "/auth/passkeys", "/auth/passkeys/challenges"
ASK, PROVE = "/auth/passkeys/proof-challenges", "/auth/passkeys/proofs"
ASK_DOOR, DOOR = "/auth/passkey-log-in/challenges", "/auth/passkey-log-in"
Wrong = Callable[[Authenticator], Any]


@pytest.fixture
def rows(runtime: Runtime) -> Session:
    """Give a session to put people in."""
    return Session(runtime.bind, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture(autouse=True)
def owner(rows: Session, runtime: Runtime) -> UserAccount:
    """Give a prescriber with a password and no factor yet."""
    now, cost = runtime.clock.now(), runtime.settings.password_cost
    user = an_account_with_password(rows, now, cost, Role.PRESCRIBER, email=EMAIL)
    rows.commit()
    return user


@pytest.fixture
def here(anonymous: Client) -> Client:
    """Give the prescriber signed in by the password alone."""
    told = anonymous.post("/auth/log-in", {"email": EMAIL, "password": PASSWORD}).json
    return Client(anonymous.app, told["access_token"])


def begun(client: Client) -> Any:
    answer = client.post(BEGIN, {"current_password": PASSWORD})
    assert answer.status_code == 201, answer.json
    return answer.json


@pytest.fixture
def phone(here: Client) -> Authenticator:
    """Give a phone with a passkey of the prescriber."""
    phone = Authenticator()
    made = here.post(MINE, phone.make(begun(here)))
    assert made.status_code == 201, made.json
    return phone


def at_the_door(anonymous: Client, phone: Authenticator, **over: Any) -> Any:
    return anonymous.post(DOOR, phone.sign(anonymous.post(ASK_DOOR).json, **over))


def proof(client: Client, phone: Authenticator, **over: Any) -> Any:
    return client.post(PROVE, phone.sign(client.post(ASK).json, **over))


@pytest.mark.asvs("6.3.3")
def test_a_passkey_is_a_second_factor(here: Client) -> None:
    assert here.get("/patients").json["code"] == "second-factor-missing"
    asked = begun(here)
    assert (asked["rp_id"], asked["user_verification"]) == ("localhost", "required")
    made = here.post(MINE, Authenticator().make(asked))
    assert (made.status_code, set(made.json)) == (201, {"id", "proved_at"})
    assert here.get("/patients").status_code == 200
    listed = here.get(MINE).json
    assert [(row["name"], row["last_used_at"]) for row in listed] == [("phone", None)]


@pytest.mark.asvs("6.3.3", "7.2.4")
def test_a_passkey_opens_the_door_by_itself(
    anonymous: Client, phone: Authenticator, owner: UserAccount
) -> None:
    told = at_the_door(anonymous, phone)
    assert (told.status_code, told.json["user_id"]) == (201, str(owner.id))
    client = Client(anonymous.app, told.json["access_token"])
    assert client.get("/me").json["roles"] == ["prescriber"]
    assert client.get("/auth/second-factor").json["fresh_until"] is not None
    without = anonymous.post("/auth/log-in", {"email": EMAIL, "password": PASSWORD})
    assert (without.status_code, without.json["code"]) == (401, "second-factor-needed")


@pytest.mark.asvs("7.5.1", "7.5.3")
def test_a_passkey_proves_that_its_owner_is_here(
    here: Client, phone: Authenticator, clock: HandClock
) -> None:
    clock.advance(minutes=6)
    stale = here.get("/auth/second-factor").json["fresh_until"]
    assert proof(here, phone).status_code == 201
    assert here.get("/auth/second-factor").json["fresh_until"] > stale
    assert here.get(MINE).json[0]["last_used_at"] is not None


def counting(number: int) -> Wrong:
    return lambda phone: setattr(phone, "count", number)


def setting(name: str, value: object) -> Wrong:
    return lambda phone: setattr(phone, name, value)


SIGNED_WRONG: dict[str, Wrong] = {
    "on another page": setting("origin", "http://localhost.example.org:8000"),
    "on another port": setting("origin", "http://localhost:8001"),
    "for another place": setting("rp_id", "example.org"),
    "nobody touched it": setting("flags", VERIFIED),
    "it saw no finger and no PIN": setting("flags", PRESENT),
    "as if it were new": setting("kind", "webauthn.create"),
    "it counts back": counting(3),
    "it counts no further": counting(6),
    "another key": lambda phone: setattr(phone, "key", Authenticator().key),
    "an unknown id": setting("credential", b"nobody has this id"),
}


@pytest.mark.parametrize("wrong", SIGNED_WRONG.values(), ids=SIGNED_WRONG)
def test_what_is_signed_wrong_proves_nothing_and_opens_nothing(
    anonymous: Client, here: Client, phone: Authenticator, wrong: Wrong
) -> None:
    phone.count = 6
    assert proof(here, phone).status_code == 201
    before = here.get("/auth/second-factor").json
    wrong(phone)
    refused = proof(here, phone)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["assertion"])
    wrong(phone)
    away = at_the_door(anonymous, phone)
    assert (away.status_code, away.json["code"]) == (401, "not-signed-in")
    assert here.get("/auth/second-factor").json == before


MADE_WRONG: dict[str, Wrong] = {
    "on another page": setting("origin", "https://evil.example.org"),
    "for another place": setting("rp_id", "example.org"),
    "nobody touched it": setting("flags", VERIFIED),
    "it saw no finger and no PIN": setting("flags", PRESENT),
    "as if it were old": setting("kind", "webauthn.get"),
    "with an attestation": setting("format", "packed"),
    "with an unknown attestation": setting("format", "mine"),
    "without an id": setting("credential", b""),
}


@pytest.mark.parametrize("wrong", MADE_WRONG.values(), ids=MADE_WRONG)
def test_what_is_made_wrong_is_not_taken(here: Client, wrong: Wrong) -> None:
    phone = Authenticator()
    wrong(phone)
    told = phone.make(begun(here))
    told["credential_id"] = told["credential_id"] or "AAAA"
    refused = here.post(MINE, told)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["attestation"])
    assert here.get(MINE).json == []
    assert here.get("/patients").status_code == 403


# What was signed once was sent again an hour later, by somebody else.
def test_a_challenge_is_answered_once(
    anonymous: Client, here: Client, phone: Authenticator
) -> None:
    signed = phone.sign(here.post(ASK).json)
    assert [here.post(PROVE, signed).status_code for _ in range(2)] == [201, 422]
    knocked = phone.sign(anonymous.post(ASK_DOOR).json)
    assert [anonymous.post(DOOR, knocked).status_code for _ in range(2)] == [201, 401]
    asked = anonymous.post(ASK_DOOR).json
    wrong = phone.sign(asked, signature="AAAA")
    assert anonymous.post(DOOR, wrong).status_code == 401
    assert anonymous.post(DOOR, phone.sign(asked)).status_code == 401


def test_a_challenge_lives_five_minutes(
    anonymous: Client, phone: Authenticator, clock: HandClock
) -> None:
    asked, late = (anonymous.post(ASK_DOOR).json for _ in range(2))
    clock.advance(seconds=LIFE.total_seconds() - 1)
    assert anonymous.post(DOOR, phone.sign(asked)).status_code == 201
    clock.advance(seconds=1)
    assert anonymous.post(DOOR, phone.sign(late)).status_code == 401
    assert timedelta(minutes=5) == LIFE


def test_a_challenge_is_good_for_what_it_was_asked_for(
    anonymous: Client, here: Client, phone: Authenticator
) -> None:
    for_door, for_proof = anonymous.post(ASK_DOOR).json, here.post(ASK).json
    assert here.post(PROVE, phone.sign(for_door)).status_code == 422
    assert anonymous.post(DOOR, phone.sign(for_proof)).status_code == 401


def test_a_challenge_of_one_sign_in_is_none_of_another(
    anonymous: Client, here: Client, phone: Authenticator
) -> None:
    token = at_the_door(anonymous, phone).json["access_token"]
    asked = Client(anonymous.app, token).post(ASK).json
    assert here.post(PROVE, phone.sign(asked)).status_code == 422


@pytest.fixture
def stranger(anonymous: Client, rows: Session, runtime: Runtime) -> Client:
    """Give another person, signed in, with a passkey of their own."""
    now, cost = runtime.clock.now(), runtime.settings.password_cost
    an_account_with_password(rows, now, cost, Role.COACH, email="cora@example.org")
    rows.commit()
    told = anonymous.post("/auth/log-in", {"email": "cora@example.org", "password": PASSWORD}).json
    return Client(anonymous.app, told["access_token"])


# A colleague's phone on the desk signed for an override of somebody else.
def test_the_passkey_of_somebody_else_proves_nothing(
    here: Client, phone: Authenticator, stranger: Client
) -> None:
    assert proof(stranger, phone).status_code == 422
    assert stranger.get("/patients").status_code == 403


def test_the_passkey_of_somebody_else_cannot_be_taken_over(
    here: Client, phone: Authenticator, stranger: Client
) -> None:
    copied = Authenticator(credential=phone.credential)
    assert stranger.post(MINE, copied.make(begun(stranger))).status_code == 422


def test_a_device_that_names_somebody_else_does_not_come_in(
    anonymous: Client, phone: Authenticator, rows: Session, runtime: Runtime
) -> None:
    other = a_user(rows, runtime.clock.now(), Role.ADMIN)
    rows.commit()
    for handle in (text(other.id.bytes), ""):
        assert at_the_door(anonymous, phone, user_handle=handle or "AAAA").status_code == 401


def test_a_second_one_needs_the_first(here: Client, phone: Authenticator, clock: HandClock) -> None:
    clock.advance(minutes=6)
    refused = here.post(BEGIN, {"current_password": PASSWORD})
    assert (refused.status_code, refused.json["code"]) == (403, "fresh-factor-needed")
    code = here.post("/auth/second-factor", {"current_password": PASSWORD})
    assert (code.status_code, code.json["code"]) == (403, "fresh-factor-needed")
    assert proof(here, phone).status_code == 201
    asked = begun(here)
    assert [plain(known) for known in asked["known"]] == [phone.credential]
    assert here.post(MINE, Authenticator().make(asked)).status_code == 201


def test_who_does_not_know_the_password_begins_none(here: Client) -> None:
    refused = here.post(BEGIN, {"current_password": "not this one at all"})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["current_password"])


def test_a_lost_phone_is_ended_and_opens_nothing_more(
    anonymous: Client, here: Client, phone: Authenticator
) -> None:
    lost = here.get(MINE).json[0]["id"]
    last = here.post(f"{MINE}/{lost}/end")
    assert (last.status_code, last.json["code"]) == (409, "last-second-factor")
    other = Authenticator()
    assert here.post(MINE, other.make(begun(here))).status_code == 201
    assert here.post(f"{MINE}/{lost}/end").json["ended_at"] is not None
    assert here.post(f"{MINE}/{lost}/end").status_code == 404
    assert at_the_door(anonymous, phone).status_code == 401
    assert at_the_door(anonymous, other).status_code == 201


def test_the_office_ends_them_too(
    anonymous: Client,
    phone: Authenticator,
    owner: UserAccount,
    fresh_client_for: Any,
    rows: Session,
    clock: HandClock,
) -> None:
    admin = a_user(rows, clock.now(), Role.ADMIN)
    rows.commit()
    assert (
        fresh_client_for(admin.id).post(f"/people/{owner.id}/second-factor/end").status_code == 201
    )
    assert at_the_door(anonymous, phone).status_code == 401


def test_a_disabled_person_does_not_come_in(
    anonymous: Client, phone: Authenticator, owner: UserAccount, rows: Session, clock: HandClock
) -> None:
    rows.get_one(UserAccount, owner.id).disabled_at = clock.now()
    rows.commit()
    assert at_the_door(anonymous, phone).status_code == 401


# Somebody guessed at the password all night, and in the morning its owner could not come in.
@pytest.mark.asvs("6.3.1")
def test_guessing_at_the_password_keeps_nobody_out_who_has_a_passkey(
    anonymous: Client, phone: Authenticator
) -> None:
    for _ in range(8):
        anonymous.post("/auth/log-in", {"email": EMAIL, "password": "not this one at all"})
    assert at_the_door(anonymous, phone).status_code == 201


def test_there_is_an_end_to_how_many(here: Client) -> None:
    for _ in range(MOST):
        assert here.post(MINE, Authenticator().make(begun(here))).status_code == 201
    refused = here.post(BEGIN, {"current_password": PASSWORD})
    assert (refused.status_code, refused.json["code"]) == (409, "too-many-passkeys")


@pytest.mark.parametrize("name", ["client_data_json", "authenticator_data", "signature"])
@pytest.mark.parametrize("junk", ["A", "AAAA", "e30", text(b"{" * 900), text(bytes(37))])
def test_what_cannot_be_read_is_a_no(
    anonymous: Client, phone: Authenticator, name: str, junk: str
) -> None:
    assert at_the_door(anonymous, phone, **{name: junk}).status_code == 401


@pytest.mark.parametrize(
    "junk", ["A", "AAAA", text(b"\xbf" * 900), text(b"\x9b" + b"\xff" * 8), text(bytes([ATTESTED]))]
)
def test_an_attestation_that_cannot_be_read_is_a_no(here: Client, junk: str) -> None:
    told = Authenticator().make(begun(here), attestation_object=junk)
    assert here.post(MINE, told).status_code == 422


def test_only_sealed_names_are_kept(here: Client, phone: Authenticator, runtime: Runtime) -> None:
    from workflows.platform.actor import SYSTEM

    with runtime.begin(SYSTEM) as work:
        raw = work.session.connection().exec_driver_sql("SELECT name FROM passkey").scalar()
    assert b"phone" not in bytes(raw)

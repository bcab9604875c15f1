"""Does it take two of the staff to bring somebody back, and is that no weaker a way in?"""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.people.accounts import LoginSession
from models.platform.trail import AuditEvent, Notification
from rules.terms import Role
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import PASSWORD, a_factor, a_user, an_account_with_password, code_at
from workflows.people.recoveries import LIFE, WAITS
from workflows.platform.runtime import Runtime

EMAIL, NEW = "cora@example.org", "seven boats under the old bridge"
DOOR, BACK = "/auth/log-in", "/auth/account-recoveries"
SEEN = {"seen": "in_person"}


@pytest.fixture
def rows(runtime: Runtime) -> Session:
    """Give a session to put people in."""
    return Session(runtime.bind, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture
def cora(rows: Session, runtime: Runtime) -> UUID:
    """Give a coach who will lose everything."""
    now, cost = runtime.clock.now(), runtime.settings.password_cost
    user = an_account_with_password(rows, now, cost, Role.COACH, email=EMAIL)
    a_factor(rows, now, user)
    rows.commit()
    return user.id


@pytest.fixture
def staff(client_for: Any, rows: Session, clock: HandClock) -> dict[str, Client]:
    """Give an administrator, an officer and a patient, who have just proved to be here."""
    roles = (Role.ADMIN, Role.SAFETY_OFFICER, Role.PATIENT)
    people = {role.value: a_user(rows, clock.now(), role).id for role in roles}
    rows.commit()
    clients = {name: client_for(user_id) for name, user_id in people.items()}
    fresh(rows, clock)
    return clients


def fresh(rows: Session, clock: HandClock, minutes: int = 0) -> None:
    clock.advance(minutes=minutes)
    rows.execute(
        update(LoginSession)
        .where(LoginSession.factor_proved_at.is_not(None))
        .values(factor_proved_at=clock.now())
    )
    rows.commit()


def asked(staff: dict[str, Client], cora: UUID) -> str:
    answer = staff["admin"].post(f"/people/{cora}/recoveries", SEEN)
    assert answer.status_code == 201, answer.json
    return f"/recoveries/{answer.json['id']}/confirmation"


def key(staff: dict[str, Client], cora: UUID) -> str:
    answer = staff["safety_officer"].post(asked(staff, cora))
    assert answer.status_code == 201, answer.json
    return str(answer.json["token"])


def back(anonymous: Client, token: str, password: str = NEW) -> Any:
    return anonymous.post(BACK, {"token": token, "password": password})


@pytest.mark.api_top_ten("API2.recovery")
@pytest.mark.asvs("6.3.4", "6.4.1", "6.4.3")
def test_two_of_the_staff_bring_somebody_back(
    anonymous: Client, staff: dict[str, Client], cora: UUID, clock: HandClock
) -> None:
    shown = {"email": EMAIL, "password": PASSWORD, "code": code_at(clock.now())}
    old = Client(anonymous.app, anonymous.post(DOOR, shown).json["access_token"])
    path = asked(staff, cora)
    assert old.get("/patients").status_code == 200
    assert [row["user_id"] for row in staff["safety_officer"].get("/recoveries").json] == [
        str(cora)
    ]
    token = staff["safety_officer"].post(path).json["token"]
    assert old.get("/me").status_code == 401
    clock.advance(seconds=30)
    again = shown | {"code": code_at(clock.now())}
    assert anonymous.post(DOOR, again).status_code == 401
    assert back(anonymous, token).status_code == 201
    assert back(anonymous, token).json["code"] == "recovery-not-good"
    told = anonymous.post(DOOR, {"email": EMAIL, "password": NEW}).json
    assert told["second_factor_missing"] is True
    inside = Client(anonymous.app, told["access_token"])
    assert inside.get("/patients").json["code"] == "second-factor-missing"


# One administrator could have been anybody.
@pytest.mark.asvs("6.3.4")
def test_nobody_does_both_nor_for_themselves(
    staff: dict[str, Client], cora: UUID, rows: Session
) -> None:
    path = asked(staff, cora)
    alone = staff["admin"].post(path)
    assert (alone.status_code, alone.json["code"]) == (409, "two_people_needed")
    me = staff["admin"].get("/me").json["user_id"]
    own = staff["admin"].post(f"/people/{me}/recoveries", SEEN)
    assert (own.status_code, own.json["code"]) == (409, "not-for-oneself")
    assert staff["patient"].post(path).status_code == 403
    assert staff["patient"].get("/recoveries").status_code == 403
    assert staff["safety_officer"].post(f"/people/{cora}/recoveries", SEEN).status_code == 403
    with pytest.raises(DBAPIError, match="two_people"), rows.begin_nested():
        rows.execute(
            text(
                "UPDATE account_recovery SET confirmed_by = asked_by, confirmed_at = asked_at,"
                " token_hash = 'x', expires_at = asked_at"
            )
        )


@pytest.mark.asvs("7.5.1")
def test_both_are_here_when_they_say_so(
    staff: dict[str, Client], cora: UUID, rows: Session, clock: HandClock
) -> None:
    path = asked(staff, cora)
    clock.advance(minutes=6)
    late = staff["safety_officer"].post(path)
    assert (late.status_code, late.json["code"]) == (403, "fresh-factor-needed")
    absent = staff["admin"].post(f"/people/{cora}/recoveries", SEEN)
    assert (absent.status_code, absent.json["code"]) == (403, "fresh-factor-needed")
    fresh(rows, clock)
    assert staff["safety_officer"].post(path).status_code == 201
    assert staff["safety_officer"].post(path).status_code == 404


def test_a_word_waits_for_the_other_one_a_day(
    staff: dict[str, Client], cora: UUID, rows: Session, clock: HandClock
) -> None:
    path = asked(staff, cora)
    fresh(rows, clock, minutes=int(WAITS.total_seconds()) // 60)
    assert staff["safety_officer"].post(path).status_code == 404
    assert staff["safety_officer"].get("/recoveries").json == []


@pytest.mark.asvs("6.4.1")
def test_a_key_is_good_for_a_day_and_only_the_newest(
    anonymous: Client, staff: dict[str, Client], cora: UUID, rows: Session, clock: HandClock
) -> None:
    first = key(staff, cora)
    fresh(rows, clock, minutes=1)
    second = key(staff, cora)
    assert back(anonymous, first).status_code == 404
    clock.advance(seconds=LIFE.total_seconds())
    assert back(anonymous, second).status_code == 404
    assert back(anonymous, "x" * 43).status_code == 404


def test_a_weak_password_is_not_taken_and_spends_no_key(
    anonymous: Client, staff: dict[str, Client], cora: UUID
) -> None:
    token = key(staff, cora)
    assert back(anonymous, token, "tin-moss").status_code == 422
    assert back(anonymous, token).status_code == 201


def test_the_owner_is_told_and_the_trail_knows_both(
    anonymous: Client, staff: dict[str, Client], cora: UUID, rows: Session
) -> None:
    back(anonymous, key(staff, cora))
    sent = select(Notification.template).where(Notification.user_id == cora)
    assert set(rows.scalars(sent)) == {"recovery_asked", "account_recovered", "password_changed"}
    done = select(AuditEvent.action).where(AuditEvent.action.startswith("recovery."))
    assert set(rows.scalars(done)) == {"recovery.asked", "recovery.confirmed", "recovery.used"}


def test_nobody_is_recovered_who_is_not_there(staff: dict[str, Client]) -> None:
    nobody = UUID(int=7)
    assert staff["admin"].post(f"/people/{nobody}/recoveries", SEEN).status_code == 404
    assert staff["admin"].post(f"/recoveries/{nobody}/confirmation").status_code == 404

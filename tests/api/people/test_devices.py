"""Can somebody see where they are signed in, end it, and be asked for when it matters?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.people.accounts import LoginSession
from models.platform.trail import Notification
from rules.terms import Role
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import (
    PASSWORD,
    a_factor,
    a_patient,
    a_user,
    an_account_with_password,
    code_at,
)
from workflows.platform.runtime import Runtime

EMAIL = "pat@example.org"
LOG_IN = {"email": EMAIL, "password": PASSWORD}
NEW = "seven boats under the old bridge"


@pytest.fixture
def rows(runtime: Runtime) -> Session:
    """Give a session to put people in."""
    return Session(runtime.bind, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture(autouse=True)
def pat(rows: Session, runtime: Runtime) -> Any:
    """Give a patient who can log in."""
    now, cost = runtime.clock.now(), runtime.settings.password_cost
    user = an_account_with_password(rows, now, cost, Role.PATIENT, email=EMAIL)
    rows.commit()
    return user


def inside(anonymous: Client, **shown: str) -> Client:
    answer = anonymous.post("/auth/log-in", LOG_IN | shown)
    assert answer.status_code == 201, answer.json
    return Client(anonymous.app, answer.json["access_token"])


@pytest.mark.asvs("7.4.3", "7.5.2")
def test_all_other_devices_are_ended_at_once(anonymous: Client) -> None:
    here, lost, old = (inside(anonymous, device_name=name) for name in ("new", "lost", "old"))
    assert [row["device"] for row in here.get("/auth/sessions").json] == ["old", "lost", "new"]
    assert here.post("/auth/sessions/end-others").status_code == 201
    assert [row["device"] for row in here.get("/auth/sessions").json] == ["new"]
    assert [client.get("/me").status_code for client in (here, lost, old)] == [200, 401, 401]


@pytest.mark.asvs("7.4.2", "10.4.9")
def test_the_office_ends_every_sign_in_of_a_person(
    anonymous: Client, client_for: Any, rows: Session, pat: Any, clock: HandClock
) -> None:
    admin, coach = (a_user(rows, clock.now(), role) for role in (Role.ADMIN, Role.COACH))
    rows.commit()
    told = anonymous.post("/auth/log-in", LOG_IN).json
    phone, path = Client(anonymous.app, told["access_token"]), f"/people/{pat.id}/sessions/end"
    assert client_for(coach.id).post(path).status_code == 403
    assert phone.get("/me").status_code == 200
    assert client_for(admin.id).post(path).status_code == 201
    assert phone.get("/me").status_code == 401
    again = {"refresh_token": told["refresh_token"]}
    assert anonymous.post("/auth/refresh", again).status_code == 401
    assert rows.scalars(select(Notification.template)).all() == ["signed_out_for_safety"]
    assert anonymous.post("/auth/log-in", LOG_IN).status_code == 201
    nobody = f"/people/{'0' * 8}-0000-0000-0000-{'0' * 12}/sessions/end"
    assert client_for(admin.id).post(nobody).status_code == 404


# A prescriber's refresh token was used twice, and only the prescriber was told.
@pytest.mark.asvs("10.4.5")
def test_a_misused_sign_in_of_the_staff_alarms_the_office(
    anonymous: Client, rows: Session, clock: HandClock, runtime: Runtime
) -> None:
    now, cost = clock.now(), runtime.settings.password_cost
    coach = an_account_with_password(rows, now, cost, Role.COACH, email="cora@example.org")
    admin = a_user(rows, now, Role.ADMIN)
    rows.commit()
    told = anonymous.post("/auth/log-in", LOG_IN | {"email": "cora@example.org"}).json
    body = {"refresh_token": told["refresh_token"]}
    anonymous.post("/auth/refresh", body)
    clock.advance(seconds=61)
    assert anonymous.post("/auth/refresh", body).status_code == 401
    sent = rows.execute(select(Notification.user_id, Notification.template)).all()
    assert set(sent) == {(coach.id, "signed_out_for_safety"), (admin.id, "sign_in_misused")}


def held(anonymous: Client, rows: Session, clock: HandClock, pat: Any) -> Client:
    """Give the patient signed in with an authenticator, six minutes ago."""
    a_factor(rows, clock.now(), pat)
    rows.commit()
    client = inside(anonymous, code=code_at(clock.now()))
    clock.advance(minutes=6)
    return client


@pytest.mark.asvs("7.5.1")
def test_changing_how_one_is_reached_asks_whoever_holds_a_factor(
    anonymous: Client, rows: Session, clock: HandClock, pat: Any
) -> None:
    patient = a_patient(rows, clock.now(), user_id=pat.id)
    client, path = held(anonymous, rows, clock, pat), f"/patients/{patient.id}"
    contact = {"contact": {"phone": "+13035550142"}}
    refused = client.patch(path, contact, version=patient.version)
    assert (refused.status_code, refused.json["code"]) == (403, "fresh-factor-needed")
    assert client.patch(path, {"state": "CO"}, version=patient.version).status_code == 200
    proof = {"code": code_at(clock.now())}
    assert client.post("/auth/second-factor/proofs", proof).status_code == 201
    assert client.patch(path, contact, version=patient.version + 1).status_code == 200


@pytest.mark.asvs("7.5.1")
def test_changing_the_password_asks_whoever_holds_a_factor(
    anonymous: Client, rows: Session, clock: HandClock, pat: Any
) -> None:
    client = held(anonymous, rows, clock, pat)
    change = {"current_password": PASSWORD, "new_password": NEW}
    refused = client.post("/auth/password-changes", change)
    assert (refused.status_code, refused.json["code"]) == (403, "fresh-factor-needed")
    proof = {"code": code_at(clock.now())}
    assert client.post("/auth/second-factor/proofs", proof).status_code == 201
    assert client.post("/auth/password-changes", change).status_code == 201


# An open laptop in the consulting room was enough to say yes.
@pytest.mark.asvs("7.5.3")
def test_a_plan_is_not_signed_from_a_laptop_that_was_left_open(
    rows: Session, client_for: Any, clock: HandClock, runtime: Runtime
) -> None:
    from tests.factories.clinic import a_clinic

    clinic = a_clinic(runtime, rows)
    prescriber = client_for(clinic.prescriber.id)
    wanted = {
        "evaluation_id": str(clinic.evaluation.id),
        "decision": "home",
        "product_code": "ket-rdt-100",
        "rationale": "Seen and talked over today; the benefit outweighs the risk.",
        "signature": clinic.prescriber.display_name,
    }
    path = f"/patients/{clinic.patient.id}/approvals"
    stale = prescriber.post(path, wanted)
    assert (stale.status_code, stale.json["code"]) == (403, "fresh-factor-needed")
    fresh = clock.now() - timedelta(minutes=5)
    rows.execute(update(LoginSession).values(factor_proved_at=fresh))
    rows.commit()
    assert prescriber.post(path, wanted).status_code == 201

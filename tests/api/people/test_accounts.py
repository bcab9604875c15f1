"""Can the office bring people in and shut them out over the API, and nobody else?"""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from models.plan.catalogue import CertifiedSite
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories.people import PASSWORD, a_licensed_prescriber, a_user
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

NEW = {"email": "cora@example.org", "name": "Cora Coach", "role": "coach"}
LICENCE = {
    "kind": "licence",
    "state": "CO",
    "number": "DR.0012345",
    "valid_from": "2026-01-01",
    "expires_on": "2027-04-30",
}


@pytest.fixture
def office(runtime: Runtime, client_for: ClientFor) -> Client:
    """Give a client of the office."""
    with runtime.begin(SYSTEM) as work:
        return client_for(a_user(work.session, work.now, Role.ADMIN).id)


def test_from_invitation_to_first_log_in(office: Client, anonymous: Client) -> None:
    invited = office.post("/invitations", NEW)
    key = invited.get_json()["token"]
    accepted = anonymous.post("/auth/invitation-acceptances", {"token": key, "password": PASSWORD})
    told = anonymous.post("/auth/log-in", {"email": NEW["email"], "password": PASSWORD})

    assert [invited.status_code, accepted.status_code, told.status_code] == [201, 201, 201]
    assert told.get_json()["user_id"] == accepted.get_json()["id"]
    listed = office.get("/invitations").get_json()["items"]
    assert [(row["email"], row["accepted_by"]) for row in listed] == [
        (NEW["email"], accepted.get_json()["id"])
    ]
    assert "token" not in listed[0]


def test_a_weak_password_is_named_and_not_repeated(office: Client, anonymous: Client) -> None:
    key = office.post("/invitations", NEW).get_json()["token"]
    answer = anonymous.post(
        "/auth/invitation-acceptances", {"token": key, "password": "cora cora cora 1"}
    )

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["password"]
    assert "cora" not in answer.get_data(as_text=True)


def test_a_key_that_is_not_good_is_not_found(anonymous: Client) -> None:
    answer = anonymous.post(
        "/auth/invitation-acceptances", {"token": "x" * 43, "password": PASSWORD}
    )

    assert (answer.status_code, answer.get_json()["code"]) == (404, "invitation-not-good")


def test_one_more_role_is_taken_while_signed_in(
    office: Client, client_for: ClientFor, runtime: Runtime
) -> None:
    with runtime.begin(SYSTEM) as work:
        cora = a_user(work.session, work.now, Role.PATIENT, email=NEW["email"])
    key = office.post("/invitations", NEW).get_json()["token"]

    answer = client_for(cora.id).post("/me/invitation-acceptances", {"token": key})
    assert (answer.status_code, answer.get_json()["id"]) == (201, str(cora.id))


def test_people_come_page_by_page(office: Client, runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        for _ in range(3):
            a_user(work.session, work.now, Role.COACH)
    first = office.get("/people?limit=3").get_json()
    second = office.get(f"/people?limit=3&after={first['next']}").get_json()

    assert [len(first["items"]), len(second["items"]), second["next"]] == [3, 1, None]
    assert {row["id"] for row in first["items"]}.isdisjoint(row["id"] for row in second["items"])


def test_a_disabled_person_is_out_and_can_be_let_in(
    office: Client, client_for: ClientFor, runtime: Runtime
) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH)
    client = client_for(coach.id)

    assert office.post(f"/people/{coach.id}/disable").get_json()["disabled_at"] is not None
    assert client.get("/me").status_code == 401
    assert office.post(f"/people/{coach.id}/enable").get_json()["disabled_at"] is None


def test_roles_and_workplaces_are_given_and_taken(office: Client, runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.COACH)
        site_id = str(work.session.scalars(select(CertifiedSite.id)).first())

    role, site = {"role": "site_staff"}, {"site_id": site_id}
    assert office.post(f"/people/{user.id}/roles", role).status_code == 201
    assert office.post(f"/people/{user.id}/roles", role).status_code == 409
    assert office.post(f"/people/{user.id}/workplaces", site).status_code == 201
    assert office.post(f"/people/{user.id}/workplaces/end", site).status_code == 201
    assert office.post(f"/people/{user.id}/workplaces/end", site).status_code == 404
    assert office.post(f"/people/{user.id}/roles/end", role).status_code == 201
    assert office.post(f"/people/{user.id}/roles", {"role": "patient"}).status_code == 422


def test_papers_are_recorded_once_under_one_key(office: Client, runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_user(work.session, work.now, Role.PRESCRIBER)
    path = f"/people/{prescriber.id}/credentials"
    first, again = (office.post(path, LICENCE, key="one-licence") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["id"] == again.get_json()["id"]
    assert len(office.get(path).get_json()) == 1
    assert office.post(path, LICENCE, key=None).status_code == 400
    withdrawn = office.post(
        f"/credentials/{first.get_json()['id']}/revocation", {"revoked_on": "2026-11-23"}
    )
    assert withdrawn.get_json()["revoked_on"] == "2026-11-23"


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.SYSTEM)])
def test_nobody_else_runs_the_office(client_for: ClientFor, runtime: Runtime, role: Role) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, role)
        other = a_licensed_prescriber(work.session, work.now)
    client, papers = client_for(user.id), f"/people/{other.id}/credentials"
    tries: list[tuple[str, str, Any]] = [
        ("POST", "/invitations", NEW),
        ("GET", "/invitations", None),
        ("GET", "/people", None),
        ("POST", f"/people/{other.id}/disable", None),
        ("POST", f"/people/{other.id}/enable", None),
        ("POST", f"/people/{other.id}/roles", {"role": "admin"}),
        ("POST", f"/people/{other.id}/roles/end", {"role": "prescriber"}),
        ("POST", f"/people/{other.id}/workplaces", {"site_id": str(uuid4())}),
        ("POST", f"/people/{other.id}/workplaces/end", {"site_id": str(uuid4())}),
        ("POST", papers, LICENCE),
        ("GET", papers, None),
        ("POST", f"/credentials/{uuid4()}/revocation", {"revoked_on": "2026-11-23"}),
    ]

    answers = [
        client.send(method, path, json=body, key=str(uuid4()) if method == "POST" else None)
        for method, path, body in tries
    ]
    assert {answer.status_code for answer in answers} == {403}

"""Can two people, and no fewer, renew the law through the API, and does everybody see its end?"""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.plan.law import Jurisdiction
from models.platform.database import new_sessions
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories.clinic import Clinic
from tests.factories.law import two_people
from tests.factories.people import a_patient
from workflows.platform.runtime import Runtime

STATE: dict[str, Any] = {
    "state": "CO",
    "enabled": True,
    "counsel_reviewed_on": "2026-11-20",
    "review_expires_on": "2027-05-19",
    "in_person_required": False,
    "pdmp_scope": "every_prescription",
    "pdmp_hours": 24,
    "sch3_days_supply_max": 30,
    "npp_prescriber_allowed": False,
    "compounding_ship_ok": True,
    "minor_age": 18,
}
PROPOSAL: dict[str, Any] = {
    "valid_from": "2026-11-23",
    "source": "Counsel's memo of 20 November 2026",
    "jurisdiction": STATE,
}
LONGER: dict[str, Any] = {
    "valid_from": "2027-01-01",
    "source": "A notice in the Federal Register, by its citation",
    "federal_authority": {"name": "telemedicine", "valid_through": "2027-12-31"},
}


@pytest.fixture
def admin(client_for: ClientFor, runtime: Runtime) -> Client:
    """Sign an administrator in."""
    return client_for(two_people(runtime)[0].id)


@pytest.fixture
def officer(client_for: ClientFor, clinic: Clinic) -> Client:
    """Sign the safety officer in."""
    return client_for(clinic.officer.id)


def test_one_person_proposes_and_another_confirms(
    admin: Client, officer: Client, runtime: Runtime
) -> None:
    made = admin.post("/law/proposals", PROPOSAL)
    assert made.status_code == 201, made.json
    path = f"/law/proposals/{made.json['id']}/confirmation"
    assert admin.post(path).status_code in (403, 409)
    done = officer.post(path)
    assert done.status_code == 201, done.json
    (seen,) = officer.get("/law/proposals").json
    assert seen["confirmation"]["confirmed_by"] == done.json["confirmed_by"]
    rows = [row for row in officer.get("/law/jurisdictions").json if row["state"] == "CO"]
    assert rows[0]["proposal_id"] == made.json["id"]
    assert rows[0]["npp_prescriber_allowed"] is False
    with new_sessions(runtime.bind)() as session:
        kept = session.scalars(select(Jurisdiction).where(Jurisdiction.proposal_id.is_not(None)))
        assert [row.source for row in kept] == [PROPOSAL["source"]]


def test_the_same_confirmation_again_is_the_same_answer(admin: Client, officer: Client) -> None:
    made = admin.post("/law/proposals", PROPOSAL).json
    path = f"/law/proposals/{made['id']}/confirmation"
    first = officer.post(path, key="the-same-key-00001")
    again = officer.post(path, key="the-same-key-00001")
    assert (first.status_code, again.json) == (201, first.json)
    assert officer.post(path).json["code"] == "law_already_confirmed"


def test_whoever_proposed_does_not_confirm(officer: Client) -> None:
    made = officer.post("/law/proposals", LONGER).json
    answer = officer.post(f"/law/proposals/{made['id']}/confirmation")
    assert (answer.status_code, answer.json["code"]) == (409, "two_people_needed")


@pytest.mark.parametrize(
    "told",
    [
        {},
        PROPOSAL | {"source": ""},
        PROPOSAL | {"jurisdiction": None},
        PROPOSAL | LONGER,
        PROPOSAL | {"jurisdiction": STATE | {"state": "Colorado"}},
        PROPOSAL | {"jurisdiction": STATE | {"minor_age": 17}},
        PROPOSAL | {"jurisdiction": STATE | {"pdmp_hours": 0}},
        PROPOSAL | {"jurisdiction": STATE | {"sch3_days_supply_max": 185}},
        PROPOSAL | {"jurisdiction": STATE | {"enabled": "yes"}},
        PROPOSAL | {"jurisdiction": STATE | {"review_expires_on": "2027-05-20"}},
        PROPOSAL | {"jurisdiction": STATE | {"proposal_id": "x"}},
        PROPOSAL | {"jurisdiction": STATE | {"extra_consent_text": {"name": "a", "edition": 1}}},
        LONGER | {"federal_authority": {"name": "anything", "valid_through": "2027-12-31"}},
        LONGER | {"federal_authority": {"name": "telemedicine", "valid_through": "2026-12-31"}},
        LONGER | {"federal_authority": ["telemedicine"]},
    ],
)
def test_what_is_written_wrong_is_refused(officer: Client, told: dict[str, Any]) -> None:
    assert officer.post("/law/proposals", told).status_code == 422


@pytest.mark.parametrize("who", ["patient", "coach", "prescriber"])
def test_who_may_not_propose_or_confirm(
    client_for: ClientFor, clinic: Clinic, officer: Client, who: str
) -> None:
    ids = {
        "patient": clinic.patient.user_id,
        "coach": clinic.coach.id,
        "prescriber": clinic.prescriber.id,
    }
    made = officer.post("/law/proposals", PROPOSAL).json
    them = client_for(ids[who])
    assert them.post("/law/proposals", PROPOSAL).status_code == 403
    assert them.post(f"/law/proposals/{made['id']}/confirmation").status_code == 403


def test_the_forecast_lists_who_is_touched_page_by_page(
    client_for: ClientFor, clinic: Clinic, officer: Client
) -> None:
    for minutes in range(3):
        a_patient(clinic.session, clinic.now + timedelta(minutes=minutes))
    clinic.session.commit()
    (ending,) = officer.get("/law/endings", query_string={"within_days": "60"}).json
    assert (ending["kind"], ending["ends_on"], ending["patients"]) == (
        "telemedicine",
        "2026-12-31",
        4,
    )
    path, seen, after = f"/law/endings/{ending['id']}/patients", [], None
    while True:
        asked = {"limit": "3"} | ({"after": after} if after else {})
        page = officer.get(path, query_string=asked).json
        seen += [row["patient_id"] for row in page["items"]]
        if (after := page["next"]) is None:
            break
    assert len(seen) == len(set(seen)) == 4
    mine = client_for(clinic.prescriber.id).get(path).json
    assert [row["patient_id"] for row in mine["items"]] == [str(clinic.patient.id)]


def test_what_does_not_end_is_not_there(officer: Client) -> None:
    nowhere = "/law/endings/00000000-0000-7000-8000-000000000000/patients"
    assert officer.get(nowhere).status_code == 404
    assert officer.get("/law/endings", query_string={"within_days": "91"}).status_code == 422


def test_the_federal_permission_ends_with_2026_until_two_people_extend_it(
    admin: Client, officer: Client
) -> None:
    assert [row["valid_through"] for row in officer.get("/law/federal-authorities").json] == [
        "2026-12-31"
    ]
    made = admin.post("/law/proposals", LONGER).json
    assert officer.post(f"/law/proposals/{made['id']}/confirmation").status_code == 201
    rows = officer.get("/law/federal-authorities").json
    assert [date.fromisoformat(row["valid_through"]).year for row in rows] == [2027, 2026]
    assert officer.get("/law/endings").json == []


def test_a_prescriber_says_where_they_work(client_for: ClientFor, clinic: Clinic) -> None:
    mine = client_for(clinic.prescriber.id)
    answer = mine.post("/me/time-zone", {"time_zone": "America/New_York"})
    assert (answer.status_code, answer.json) == (201, {"time_zone": "America/New_York"})
    assert mine.post("/me/time-zone", {"time_zone": "Mars/Olympus"}).status_code == 422
    clinic.session.refresh(clinic.prescriber)
    assert clinic.prescriber.time_zone == "America/New_York"


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"profession": "nurse_practitioner"}, 201),
        ({"profession": "shaman"}, 422),
        ({"kind": "counsel"}, 409),
    ],
)
def test_a_licence_says_as_what(
    client_for: ClientFor, clinic: Clinic, runtime: Runtime, over: dict[str, Any], status: int
) -> None:
    paper = {
        "kind": "licence",
        "state": "NY",
        "number": "L-12345",
        "valid_from": "2026-01-01",
        "expires_on": "2027-01-01",
    }
    office = client_for(two_people(runtime)[0].id)
    answer = office.post(f"/people/{clinic.prescriber.id}/credentials", paper | over)
    assert answer.status_code == status, answer.json


def test_counsel_is_recorded_for_somebody_else_of_the_staff(
    client_for: ClientFor, runtime: Runtime
) -> None:
    paper = {
        "kind": "counsel",
        "state": "CO",
        "number": "B-12345",
        "valid_from": "2026-01-01",
        "expires_on": "2027-01-01",
    }
    admin, officer = two_people(runtime)
    office = client_for(admin.id)
    assert office.post(f"/people/{officer.id}/credentials", paper).status_code == 201
    own = office.post(f"/people/{admin.id}/credentials", paper)
    assert (own.status_code, own.json["code"]) == (409, "own_account")

"""Does the API show a patient to those who have to do with them, as far as that goes?"""

from typing import Any

import pytest

from models.people.patients import Patient
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories.people import a_care_team, a_patient, a_user
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

CONTACT = {
    "phone": "+13035550100",
    "address": {"line": "12 Quiet Street", "city": "Denver", "state": "CO", "postal_code": "80202"},
    "emergency_contact": {"name": "Robin Example", "phone": "+13035550199"},
}
PERSON = {
    "given_name": "Pat",
    "family_name": "Ient",
    "born_on": "1992-03-04",
    "state": "CO",
    "time_zone": "America/Denver",
    "contact": CONTACT,
}


@pytest.fixture
def office(runtime: Runtime, client_for: ClientFor) -> Client:
    """Give a client of the office."""
    with runtime.begin(SYSTEM) as work:
        return client_for(a_user(work.session, work.now, Role.ADMIN).id)


def new(runtime: Runtime, role: Role) -> Any:
    with runtime.begin(SYSTEM) as work:
        return a_user(work.session, work.now, role)


def a_patient_of(runtime: Runtime, **team: Any) -> Patient:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now, contact=CONTACT)
        a_care_team(work.session, work.now, patient, **team)
        return patient


@pytest.mark.parametrize("role", [Role.COACH, Role.PRESCRIBER, Role.SAFETY_OFFICER])
def test_the_list_does_not_show_another_teams_patients(
    client_for: ClientFor, runtime: Runtime, role: Role
) -> None:
    user, other = new(runtime, role), new(runtime, role)
    mine = a_patient_of(runtime, **{str(role): user})
    theirs = a_patient_of(runtime, **{str(role): other})
    client = client_for(user.id)

    listed = client.get("/patients").get_json()
    assert [row["id"] for row in listed["items"]] == [str(mine.id)]
    for path in (f"/patients/{theirs.id}", f"/patients/{theirs.id}/care-team"):
        assert client.get(path).status_code == 404


def test_the_list_goes_on_with_its_cursor(client_for: ClientFor, runtime: Runtime) -> None:
    coach = new(runtime, Role.COACH)
    made = [a_patient_of(runtime, coach=coach) for _ in range(3)]
    client = client_for(coach.id)
    first = client.get("/patients?limit=2").get_json()
    second = client.get(f"/patients?limit=2&after={first['next']}").get_json()

    seen = [row["id"] for row in (*first["items"], *second["items"])]
    assert sorted(seen) == sorted(str(patient.id) for patient in made)
    assert second["next"] is None


def test_the_office_enrols_once_under_one_key(
    office: Client, client_for: ClientFor, runtime: Runtime
) -> None:
    user = new(runtime, Role.PATIENT)
    body = PERSON | {"user_id": str(user.id)}
    first, again = (office.post("/patients", body, key="enrol-pat") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert office.post("/patients", body).status_code == 409
    mine = client_for(user.id).get(f"/patients/{first.get_json()['id']}").get_json()
    assert (mine["given_name"], mine["contact"]) == ("Pat", CONTACT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"born_on": "04.03.1992"},
        {"born_on": "2099-01-01"},
        {"state": "Colorado"},
        {"state": "XX"},
        {"time_zone": "Denver"},
        {"given_name": ""},
        {"contact": {"phone": "555-0100"}},
        {"contact": {"address": {"line": "12 Quiet Street"}}},
        {"diagnosis": "none of this"},
    ],
)
def test_a_person_written_wrong_is_not_enrolled(
    office: Client, runtime: Runtime, wrong: dict[str, Any]
) -> None:
    body = PERSON | {"user_id": str(new(runtime, Role.PATIENT).id)} | wrong

    assert office.post("/patients", body).status_code == 422


def test_a_coach_reads_name_and_contact_and_no_day_of_birth(
    client_for: ClientFor, runtime: Runtime
) -> None:
    coach = new(runtime, Role.COACH)
    patient = a_patient_of(runtime, coach=coach)
    seen = client_for(coach.id).get(f"/patients/{patient.id}").get_json()

    assert (seen["given_name"], seen["contact"]) == ("Pat", CONTACT)
    assert (seen["born_on"], seen["sex_at_birth"], seen["suspended_for"]) == (None, None, None)


def test_a_patient_corrects_with_the_version_they_read(
    client_for: ClientFor, runtime: Runtime
) -> None:
    patient = a_patient_of(runtime)
    client, path = client_for(patient.user_id), f"/patients/{patient.id}"
    read = client.get(path)

    assert read.headers["ETag"] == '"1"'
    assert client.patch(path, {"state": "CA"}).status_code == 428
    amended = client.patch(path, {"state": "CA"}, version=1)
    assert (amended.status_code, amended.get_json()["state"]) == (200, "CA")
    assert amended.headers["ETag"] == '"2"'
    assert client.patch(path, {"state": "WA"}, version=1).status_code == 412
    assert client.patch(path, {"born_on": "2001-01-01"}, version=2).status_code == 422


def test_a_patient_says_in_which_language_they_like_to_be_asked(
    client_for: ClientFor, runtime: Runtime
) -> None:
    patient = a_patient_of(runtime)
    client, path = client_for(patient.user_id), f"/patients/{patient.id}"
    assert client.get(path).json["preferred_language"] == "en"
    assert client.get("/intake/instruments/usc6").json["language"] == "en"
    amended = client.patch(path, {"preferred_language": "es"}, version=1)
    assert (amended.status_code, amended.json["preferred_language"]) == (200, "es")
    shown = client.get("/intake/instruments/usc6").json
    assert (shown["language"], shown["instruction"]) == ("es", "En las últimas 4 semanas:")
    # A validated scale without Spanish wording is asked in English, not in nothing.
    assert client.get("/intake/instruments/phq9").json["language"] == "en"
    assert client.get("/intake/instruments/usc6?language=en").json["language"] == "en"
    for wrong in ("fr", "", None, 1):
        answer = client.patch(path, {"preferred_language": wrong}, version=2)
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SITTER, 403),
        (Role.COACH, 403),
        (Role.PRESCRIBER, 403),
        (Role.SAFETY_OFFICER, 403),
        (Role.SITE_STAFF, 403),
        (Role.ADMIN, 403),
        (Role.PATIENT, 404),
    ],
)
def test_only_the_patient_corrects_the_patient(
    client_for: ClientFor, runtime: Runtime, role: Role, status: int
) -> None:
    patient, user = a_patient_of(runtime), new(runtime, role)

    answer = client_for(user.id).patch(f"/patients/{patient.id}", {"state": "CA"}, version=1)
    assert answer.status_code == status


def test_the_office_puts_a_team_together(
    office: Client, client_for: ClientFor, runtime: Runtime
) -> None:
    patient, coach = a_patient_of(runtime), new(runtime, Role.COACH)
    path, body = f"/patients/{patient.id}/care-team", {"user_id": str(coach.id), "role": "coach"}
    member = office.post(path, body)

    assert member.status_code == 201
    assert office.post(path, body).get_json()["code"] == "already_on_care_team"
    seen = client_for(patient.user_id).get(path).get_json()
    assert [(row["user_id"], row["role"]) for row in seen] == [(str(coach.id), "coach")]
    assert client_for(coach.id).get(f"/patients/{patient.id}").status_code == 200
    ended = office.post(f"{path}/{member.get_json()['id']}/end")
    assert ended.get_json()["ended_at"] is not None
    assert client_for(coach.id).get(f"/patients/{patient.id}").status_code == 404


def test_the_office_itself_reads_no_patient(office: Client, runtime: Runtime) -> None:
    patient = a_patient_of(runtime)

    assert office.get(f"/patients/{patient.id}").status_code == 403
    assert office.get("/patients").status_code == 403

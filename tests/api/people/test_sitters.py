"""Does a sitter come all the way in over the API, and never see more than a sitter needs?"""

from typing import Any

import pytest
from sqlalchemy import select

from models.people.patients import Patient, SitterContactCode
from models.platform.database import new_sessions
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories.dose import a_scheduled_session
from tests.factories.people import PASSWORD, a_care_team, a_patient, a_sitter, a_user
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

SID = {"name": "Sid Sitter", "email": "sid@example.org", "phone": "+17205550142"}
TAKES = {"phone": "+17205550142", "born_on": "1990-05-06", "consents": True}
RIGHT = {
    "cannot_wake": "call_911",
    "glass_of_wine": "no",
    "short_errand": "stay",
    "more_medicine": "refuse",
    "missed_look": "look",
    "chest_pain": "call_911",
    "driving": "tomorrow",
    "wanting_to_die": "stay_988",
}


@pytest.fixture
def patient(runtime: Runtime) -> Patient:
    """Give a patient."""
    with runtime.begin(SYSTEM) as work:
        user = a_user(
            work.session, work.now, Role.PATIENT, email="pat@example.org", phone="+13035550100"
        )
        return a_patient(work.session, work.now, user_id=user.id)


def come_in(anonymous: Client, invited: dict[str, Any]) -> Client:
    key = invited["invitation"]["token"]
    anonymous.post("/auth/invitation-acceptances", {"token": key, "password": PASSWORD})
    told = anonymous.post("/auth/log-in", {"email": SID["email"], "password": PASSWORD})
    return Client(anonymous.app, told.get_json()["access_token"])


def test_from_the_invitation_to_a_trained_sitter(
    anonymous: Client, client_for: ClientFor, patient: Patient, runtime: Runtime
) -> None:
    invited = client_for(patient.user_id).post("/sitters", SID)
    sitter = come_in(anonymous, invited.get_json())
    path = f"/sitter-places/{invited.get_json()['sitter']['id']}"

    assert sitter.get("/sitter-places").get_json()[0]["missing"] == [
        "acceptance",
        "contact",
        "training",
    ]
    assert sitter.post(f"{path}/acceptance", TAKES).status_code == 201
    sitter.post(f"{path}/contact-codes")
    with new_sessions(runtime.bind)() as session:
        code = session.scalars(select(SitterContactCode.code)).one()
    check = sitter.post(f"{path}/contact-checks", {"code": code}).get_json()
    course = sitter.get("/sitter-training").get_json()
    quiz = sitter.post(f"{path}/quiz", {"edition": course["edition"], "answers": RIGHT})
    assert check == {"verified": True, "tries_left": 0}
    assert quiz.get_json()["passed"] is True
    assert sitter.get("/sitter-places").get_json()[0]["missing"] == []


def test_the_course_does_not_give_the_answers_away(client_for: ClientFor, runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_user(work.session, work.now, Role.SITTER)
    course = client_for(sitter.id).get("/sitter-training").get_json()

    assert {question["code"] for question in course["questions"]} == set(RIGHT)
    assert all(set(question) == {"code", "asks", "choices"} for question in course["questions"])


def test_a_wrong_answer_is_taught_again(client_for: ClientFor, runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, a_patient(work.session, work.now), trained=False)
    assert sitter.user_id is not None
    client = client_for(sitter.user_id)
    edition = client.get("/sitter-training").get_json()["edition"]
    answers = RIGHT | {"chest_pain": "water"}
    told = client.post(
        f"/sitter-places/{sitter.id}/quiz", {"edition": edition, "answers": answers}
    ).get_json()

    assert told["passed"] is False
    assert [entry["code"] for entry in told["wrong"]] == ["chest_pain"]
    assert "911" in told["wrong"][0]["teaches"]


@pytest.mark.parametrize(
    "same",
    [{"email": "p.a.t+sid@example.org"}, {"phone": "+13035550100"}],
)
def test_the_patient_is_not_their_own_sitter(
    client_for: ClientFor, patient: Patient, same: dict[str, str]
) -> None:
    answer = client_for(patient.user_id).post("/sitters", SID | same)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "sitter_is_patient")


def test_the_list_does_not_show_another_teams_sitters(
    client_for: ClientFor, runtime: Runtime, patient: Patient
) -> None:
    with runtime.begin(SYSTEM) as work:
        a_sitter(work.session, work.now, patient)
        coach = a_user(work.session, work.now, Role.COACH)
        other = a_patient(work.session, work.now)
        a_care_team(work.session, work.now, other, coach=coach)
    client = client_for(coach.id)

    assert client.get(f"/patients/{patient.id}/sitters").status_code == 404
    assert client.get(f"/patients/{other.id}/sitters").get_json() == []


def test_a_concern_is_kept_from_the_sitter(
    client_for: ClientFor, runtime: Runtime, patient: Patient
) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, patient)
    assert sitter.user_id is not None
    own, theirs = client_for(patient.user_id), client_for(sitter.user_id)
    told = own.post(f"/sitters/{sitter.id}/concerns", {"unsafe": True, "words": "He shouts."})

    assert told.status_code == 201
    assert "words" not in told.get_json()
    assert own.get(f"/patients/{patient.id}/sitters").get_json()[0]["flagged_unsafe"] is True
    assert theirs.get(f"/patients/{patient.id}/sitters").status_code == 403
    places = theirs.get("/sitter-places").get_data(as_text=True)
    assert "flag" not in places
    assert "shout" not in places


def test_a_sitter_sees_their_evening_and_no_diagnosis(
    client_for: ClientFor, runtime: Runtime
) -> None:
    with runtime.begin(SYSTEM) as work:
        evening = a_scheduled_session(work.session, work.now)
        other = a_sitter(work.session, work.now, evening.patient)
    assert evening.sitter.user_id is not None
    assert other.user_id is not None
    (place,) = client_for(evening.sitter.user_id).get("/sitter-places").get_json()

    assert place["first_name"] == "Pat"
    assert set(place["sessions"][0]) == {
        "dose_session_id",
        "scheduled_at",
        "time_zone",
        "state",
        "address",
    }
    assert place["sessions"][0]["address"]["city"] == "Denver"
    (elsewhere,) = client_for(other.user_id).get("/sitter-places").get_json()
    assert elsewhere["sessions"] == []


def test_a_sitter_is_removed_by_their_patient_only(
    client_for: ClientFor, runtime: Runtime, patient: Patient
) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, patient)
        other = a_patient(work.session, work.now)

    path = f"/sitters/{sitter.id}/removal"
    assert client_for(other.user_id).post(path).status_code == 404
    removed = client_for(patient.user_id).post(path)
    assert (removed.status_code, removed.get_json()["state"]) == (201, "removed")


@pytest.mark.parametrize(
    "role", [Role.COACH, Role.PRESCRIBER, Role.SAFETY_OFFICER, Role.SITE_STAFF, Role.ADMIN]
)
def test_staff_neither_invite_nor_learn_as_sitters(
    client_for: ClientFor, runtime: Runtime, patient: Patient, role: Role
) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, patient)
        user = a_user(work.session, work.now, role)
    client, place = client_for(user.id), f"/sitter-places/{sitter.id}"

    answers = [
        client.post("/sitters", SID),
        client.post(f"/sitters/{sitter.id}/concerns", {"unsafe": True}),
        client.post(f"/sitters/{sitter.id}/removal"),
        client.get("/sitter-places"),
        client.post(f"{place}/acceptance", TAKES),
        client.post(f"{place}/contact-codes"),
        client.post(f"{place}/contact-checks", {"code": "000000"}),
        client.post(f"{place}/quiz", {"edition": "1", "answers": {}}),
    ]
    assert {answer.status_code for answer in answers} == {403}


def test_the_digits_go_to_the_phone_alone(
    client_for: ClientFor, runtime: Runtime, patient: Patient
) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, patient)
    assert sitter.user_id is not None

    sent = client_for(sitter.user_id).post(f"/sitter-places/{sitter.id}/contact-codes")
    assert (sent.status_code, set(sent.get_json())) == (201, {"id", "expires_at"})

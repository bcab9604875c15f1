"""Does HTTP say exactly what the gate decided, to those who may hear it and to nobody else?"""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories import evening, people
from tests.factories.evening import CLEAR_HOME, CLEAR_SCREEN, Evening


def answers(phone: Client, clock: HandClock, **day: Any) -> dict[str, Any]:
    """Give a whole pre-dose check as this phone sends it, its clock compared with ours."""
    told = phone.get("/clock").json
    return {
        "clock": {"nonce": told["nonce"], "device_time": told["server_time"]},
        "day": evening.clear_day(clock.now(), **day),
        "home": CLEAR_HOME,
        "suicide_screen": CLEAR_SCREEN,
    }


def checks(made: Evening) -> str:
    """Give the address of the pre-dose checks of this session."""
    return f"/dose-sessions/{made.session.id}/predose-checks"


def test_a_clear_check_is_answered_with_a_clearance_that_starts_the_dose(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)

    decided = patient.post(checks(ready), answers(patient, clock))
    assert (decided.status_code, decided.json["outcome"]) == (201, "clear")
    clearance = patient.get(f"/dose-sessions/{ready.session.id}/clearance")
    assert clearance.json["id"] == decided.json["clearance_id"]
    taken = patient.post(
        f"/dose-sessions/{ready.session.id}/start", {"clearance_id": clearance.json["id"]}
    )
    assert (taken.status_code, taken.json["cleared"]) == (201, True)
    assert taken.json["no_driving_until"] > taken.json["taken_at"]


def test_a_stop_is_a_success_that_explains_itself(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)
    decided = patient.post(checks(ready), answers(patient, clock, alcohol_24h=True))

    assert (decided.status_code, decided.json["outcome"]) == (201, "stop")
    found = decided.json["findings"][0]
    assert found["code"] == "alcohol_window"
    assert found["says"]
    assert found["remedy"]
    assert "clinician" not in found


def test_the_clinician_reads_the_same_decision_in_other_words(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)
    decided = patient.post(checks(ready), answers(patient, clock, alcohol_24h=True))
    clinical = client_for(ready.prescriber.id).get(f"/gate-decisions/{decided.json['id']}/clinical")

    assert clinical.status_code == 200
    assert clinical.json["findings"][0]["clinician"]


@pytest.mark.parametrize("who", ["coach", "sitter"])
def test_the_words_of_the_clinic_are_not_for_everybody(
    client_for: ClientFor, ready: Evening, clock: HandClock, who: str
) -> None:
    patient = client_for(ready.patient.user_id)
    decided = patient.post(checks(ready), answers(patient, clock))
    person = {"coach": ready.coach.id, "sitter": ready.sitter.user_id}[who]

    assert person is not None
    refused = client_for(person).get(f"/gate-decisions/{decided.json['id']}/clinical")
    assert refused.status_code == 403


def test_a_foreign_patient_does_not_see_that_the_session_exists(
    client_for: ClientFor, ready: Evening, clock: HandClock, session: Session
) -> None:
    stranger = people.a_patient(session, clock.now())
    session.commit()

    phone = client_for(stranger.user_id)
    answer = phone.post(checks(ready), answers(phone, clock))
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")


def test_the_same_key_gets_the_same_answer_and_says_so(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)
    body = answers(patient, clock)

    first = patient.post(checks(ready), body, key="tap-1")
    again = patient.post(checks(ready), body, key="tap-1")
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_spent_clearance_is_refused_as_used(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)
    spent = {
        "clearance_id": patient.post(checks(ready), answers(patient, clock)).json["clearance_id"]
    }
    patient.post(f"/dose-sessions/{ready.session.id}/start", spent)

    second = patient.post(f"/dose-sessions/{ready.session.id}/start", spent)
    assert (second.status_code, second.json["code"]) == (409, "clearance_used")


def test_an_answer_that_is_no_answer_is_the_senders_mistake(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)
    refused = patient.post(checks(ready), answers(patient, clock, alcohol_24h=1))
    assert refused.status_code == 422
    assert "alcohol_24h" in str(refused.json["errors"])


def test_the_sitter_attests_from_their_own_sign_in_and_nobody_else_can(
    client_for: ClientFor, ready: Evening
) -> None:
    path = f"/dose-sessions/{ready.session.id}/sitter-attestations"
    word = {
        "present": True,
        "sober_24h": True,
        "caring_for_others": False,
        "can_call_emergency": True,
    }

    assert ready.sitter.user_id is not None
    assert client_for(ready.sitter.user_id).post(path, word).status_code == 201
    assert client_for(ready.patient.user_id).post(path, word).status_code == 403


def test_a_dose_without_clearance_is_always_kept(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    told = {
        "dose_session_id": str(ready.session.id),
        "taken_at": clock.now().isoformat(),
        "dose_mg_hundredths": 10_000,
    }
    kept = client_for(ready.patient.user_id).post("/doses-taken", told)
    assert (kept.status_code, kept.json["cleared"]) == (201, False)


def test_a_list_of_sessions_does_not_show_another_teams_patients(
    client_for: ClientFor, ready: Evening, clock: HandClock, session: Session
) -> None:
    other = people.a_user(session, clock.now(), Role.PRESCRIBER)
    session.commit()
    path = f"/patients/{ready.patient.id}/dose-sessions"

    assert client_for(other.id).get(path).status_code == 404
    assert len(client_for(ready.prescriber.id).get(path).json["items"]) == 1


def test_changing_the_sitter_needs_the_version_that_was_read(
    client_for: ClientFor, ready: Evening
) -> None:
    patient = client_for(ready.patient.user_id)
    path = f"/dose-sessions/{ready.session.id}/sitter"
    body = {"sitter_id": str(ready.sitter.id)}

    assert patient.put(path, body).status_code == 428
    assert patient.put(path, body, version=99).status_code == 412
    read = patient.get(f"/dose-sessions/{ready.session.id}").json
    assert patient.put(path, body, version=read["version"]).status_code == 200


def test_no_such_session_is_not_found(client_for: ClientFor, ready: Evening) -> None:
    answer = client_for(ready.patient.user_id).get(f"/dose-sessions/{uuid4()}")
    assert answer.status_code == 404

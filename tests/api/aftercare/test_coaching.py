"""How does the API speak about notes, private notes and goals?"""

from typing import Any

import pytest

from models.oversight.adverse_events import AdverseEvent
from tests.api.client import Client
from tests.factories import people
from tests.stage import Stage

NOTE: dict[str, Any] = {"summary": "We talked about sleep.", "mentions_harm": False}


def about(stage: Stage, what: str) -> str:
    return f"/patients/{stage.evening.patient.id}/{what}"


def test_a_note_from_the_draft_to_the_amendment(
    patient: Client, coach: Client, stage: Stage
) -> None:
    made = coach.post(about(stage, "coaching-notes"), NOTE)
    assert made.status_code == 201, made.json
    path = f"/coaching-notes/{made.json['id']}"
    assert patient.get(path).status_code == 404
    better = NOTE | {"summary": "Sleep and work."}
    assert coach.patch(path, better).status_code == 428
    assert coach.patch(path, better, version=9).status_code == 412
    edited = coach.patch(path, better, version=made.json["version"])
    signed = coach.post(f"{path}/signature", version=edited.json["version"])
    assert (signed.status_code, signed.json["state"]) == (200, "signed")
    late = coach.patch(path, NOTE, version=signed.json["version"])
    assert (late.status_code, late.json["code"]) == (409, "wrong-state")
    assert patient.get(path).json["summary"] == "Sleep and work."
    more = coach.post(f"{path}/amendments", NOTE)
    assert (more.status_code, more.json["amends_id"]) == (201, made.json["id"])
    listed = patient.get(about(stage, "coaching-notes")).json["items"]
    assert [note["id"] for note in listed] == [made.json["id"]]
    assert coach.get(path).headers["ETag"] == f'"{signed.json["version"]}"'


def test_a_note_says_whether_it_speaks_of_harm(coach: Client, stage: Stage) -> None:
    path = about(stage, "coaching-notes")
    assert coach.post(path, {"summary": "She fell."}).status_code == 422
    told = coach.post(path, {"summary": "She fell.", "mentions_harm": True})
    assert told.status_code == 201
    [event] = stage.rows(AdverseEvent)
    assert told.json["adverse_event_id"] == str(event.id)


def test_a_private_note_is_for_its_licensed_author_alone(
    patient: Client, coach: Client, prescriber: Client, stage: Stage
) -> None:
    path, note = about(stage, "private-notes"), {"body": "A memory.", "mentions_harm": False}
    refused = coach.post(path, note)
    assert (refused.status_code, refused.json["code"]) == (409, "licence_missing")
    stage.given(lambda rows: people.a_credential(rows, stage.evening.coach))
    written = coach.post(path, note)
    assert written.status_code == 201
    assert [row["body"] for row in coach.get(path).json["items"]] == ["A memory."]
    one = f"/private-notes/{written.json['id']}"
    changed = coach.patch(one, note | {"body": "Two."}, version=written.json["version"])
    assert (changed.status_code, changed.json["body"]) == (200, "Two.")
    for client in (patient, prescriber):
        assert client.get(path).status_code == 403
        assert client.patch(one, note, version=changed.json["version"]).status_code == 403
    shared = patient.get(about(stage, "coaching-notes")).json["items"]
    assert "A memory." not in str(shared)


def test_patient_and_coach_change_the_same_goal(
    patient: Client, coach: Client, stage: Stage
) -> None:
    goal = {"words": "Walk every day.", "practices": ["After lunch."]}
    made = patient.post(about(stage, "goals"), goal)
    assert made.status_code == 201, made.json
    path = f"/goals/{made.json['id']}"
    reached = goal | {"state": "reached"}
    changed = coach.put(path, reached, version=made.json["version"])
    assert (changed.status_code, changed.json["state"]) == (200, "reached")
    stale = patient.put(path, goal, version=made.json["version"])
    assert stale.status_code == 412
    [was] = patient.get(f"{path}/changes").json["items"]
    assert was["was"] == goal | {"state": "open"}
    assert [row["id"] for row in coach.get(about(stage, "goals")).json["items"]] == [
        made.json["id"]
    ]


@pytest.mark.parametrize("what", ["coaching-notes", "goals", "follow-ups", "private-notes"])
def test_another_coach_finds_nobody(
    client_for: Any, runtime: Any, clock: Any, stage: Stage, what: str
) -> None:
    other = Stage(runtime, clock)
    stranger = client_for(other.evening.coach.id)
    assert stranger.get(about(stage, what)).status_code == 404

"""How does the API speak about slots and meetings?"""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.client import Client
from tests.stage import Stage


def offered(coach: Client, stage: Stage, hours: float = 1) -> dict[str, Any]:
    start = stage.clock.now() + timedelta(hours=hours)
    end = start + timedelta(minutes=30)
    sent = {
        "kind": "preparation",
        "starts_at": start.isoformat(),
        "ends_at": end.isoformat(),
    }
    answer = coach.post("/slots", sent)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def booked(patient: Client, stage: Stage, slot_id: str) -> dict[str, Any]:
    answer = patient.post(
        f"/patients/{stage.evening.patient.id}/appointments", {"slot_id": slot_id}
    )
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def test_a_meeting_from_the_offer_to_the_end(patient: Client, coach: Client, stage: Stage) -> None:
    slot = offered(coach, stage)
    later = offered(coach, stage, 2)
    mine = f"/patients/{stage.evening.patient.id}"
    free = patient.get(f"{mine}/slots?kind=preparation").json
    assert [item["id"] for item in free["items"]] == [slot["id"], later["id"]]
    meeting = booked(patient, stage, slot["id"])
    assert "video_link" not in meeting
    assert [m["id"] for m in coach.get("/appointments").json["items"]] == [meeting["id"]]
    path = f"/appointments/{meeting['id']}"
    moved = patient.patch(path, {"slot_id": later["id"]}, version=meeting["version"])
    assert (moved.status_code, moved.json["slot_id"]) == (200, later["id"])
    assert moved.headers["ETag"] == f'"{moved.json["version"]}"'
    room = patient.get(f"{path}/video-room").json
    assert room["url"].startswith(stage.runtime.settings.public_url)
    stage.clock.advance(hours=3)
    held = coach.post(f"{path}/hold", {"sitter_attended": True}, version=moved.json["version"])
    assert (held.status_code, held.json["state"]) == (200, "held")
    assert patient.get(path).json["sitter_attended"] is True
    assert [m["id"] for m in patient.get(f"{mine}/appointments").json["items"]] == [meeting["id"]]
    assert coach.get("/appointments").json == {"items": [], "next": None}


def test_a_cancelled_slot_is_free_again(patient: Client, coach: Client, stage: Stage) -> None:
    slot = offered(coach, stage)
    meeting = booked(patient, stage, slot["id"])
    path = f"/appointments/{meeting['id']}/cancel"
    assert patient.post(path).status_code == 428
    assert patient.post(path, version=99).status_code == 412
    assert patient.post(path, version=meeting["version"]).json["state"] == "cancelled"
    assert booked(patient, stage, slot["id"])["id"] != meeting["id"]


def test_a_missed_meeting_is_noted_by_the_host(
    patient: Client, coach: Client, stage: Stage
) -> None:
    meeting = booked(patient, stage, offered(coach, stage)["id"])
    path = f"/appointments/{meeting['id']}/no-show"
    early = coach.post(path, version=meeting["version"])
    assert (early.status_code, early.json["code"]) == (409, "appointment_not_begun")
    stage.clock.advance(hours=2)
    assert patient.post(path, version=meeting["version"]).status_code == 403
    assert coach.post(path, version=meeting["version"]).json["state"] == "no_show"


def test_the_room_is_closed_to_a_prescriber_who_does_not_host(
    patient: Client, coach: Client, prescriber: Client, stage: Stage
) -> None:
    meeting = booked(patient, stage, offered(coach, stage)["id"])
    path = f"/appointments/{meeting['id']}"
    assert prescriber.get(path).status_code == 200
    assert prescriber.get(f"{path}/video-room").status_code == 403


@pytest.mark.parametrize("kind", ["evaluation", "review"])
def test_what_a_coach_may_not_host_is_a_conflict(coach: Client, stage: Stage, kind: str) -> None:
    start = stage.clock.now() + timedelta(hours=1)
    end = (start + timedelta(hours=1)).isoformat()
    sent = {"kind": kind, "starts_at": start.isoformat(), "ends_at": end}
    answer = coach.post("/slots", sent)
    assert (answer.status_code, answer.json["code"]) == (409, "slot_kind_not_yours")


def test_a_booking_needs_a_key_and_a_slot(patient: Client, stage: Stage) -> None:
    path = f"/patients/{stage.evening.patient.id}/appointments"
    assert (
        patient.post(path, {"slot_id": str(stage.evening.patient.id)}, key=None).status_code == 400
    )
    assert patient.post(path, {"slot_id": "tomorrow"}).status_code == 422
    assert patient.post(path, {"slot_id": str(stage.evening.patient.id)}).status_code == 404


def test_my_own_times_are_listed_page_by_page(coach: Client, stage: Stage) -> None:
    made = [offered(coach, stage, hours)["id"] for hours in (1, 2, 3)]
    first = coach.get("/slots?limit=2").json
    second = coach.get(f"/slots?limit=2&after={first['next']}").json
    assert [item["id"] for item in first["items"] + second["items"]] == made
    assert second["next"] is None

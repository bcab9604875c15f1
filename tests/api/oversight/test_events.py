"""Does a client follow the events of those it may read of over HTTP, and read a range again?"""

from datetime import timedelta

import pytest

from tests.api.client import Client
from tests.factories.evening import Evening
from tests.races import House, told


@pytest.fixture
def evening(house: House) -> Evening:
    return house.an_evening()


@pytest.fixture
def patient(house: House, evening: Evening) -> Client:
    return house.client(evening.patient.user_id)


@pytest.fixture
def coach(house: House, evening: Evening) -> Client:
    return house.client(evening.coach.id)


def test_what_the_patient_does_the_coach_hears_of_once_and_by_ids(
    patient: Client, coach: Client, evening: Evening
) -> None:
    before = coach.get("/events").json
    placed = patient.post(f"/patients/{evening.patient.id}/holds", {"words": "Not this week."})
    assert placed.status_code == 201
    asked = {"cursor": before["cursor"], "kinds": "hold.placed"}
    found = coach.get("/events", query_string=asked)
    (event,) = found.json["items"]
    assert set(event) == {
        *("id", "sequence", "kind", "patient_id", "object_type", "object_id", "occurred_at"),
    }
    assert event["object_id"] == placed.json["id"]
    assert event["patient_id"] == str(evening.patient.id)
    assert "Not this week" not in found.text
    again = coach.get("/events", query_string={"cursor": found.json["cursor"]})
    assert again.json["items"] == []


def test_a_range_is_read_again(patient: Client, coach: Client, house: House, evening: Evening):
    patient.post(f"/patients/{evening.patient.id}/holds", {"words": "Not this week."})
    now = house.clock.now()
    kinds = {"kinds": "hold.placed"}
    inside = kinds | {"from": now.isoformat(), "to": (now + timedelta(seconds=1)).isoformat()}
    assert len(coach.get("/events", query_string=inside).json["items"]) == 1
    assert coach.get("/events", query_string=kinds | {"to": now.isoformat()}).json["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"cursor": "AAAA"},
        {"kinds": "no.such"},
        {"kinds": "a b"},
        {"from": "yesterday"},
        {"to": "2026-11-23T09:30:00"},
        {"limit": "0"},
        {"limit": "201"},
        {"since": "2026-11-23T09:30:00Z"},
    ],
)
def test_what_is_asked_wrong_is_refused(coach: Client, wrong: dict[str, str]) -> None:
    assert coach.get("/events", query_string=wrong).status_code == 422


def test_it_is_for_nobody_without_a_patient_of_theirs(house: House, evening: Evening) -> None:
    assert told(house.client(evening.sitter.user_id).get("/events"))[0] == 403

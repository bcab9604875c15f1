"""Does a stop say from when waiting helps, who can do what, and who may let it pass?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.api.conftest import ClientFor
from tests.api.dose.test_predose import answers, checks
from tests.clock import HandClock
from tests.factories import people
from tests.factories.evening import Evening


def stopped(client_for: ClientFor, ready: Evening, clock: HandClock, **day: Any) -> dict[str, Any]:
    """Let the patient answer something that stops."""
    patient = client_for(ready.patient.user_id)
    decided = patient.post(checks(ready), answers(patient, clock, **day))
    assert (decided.status_code, decided.json["outcome"]) == (201, "stop")
    return dict(decided.json)


def test_only_the_circle_of_the_patient_reads_it(
    client_for: ClientFor, ready: Evening, clock: HandClock, session: Session
) -> None:
    decided = stopped(client_for, ready, clock, alcohol_24h=True)
    path = f"/gate-decisions/{decided['id']}/explanation"
    stranger = people.a_patient(session, clock.now())
    other = people.a_licensed_prescriber(session, clock.now())
    session.commit()

    for person in (stranger.user_id, other.id):
        assert client_for(person).get(path).status_code == 404
    assert ready.sitter.user_id is not None
    assert client_for(ready.sitter.user_id).get(path).status_code == 403
    for person in (ready.patient.user_id, ready.prescriber.id):
        assert client_for(person).get(path).status_code == 200


def test_a_stop_that_time_cures_says_from_when(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    eaten = clock.now() - timedelta(hours=1)
    decided = stopped(client_for, ready, clock, last_food_at=eaten.isoformat(), alcohol_24h=True)
    food, alcohol = (
        next(one for one in decided["findings"] if one["code"] == code)
        for code in ("fasting_food", "alcohol_window")
    )
    assert datetime.fromisoformat(food["retry_after"]) == eaten + timedelta(hours=4)
    assert (food["put_right_by"], alcohol["put_right_by"]) == ("patient", "patient")
    assert alcohol["retry_after"] is None

    again = client_for(ready.patient.user_id).get(f"/gate-decisions/{decided['id']}")
    assert again.json["findings"] == decided["findings"]


def test_the_quickest_way_on_is_told(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    eaten = clock.now() - timedelta(hours=1)
    decided = stopped(client_for, ready, clock, last_food_at=eaten.isoformat(), alcohol_24h=True)
    told = (
        client_for(ready.patient.user_id).get(f"/gate-decisions/{decided['id']}/explanation").json
    )

    assert told["decision_id"] == decided["id"]
    assert told["possible"] is True
    assert datetime.fromisoformat(told["earliest_at"]) == eaten + timedelta(hours=4)
    assert [wait["code"] for wait in told["waits"]] == ["fasting_food"]
    assert [(step["who"], step["codes"]) for step in told["steps"]] == [
        ("patient", ["alcohol_window"])
    ]
    assert {step["may_override"] for step in told["steps"]} == {"nobody"}
    assert "vitals_stale" in {code for step in told["to_repeat"] for code in step["codes"]}
    assert told["override_in_state"] == ready.session.patient_state


@pytest.mark.parametrize("hours", [1, 30])
def test_a_refused_plan_says_for_when_it_could_be_made(
    client_for: ClientFor, ready: Evening, clock: HandClock, hours: int
) -> None:
    patient = client_for(ready.patient.user_id)
    clearance = patient.post(checks(ready), answers(patient, clock)).json["clearance_id"]
    start = f"/dose-sessions/{ready.session.id}/start"
    taken = patient.post(start, {"clearance_id": clearance}).json["taken_at"]

    wanted = {
        "plan_id": str(ready.plan.id),
        "scheduled_at": (clock.now() + timedelta(hours=hours)).isoformat(),
        "time_zone": "America/New_York",
    }
    refused = patient.post("/dose-sessions", wanted)

    assert (refused.status_code, refused.json["code"]) == (409, "hard-stop")
    too_soon = next(one for one in refused.json["findings"] if one["code"] == "interval_too_short")
    free = datetime.fromisoformat(taken) + timedelta(hours=72)
    assert datetime.fromisoformat(too_soon["retry_after"]) == free
    assert too_soon["put_right_by"] == "patient"


def test_a_start_that_waiting_does_not_help_names_no_time(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)
    clearance = patient.post(checks(ready), answers(patient, clock)).json["clearance_id"]
    clock.advance(minutes=31)

    refused = patient.post(f"/dose-sessions/{ready.session.id}/start", {"clearance_id": clearance})
    assert refused.status_code == 409
    found = {one["code"]: one for one in refused.json["findings"]}
    assert "clearance_expired" in found
    assert "retry_after" not in found["clearance_expired"]

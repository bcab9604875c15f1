"""Can a dose be called off at any time before it, and its decision be read again?"""

from tests.api.conftest import ClientFor
from tests.api.dose.test_predose import answers, checks
from tests.clock import HandClock
from tests.factories.evening import Evening


def test_calling_a_dose_off_costs_one_tap_and_ends_its_clearance(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient, session = client_for(ready.patient.user_id), f"/dose-sessions/{ready.session.id}"
    clearance_id = patient.post(checks(ready), answers(patient, clock)).json["clearance_id"]

    called_off = patient.post(f"{session}/cancellation")
    assert (called_off.status_code, called_off.json["state"]) == (201, "cancelled")
    assert patient.get(f"{session}/clearance").status_code == 404
    assert patient.post(f"{session}/start", {"clearance_id": clearance_id}).status_code == 409


def test_a_dose_that_was_taken_cannot_be_called_off(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient, session = client_for(ready.patient.user_id), f"/dose-sessions/{ready.session.id}"
    clearance_id = patient.post(checks(ready), answers(patient, clock)).json["clearance_id"]
    patient.post(f"{session}/start", {"clearance_id": clearance_id})

    refused = patient.post(f"{session}/cancellation")
    assert (refused.status_code, refused.json["state"]) == (409, "monitoring")


def test_a_decision_is_read_again_with_the_same_reasons(
    client_for: ClientFor, ready: Evening, clock: HandClock
) -> None:
    patient = client_for(ready.patient.user_id)
    decided = patient.post(checks(ready), answers(patient, clock, alcohol_24h=True)).json

    again = patient.get(f"/gate-decisions/{decided['id']}")
    assert (again.status_code, again.json["findings"]) == (200, decided["findings"])

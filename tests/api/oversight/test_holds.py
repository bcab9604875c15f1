"""Does one tap stop the next dose, and does only a prescriber's reason let it go on?"""

import pytest

from tests.factories.dose import a_scheduled_session
from tests.factories.oversight import a_hold

REASON = {"rationale": "Talked it over with the patient; treatment may go on."}


def test_the_list_does_not_show_another_teams_patients(client_for, stage, made):
    def enter(session):
        elsewhere = a_scheduled_session(session, stage.clock.now())
        a_hold(session, stage.clock.now(), elsewhere.patient)
        return elsewhere.patient.id

    patient_id = stage.given(enter)
    for user_id in (made.coach.id, made.prescriber.id, made.patient.user_id):
        assert client_for(user_id).get(f"/patients/{patient_id}/holds").status_code == 404


def test_one_tap_stops_the_next_dose(client_for, made):
    path = f"/patients/{made.patient.id}/holds"
    placed = client_for(made.coach.id).post(path, {})
    assert (placed.status_code, placed.json["source"]) == (201, "coach")
    listed = client_for(made.patient.user_id).get(path)
    assert [row["id"] for row in listed.json] == [placed.json["id"]]
    assert "words" not in listed.json[0]


def test_the_sitter_stops_the_session(client_for, made):
    path = f"/dose-sessions/{made.dose_session.id}/holds"
    placed = client_for(made.sitter.user_id).post(path, {"words": "He is not himself."})
    assert (placed.status_code, placed.json["source"]) == (201, "sitter")


def test_a_prescriber_lets_go_once_and_with_a_reason(client_for, made):
    hold = client_for(made.coach.id).post(f"/patients/{made.patient.id}/holds", {}).json
    prescriber, path = client_for(made.prescriber.id), f"/holds/{hold['id']}/release"
    assert prescriber.post(path, {"rationale": "ok"}).status_code == 422
    assert prescriber.post(path, REASON).json["released_at"] is not None
    refused = prescriber.post(path, REASON)
    assert (refused.status_code, refused.json["code"]) == (409, "hold_already_released")


@pytest.mark.parametrize("who", ["coach", "officer", "patient"])
def test_nobody_else_lets_go(client_for, stage, made, who):
    hold = stage.given(lambda session: a_hold(session, stage.clock.now(), made.patient))
    user = made.patient.user_id if who == "patient" else getattr(made, who).id
    assert client_for(user).post(f"/holds/{hold.id}/release", REASON).status_code == 403

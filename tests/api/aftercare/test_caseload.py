"""How does the API show a coach who needs them?"""

from datetime import timedelta

import pytest

from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories import people
from tests.factories.aftercare import a_draft_note
from tests.stage import Stage
from workflows.platform.runtime import Runtime


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give a coach with one patient whose session is planned and not prepared."""
    return Stage(runtime, clock)


def test_the_list_says_who_why_and_by_when(client_for: ClientFor, stage: Stage) -> None:
    answer = client_for(stage.evening.coach.id).get("/caseload")
    assert answer.status_code == 200, answer.json
    [case] = answer.json["items"]
    assert case["patient_id"] == str(stage.evening.patient.id)
    assert case["most_urgent"] == "readiness_incomplete"
    [reason] = case["reasons"]
    assert reason["says"]
    assert reason["subject_id"] == str(stage.evening.dose_session.id)
    assert answer.json["next"] is None


def test_the_list_goes_on_where_it_ended(client_for: ClientFor, stage: Stage) -> None:
    now = stage.clock.now()
    for number in range(3):
        who = stage.given(lambda rows: people.a_patient(rows, now))
        at = now - timedelta(minutes=number)
        stage.given(lambda rows, p=who: people.a_care_team(rows, now, p, coach=stage.evening.coach))
        stage.given(lambda rows, p=who, t=at: a_draft_note(rows, p, stage.evening.coach, t))
    coach = client_for(stage.evening.coach.id)
    whole = [case["patient_id"] for case in coach.get("/caseload").json["items"]]
    first = coach.get("/caseload?limit=3").json
    rest = coach.get(f"/caseload?limit=3&after={first['next']}").json
    assert [case["patient_id"] for case in first["items"] + rest["items"]] == whole
    assert len(whole) == 4
    assert coach.get("/caseload?after=nonsense").status_code == 422


@pytest.mark.parametrize("who", ["patient", "prescriber"])
def test_the_list_is_a_coachs(client_for: ClientFor, stage: Stage, who: str) -> None:
    people_of = {
        "patient": stage.evening.patient.user_id,
        "prescriber": stage.evening.prescriber.id,
    }
    assert client_for(people_of[who]).get("/caseload").status_code == 403

"""How does the API take the answers after a dose?"""

from typing import Any

import pytest

from models.aftercare.aftercare import FollowUp
from tests.api.client import Client
from tests.factories.aftercare import a_follow_up
from tests.stage import Stage

WELL: dict[str, Any] = {
    "side_effects": [],
    "global_change": 2,
    "suicide_screen": {"q1": False, "q2": False, "q6": False},
    "urinary_trouble": False,
    "fall_or_injury": False,
    "drove": False,
    "took_more": False,
    "medical_help": False,
    "unreal_or_racing": False,
}


@pytest.fixture
def due(stage: Stage) -> FollowUp:
    """Give the check of the day after, due now."""
    dosed_at = stage.clock.now()
    row = stage.given(lambda rows: a_follow_up(rows, stage.evening.dose_session, dosed_at))
    stage.clock.advance(hours=24)
    return row


def path(due: FollowUp) -> str:
    return f"/follow-ups/{due.id}/answers"


def test_complete_answers_in_time_close_the_contact(
    patient: Client, coach: Client, stage: Stage, due: FollowUp
) -> None:
    kept = patient.post(path(due), WELL | {"words": "Fine."})
    assert kept.status_code == 201, kept.json
    assert (kept.json["complete"], kept.json["timing"], kept.json["alarms"]) == (
        True,
        "in_time",
        [],
    )
    [listed] = coach.get(f"/patients/{stage.evening.patient.id}/follow-ups").json["items"]
    assert listed["done_at"] is not None
    [read] = coach.get(path(due)).json["items"]
    assert (read["answers"]["words"], read["answers"]["drove"]) == ("Fine.", False)


def test_an_empty_answer_is_kept_and_closes_nothing(
    patient: Client, stage: Stage, due: FollowUp
) -> None:
    kept = patient.post(path(due), {})
    assert (kept.status_code, kept.json["complete"]) == (201, False)
    [listed] = patient.get(f"/patients/{stage.evening.patient.id}/follow-ups").json["items"]
    assert listed["done_at"] is None


def test_danger_is_answered_with_help_at_once(patient: Client, due: FollowUp) -> None:
    risky = {"q1": True, "q2": True, "q3": True, "q4": True, "q5": False, "q6": False}
    kept = patient.post(path(due), WELL | {"suicide_screen": risky})
    assert kept.status_code == 201
    [alarm] = kept.json["alarms"]
    assert alarm["code"] == "suicide_risk_high"
    assert "988" in alarm["says"]
    assert kept.json["adverse_event_id"] is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"side_effects": ["itching_ears"]},
        {"global_change": 8},
        {"drove": "no"},
        {"suicide_screen": {"q9": True}},
        {"well": True},
    ],
)
def test_what_is_no_answer_is_refused_by_field(
    patient: Client, due: FollowUp, wrong: dict[str, Any]
) -> None:
    assert patient.post(path(due), WELL | wrong).status_code == 422


def test_only_the_patient_answers(coach: Client, prescriber: Client, due: FollowUp) -> None:
    for client in (coach, prescriber):
        assert client.post(path(due), WELL).status_code == 403

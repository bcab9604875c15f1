"""Does the API score numeric answers, and call for help in the same answer?"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.dose.predose import DoseTaken
from models.oversight.holds import Escalation
from rules.intake.instruments import QUESTIONNAIRES
from rules.terms import Instrument
from tests.api.client import Client
from tests.factories.intake import CLEAR_ANSWERS
from tests.workflows.intake.cast import Cast

CALM = dict(CLEAR_ANSWERS[Instrument.CSSRS])


def answered(me: Client, cast: Cast, instrument: str, answers: dict[str, Any]) -> Any:
    told = {"instrument": instrument, "answers": answers}
    return me.post(f"/patients/{cast.patient_id}/assessments", told)


def test_another_teams_prescriber_sees_no_answers(cast: Cast, me: Client, stranger: Client) -> None:
    kept = answered(me, cast, "cssrs", CALM).json
    assert stranger.get(f"/patients/{cast.patient_id}/assessments").status_code == 404
    told = {"words": "x", "safety_plan": True, "cleared": True}
    assert stranger.post(f"/assessments/{kept['id']}/risk-assessments", told).status_code == 404


def test_answers_are_scored_and_listed_in_pages(cast: Cast, me: Client, doctor: Client) -> None:
    for instrument in (Instrument.PHQ9, Instrument.GAD7, Instrument.USC6):
        answered(me, cast, instrument, dict(CLEAR_ANSWERS[instrument]))
        cast.clock.advance(minutes=1)
    path = f"/patients/{cast.patient_id}/assessments"
    first = doctor.get(f"{path}?limit=2").json or {}
    rest = doctor.get(f"{path}?limit=2&after={first['next']}").json or {}
    seen = [(row["instrument"], row["total"]) for row in (*first["items"], *rest["items"])]
    assert seen == [("usc6", 0), ("gad7", 8), ("phq9", 15)]
    assert rest["next"] is None


def test_an_incomplete_instrument_has_no_total(cast: Cast, me: Client) -> None:
    told = answered(me, cast, "phq9", {"q1": 1, "q2": None}).json
    assert (told["complete"], told["total"], told["band"]) == (False, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"instrument": "phq9", "answers": {"q1": "often"}},
        {"instrument": "phq9", "answers": {"q1": 1.0}},
        {"instrument": "phq9", "answers": {"q1": 9}},
        {"instrument": "phq9", "answers": {"q1": True}},
        {"instrument": "cssrs", "answers": {"q1": 0}},
        {"instrument": "cssrs", "answers": {"q9": True}},
        {"instrument": "moaas", "answers": {"q1": 5}},
        {"instrument": "horoscope", "answers": {}},
        {"instrument": "phq9"},
    ],
)
def test_what_is_no_answer_is_refused(cast: Cast, me: Client, wrong: dict[str, Any]) -> None:
    assert me.post(f"/patients/{cast.patient_id}/assessments", wrong).status_code == 422


def test_a_high_risk_answers_with_988_and_leaves_an_escalation(cast: Cast, me: Client) -> None:
    answer = answered(me, cast, "cssrs", CALM | {"q2": True, "q4": True})
    assert answer.status_code == 201
    assert answer.json["alarms"] == ["suicide_risk_high"]
    assert "988" in answer.json["crisis"]["text"]
    assert [row.code for row in cast.rows(Escalation)] == ["suicide_risk_high"]


def test_item_nine_asks_for_the_suicide_questions_next(cast: Cast, me: Client) -> None:
    told = answered(me, cast, "phq9", dict(CLEAR_ANSWERS[Instrument.PHQ9]) | {"q9": 1}).json
    assert told["answer_next"] == "cssrs"
    assert told["crisis"]["call"][0] == "988"


def test_a_calm_answer_carries_no_crisis_text(cast: Cast, me: Client) -> None:
    told = answered(me, cast, "cssrs", CALM).json
    assert (told["crisis"], told["answer_next"], told["alarms"]) == (None, None, [])


def test_a_prescriber_records_an_own_assessment(cast: Cast, me: Client, doctor: Client) -> None:
    kept = answered(me, cast, "cssrs", CALM | {"q2": True, "q3": True}).json
    told = {"words": "Talked for 40 minutes.", "safety_plan": True, "cleared": True}
    path = f"/assessments/{kept['id']}/risk-assessments"
    answer = doctor.post(path, told)
    assert (answer.status_code, answer.json["words"]) == (201, "Talked for 40 minutes.")
    assert me.post(path, told).status_code == 403


def test_answers_name_the_edition_they_answered(cast: Cast, me: Client) -> None:
    path = f"/patients/{cast.patient_id}/assessments"
    said = dict(CLEAR_ANSWERS[Instrument.PHQ9])
    old = me.post(path, {"instrument": "phq9", "edition": "2026.11", "answers": said})
    new = me.post(path, {"instrument": "phq9", "answers": said | {"difficulty": 2}})
    assert [(one.json["instrument_version"], one.json["total"]) for one in (old, new)] == [
        ("2026.11", 15),
        ("2026.12", 15),
    ]
    assert new.json["positive"] is True


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"instrument": "phq9", "edition": "1999.1"}, "instrument_edition_unknown"),
        ({"instrument": "cssrs", "edition": "1"}, "instrument_edition_retired"),
        ({"instrument": "phq9", "edition": "newest"}, "invalid-request"),
        ({"instrument": "phq9", "edition": 7}, "invalid-request"),
    ],
)
def test_an_edition_that_cannot_be_answered_is_refused(
    cast: Cast, me: Client, told: dict[str, Any], code: str
) -> None:
    answers = {"q1": False} if told["instrument"] == "cssrs" else {"q1": 0}
    refused = me.post(f"/patients/{cast.patient_id}/assessments", told | {"answers": answers})
    assert (refused.status_code, refused.json["code"]) == (422, code)


# A phone with an old form said that she wanted to die, and the form was sent back.
@pytest.mark.parametrize(
    ("told", "alarm"),
    [
        ({"instrument": "phq9", "edition": "1999.1", "answers": {"q9": 1}}, "cssrs_needed"),
        ({"instrument": "phq9", "answers": {"q9": 2, "q14": 1}}, "cssrs_needed"),
        ({"instrument": "phq9", "edition": "2026.11", "answers": {"q9": 1, "difficulty": 1}}, ""),
        ({"instrument": "cssrs", "edition": "1", "answers": {"q4": True}}, "suicide_risk_high"),
        (
            {"instrument": "cssrs", "answers": {"q2": True, "q5": True, "q1": 1}},
            "suicide_risk_high",
        ),
    ],
)
def test_danger_in_a_wrong_form_is_kept_under_the_edition_it_fits(
    cast: Cast, me: Client, told: dict[str, Any], alarm: str
) -> None:
    kept = me.post(f"/patients/{cast.patient_id}/assessments", told)
    assert kept.status_code == 201
    assert (alarm or "cssrs_needed") in kept.json["alarms"]
    assert kept.json["instrument_version"] not in ("1999.1", "1")
    assert "988" in kept.json["crisis"]["text"]


def test_a_score_is_compared_with_the_last_one_before_the_first_dose(
    cast: Cast, me: Client
) -> None:
    def says(instrument: str, each: int) -> Any:
        items = QUESTIONNAIRES[Instrument(instrument)].items
        cast.clock.advance(hours=1)
        return answered(me, cast, instrument, dict.fromkeys(items, each) | {"q9": 0}).json

    def took_a_dose(session: Session) -> None:
        session.add(
            DoseTaken(
                patient_id=cast.patient_id,
                taken_at=cast.now,
                local_date=cast.now.date().isoformat(),
                received_at=cast.now,
                recorded_by=cast.patient.user_id,
                cleared=False,
            )
        )

    assert says("phq9", 3)["change"] is None
    assert says("phq9", 2)["change"] is None
    cast.given(took_a_dose)
    later = says("phq9", 1)
    assert later["change"] == {
        "baseline": 16,
        "change": -8,
        "response": True,
        "remission": False,
        "reliable": None,
        "meaningful": True,
    }
    assert answered(me, cast, "phq9", {"q1": 1}).json["change"] is None


def test_the_trauma_list_shows_its_clusters(cast: Cast, me: Client) -> None:
    said = dict.fromkeys(QUESTIONNAIRES[Instrument.PCL5].items, 2)
    told = answered(me, cast, "pcl5", said).json
    assert [one["sum"] for one in told["clusters"]] == [10, 4, 14, 12]
    assert (told["total"], told["positive"]) == (40, True)

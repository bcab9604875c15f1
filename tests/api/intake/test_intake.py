"""Does the API take a history down in parts, submit it once and answer with every reason?"""

from copy import deepcopy
from typing import Any

import pytest

from api.intake.answers import IntakeIn
from rules.intake.conditions import QUESTIONS
from rules.terms import Instrument
from tests.api.client import Client
from tests.factories.intake import CLEAR_ANSWERS, CLEAR_INTAKE, all_assessments, an_assessment
from tests.workflows.intake.cast import Cast
from workflows.intake.questionnaire import SECTIONS

HIGH = {**CLEAR_ANSWERS[Instrument.CSSRS], "q2": True, "q4": True}
CLEAR: dict[str, Any] = deepcopy({code: dict(given) for code, given in CLEAR_INTAKE.items()})


def opened(me: Client, cast: Cast) -> dict[str, Any]:
    answer = me.post(f"/patients/{cast.patient_id}/intakes")
    assert answer.status_code == 201
    draft: dict[str, Any] = answer.json or {}
    return draft


def saved(me: Client, cast: Cast, **parts: dict[str, Any]) -> str:
    draft = opened(me, cast)
    told = CLEAR | {code: CLEAR[code] | given for code, given in parts.items()}
    answer = me.patch(f"/intakes/{draft['id']}", told, version=1)
    assert answer.status_code == 200, answer.json
    return str(draft["id"])


def test_another_teams_prescriber_sees_neither_versions_nor_answers(
    cast: Cast, me: Client, stranger: Client
) -> None:
    draft = opened(me, cast)
    assert stranger.get(f"/patients/{cast.patient_id}/intakes").status_code == 404
    assert stranger.get(f"/intakes/{draft['id']}").status_code == 404
    assert stranger.get(f"/intakes/{draft['id']}/screening/clinical").status_code == 404


def test_every_condition_has_a_question_in_plain_words(me: Client) -> None:
    told = me.get("/intake/questionnaire").json
    assert told is not None
    [conditions] = [s for s in told["sections"] if s["code"] == "conditions"]
    assert {question["code"] for question in conditions["questions"]} == set(QUESTIONS)
    assert all(question["asks"].endswith("?") for question in conditions["questions"])


def test_the_body_takes_exactly_what_the_questionnaire_asks() -> None:
    taken = {code: set(section.schema.fields) for code, section in IntakeIn().fields.items()}
    asked = {
        code: {question.code for question in section.questions}
        for code, section in SECTIONS.items()
    }
    assert taken == asked


def test_a_part_is_saved_coded_and_read_again(cast: Cast, me: Client, doctor: Client) -> None:
    intake_id = saved(me, cast)
    told = doctor.get(f"/intakes/{intake_id}").json
    assert told is not None
    assert told["answers"]["medicines"]["list"][0]["ingredient"] == "sertraline"
    assert told["answers"]["conditions"]["pregnancy"] is False
    assert told["unanswered"] == []


def test_a_save_says_which_version_it_edits(cast: Cast, me: Client) -> None:
    draft = opened(me, cast)
    path = f"/intakes/{draft['id']}"
    assert me.patch(path, {"goals": {"list": ["Sleep"]}}).status_code == 428
    assert me.patch(path, {"goals": {"list": ["Sleep"]}}, version=7).status_code == 412
    answer = me.patch(path, {"goals": {"list": ["Sleep"]}}, version=1)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize(
    "wrong",
    [
        {"conditions": {"no_such_condition": True}},
        {"conditions": {"pregnancy": "no"}},
        {"conditions": {"pregnancy": 0}},
        {"medicines": {"list": [{"dose": "10 mg"}]}},
        {"medicines": {"list": [{"name": "Sertraline", "interaction": "allow"}]}},
        {"body": {"height_cm": 172.0}},
        {"body": {"weight_g": 12}},
        {"diagnoses": {"list": [{"code": "boredom"}]}},
        {"address": {"state": "Colorado"}},
        {"emergency_contact": {"phone": "call me"}},
        {"reproduction": {"pregnancy_tested_at": "2026-11-22T15:00:00"}},
        {"horoscope": {"sign": "leo"}},
    ],
)
def test_what_is_written_wrong_is_refused_and_named(
    cast: Cast, me: Client, wrong: dict[str, Any]
) -> None:
    draft = opened(me, cast)
    answer = me.patch(f"/intakes/{draft['id']}", wrong, version=1)
    assert answer.status_code == 422
    [named] = (answer.json or {})["errors"]
    assert named.startswith(next(iter(wrong)))


def test_a_clear_history_is_a_candidate(cast: Cast, me: Client) -> None:
    cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    answer = me.post(f"/intakes/{saved(me, cast)}/submission")
    told = answer.json or {}
    assert (answer.status_code, told["suitability"]) == (201, "candidate")
    assert (told["findings"], told["crisis"]) == ([], None)


def test_unanswered_is_not_no(cast: Cast, me: Client) -> None:
    cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    intake_id = saved(me, cast, conditions={"porphyria": "unknown", "breastfeeding": None})
    told = me.post(f"/intakes/{intake_id}/submission").json or {}
    codes = {finding["code"]: finding for finding in told["findings"]}
    assert told["suitability"] == "needs_review"
    assert codes.keys() == {"porphyria", "breastfeeding", "intake_incomplete"}
    assert codes["intake_incomplete"]["observed"] == "breastfeeding"


def test_the_patient_reads_plain_words_and_the_clinician_the_clinical_ones(
    cast: Cast, me: Client, doctor: Client
) -> None:
    intake_id = saved(me, cast, conditions={"aneurysm_or_avm": True})
    me.post(f"/intakes/{intake_id}/submission")
    mine = me.get(f"/intakes/{intake_id}/screening").json or {}
    theirs = doctor.get(f"/intakes/{intake_id}/screening/clinical").json or {}
    assert all(finding["says"] and finding["remedy"] for finding in mine["findings"])
    assert not any("clinician" in finding for finding in mine["findings"])
    assert all(
        finding["clinician"] and finding["limit"] and finding["source"]
        for finding in theirs["findings"]
    )
    assert me.get(f"/intakes/{intake_id}/screening/clinical").status_code == 403


def test_in_danger_the_same_answer_says_whom_to_call(cast: Cast, me: Client) -> None:
    cast.given(lambda s: an_assessment(s, cast.now, cast.patient, Instrument.CSSRS, HIGH))
    told = me.post(f"/intakes/{saved(me, cast)}/submission").json or {}
    assert told["suitability"] == "needs_review"
    assert told["crisis"]["call"] == ["988", "911"]
    assert "988" in told["crisis"]["text"]


def test_a_submitted_version_refuses_edits_and_an_amendment_starts_from_its_history(
    cast: Cast, me: Client
) -> None:
    intake_id = saved(me, cast)
    me.post(f"/intakes/{intake_id}/submission")
    late = me.patch(f"/intakes/{intake_id}", {"goals": {"list": ["Sleep"]}}, version=2)
    assert late.status_code == 409
    again = opened(me, cast)
    assert again["number"] == 2
    assert again["answers"]["address"]["city"] == "Denver"
    assert "conditions" not in again["answers"]
    listed = me.get(f"/patients/{cast.patient_id}/intakes").json or {}
    assert [version["number"] for version in listed["items"]] == [2, 1]

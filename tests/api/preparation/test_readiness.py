"""How does the API lead a patient to readiness, step by step?"""

from datetime import timedelta

import pytest

from tests.api.client import Client
from tests.factories.intake import a_consent
from tests.factories.preparation import HOME_IS_READY, RIGHT, a_held_preparation
from tests.stage import Stage

READING = {
    "systolic_mmhg": 118,
    "diastolic_mmhg": 76,
    "heart_rate_bpm": 66,
    "source": "device",
    "cuff_serial": "CUFF-1",
}


def mine(stage: Stage) -> str:
    return f"/patients/{stage.evening.patient.id}"


def missing(patient: Client, stage: Stage) -> list[str]:
    answer = patient.get(f"{mine(stage)}/readiness")
    assert answer.status_code == 200, answer.json
    assert all(item["says"] for item in answer.json["missing"] + answer.json["done"])
    return [item["code"] for item in answer.json["missing"]]


def test_every_step_takes_one_item_off_the_list(patient: Client, stage: Stage) -> None:
    evening, now = stage.evening, stage.clock.now()
    order = [
        "consent_signed",
        "appointment_held",
        "modules_passed",
        "cuff_rehearsed",
        "home_checked",
    ]
    assert missing(patient, stage) == order
    stage.given(lambda rows: a_consent(rows, now, evening.patient))
    assert missing(patient, stage) == order[1:]
    stage.given(lambda rows: a_held_preparation(rows, evening.patient, evening.coach, now))
    assert missing(patient, stage) == order[2:]
    for module in patient.get("/preparation-modules").json["items"]:
        path = f"{mine(stage)}/preparation-modules/{module['code']}/answers"
        sent = {"edition": module["edition"], "answers": RIGHT[module["code"]]}
        passed = patient.post(path, sent)
        assert (passed.status_code, passed.json["passed"]) == (201, True)
    assert missing(patient, stage) == order[3:]
    taken = patient.post(f"{mine(stage)}/rehearsal-readings", READING)
    assert (taken.status_code, taken.json["counts"]) == (201, True)
    assert missing(patient, stage) == order[4:]
    checked = patient.post(f"{mine(stage)}/home-checks", {"answers": HOME_IS_READY})
    assert (checked.status_code, checked.json["not_ready"]) == (201, [])
    assert missing(patient, stage) == []
    assert patient.get(f"{mine(stage)}/readiness").json["ready"] is True


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_readiness_cannot_be_set(
    patient: Client, coach: Client, prescriber: Client, stage: Stage, method: str
) -> None:
    for client in (patient, coach, prescriber):
        answer = getattr(client, method)(f"{mine(stage)}/readiness", {"ready": True})
        assert answer.status_code == 405


def test_the_lessons_do_not_tell_which_answer_is_right(patient: Client) -> None:
    modules = patient.get("/preparation-modules").json["items"]
    question = modules[0]["questions"][0]
    assert set(question) == {"code", "text", "choices"}
    assert {choice["code"] for choice in question["choices"]} == {"more", "wait", "leave"}


def test_a_wrong_answer_comes_back_with_what_to_read_again(patient: Client, stage: Stage) -> None:
    answers = RIGHT["day_after"] | {"driving": "evening"}
    path = f"{mine(stage)}/preparation-modules/day_after/answers"
    told = patient.post(path, {"edition": 1, "answers": answers})
    assert (told.status_code, told.json["passed"]) == (201, False)
    assert [item["code"] for item in told.json["read_again"]] == ["driving"]
    old = patient.post(path, {"edition": 7, "answers": answers})
    assert (old.status_code, old.json["code"]) == (409, "edition_outdated")
    odd = patient.post(path, {"edition": 1, "answers": {"driving": "fly"}})
    assert odd.status_code == 422
    assert set(odd.json["errors"]) == {"driving", "dark_thoughts"}


def test_an_implausible_reading_is_kept_and_does_not_count(patient: Client, stage: Stage) -> None:
    odd = READING | {"systolic_mmhg": 70, "diastolic_mmhg": 90}
    kept = patient.post(f"{mine(stage)}/rehearsal-readings", odd)
    assert (kept.status_code, kept.json["counts"]) == (201, False)
    assert "cuff_rehearsed" in missing(patient, stage)


@pytest.mark.parametrize(
    "change", [{"cuff_serial": None}, {"source": "guess"}, {"systolic_mmhg": 118.5}]
)
def test_a_reading_that_is_none_is_refused(
    patient: Client, stage: Stage, change: dict[str, object]
) -> None:
    sent = {name: value for name, value in (READING | change).items() if value is not None}
    assert patient.post(f"{mine(stage)}/rehearsal-readings", sent).status_code == 422


def test_a_device_time_needs_its_offset(patient: Client, stage: Stage) -> None:
    at = stage.clock.now() - timedelta(minutes=1)
    good = patient.post(
        f"{mine(stage)}/rehearsal-readings", READING | {"device_at": at.isoformat()}
    )
    assert good.status_code == 201
    naive = READING | {"device_at": at.replace(tzinfo=None).isoformat()}
    assert patient.post(f"{mine(stage)}/rehearsal-readings", naive).status_code == 422


def test_a_list_with_open_lines_says_which(patient: Client, stage: Stage) -> None:
    sent = {"answers": HOME_IS_READY | {"no_flame": "unknown", "two_phones": False}}
    told = patient.post(f"{mine(stage)}/home-checks", sent).json
    assert told["passed"] is False
    assert {line["code"] for line in told["not_ready"]} == {"no_flame", "two_phones"}
    odd = patient.post(f"{mine(stage)}/home-checks", {"answers": {"no_such_line": True}})
    assert odd.status_code == 422


def test_the_coach_reads_the_intention_the_patient_wrote(
    patient: Client, coach: Client, stage: Stage
) -> None:
    path = f"{mine(stage)}/intentions"
    assert patient.post(path, {"words": "To be kinder to myself."}).status_code == 201
    [intention] = coach.get(path).json["items"]
    assert intention["words"] == "To be kinder to myself."
    assert coach.post(path, {"words": "Mine."}).status_code == 403

"""Do people hear the numbers of the sheet in force, wherever a text or a definition names one?"""

import pytest
from sqlalchemy.orm import Session

from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.api.dose.test_predose import answers, checks
from tests.clock import HandClock
from tests.factories import dose, parameters
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import ready, watched

__all__ = ["ready", "watched"]
TIGHTER = {
    "crisis_recheck": "2",
    "check_every": "10",
    "monitoring": "180",
    "no_driving": "24",
    "office_monitoring": "150",
    "vitals_rest": "10",
    "bp_review_above": "120/76",
    "urinary_review_from": "2",
    "urinary_hold_from": "5",
    "asrm_positive_from": "5",
    "dast10_high_from": "5",
}


@pytest.fixture
def me(client_for: ClientFor, ready: Evening, session: Session, clock: HandClock) -> Client:
    parameters.in_force(session, clock.now(), TIGHTER)
    session.commit()
    return client_for(ready.patient.user_id)


def test_the_lessons_tell_them(me: Client) -> None:
    said = me.get("/preparation-modules").text
    for words in ("at least 180 minutes", "every 10 minutes", "never less than 24 hours"):
        assert words in said


def test_the_course_for_sitters_tells_them(me: Client) -> None:
    said = me.get("/sitter-training").text
    for words in ("Look every 10 minutes", "not before 180 minutes", "for 4 hours after the dose"):
        assert words in said


def test_the_emergency_texts_tell_them(me: Client, anonymous: Client) -> None:
    told = anonymous.get("/emergency-instructions").json["instructions"]
    text = {one["code"]: one["text"] for one in told}
    assert "measure again in 2 minutes." in text["bp_crisis_asymptomatic"]
    assert "watch for 150 minutes" in text["esketamine_outside_clinic"]


def test_an_alarm_tells_them_in_the_answer_to_the_reading(
    client_for: ClientFor, watched: dose.Evening, session: Session, clock: HandClock
) -> None:
    parameters.in_force(session, clock.now(), TIGHTER)
    session.commit()
    sitter = client_for(watched.sitter.user_id)
    high = {"source": "device", "systolic_mmhg": 185, "diastolic_mmhg": 95, "heart_rate_bpm": 72}
    answer = sitter.post(f"/dose-sessions/{watched.dose_session.id}/vital-signs", high)
    assert "in 2 minutes" in answer.json["instructions"][0]["text"]


def test_a_finding_tells_them_with_what_helps(me: Client, ready: Evening, clock: HandClock) -> None:
    held = me.post(checks(ready), answers(me, clock)).json
    finding = next(one for one in held["findings"] if one["code"] == "bp_elevated_review")
    assert finding["remedy"].startswith("Sit quietly for 10 minutes,")
    assert "{" not in finding["says"] + finding["remedy"]


@pytest.mark.parametrize(
    ("instrument", "bands"),
    [
        ("usc6", {"clean": 0, "review": 2, "hold": 5}),
        ("asrm", {"below_cut_off": 0, "likely_mania": 5}),
        ("moaas", {"emergency": 0, "drowsy": 3, "alert": 5}),
        ("dast10", {"none": 0, "low": 1, "moderate": 3, "substantial": 6, "severe": 9}),
        ("phq9", {"minimal": 0, "mild": 5, "moderate": 10, "moderately_severe": 15, "severe": 20}),
    ],
)
def test_bands_of_the_house_move_and_published_ones_stay(
    me: Client, instrument: str, bands: dict[str, int]
) -> None:
    shown = me.get(f"/intake/instruments/{instrument}").json
    assert {one["name"]: one["starts_at"] for one in shown["bands"]} == bands


def test_cut_offs_and_alarms_move(me: Client) -> None:
    every = me.get("/intake/instruments").json["instruments"]
    shown = {one["instrument"]: one for one in every}
    assert shown["asrm"]["cut_off"] == 5
    assert [one["starts_at"] for one in shown["dast10"]["alarms"]] == [5]
    assert shown["usc6"]["alarms"][-1]["starts_at"] == 2


def test_a_product_that_stays_in_the_office_says_for_how_long(me: Client) -> None:
    said = me.post("/products/resolve", {"text": "Spravato"}, key=None)
    assert "at least 150 minutes" in said.json["says"]


def test_without_a_database_the_emergency_texts_are_told_by_the_code(
    anonymous: Client, runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def gone() -> None:
        raise OperationalError("", None, Exception())

    monkeypatch.setattr(runtime, "_sessions", gone)
    told = anonymous.get("/emergency-instructions")
    assert told.status_code == 200
    assert "in 5 minutes" in told.text

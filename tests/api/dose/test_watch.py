"""Does the watch speak HTTP: looks, readings, duties, calls for help and the end?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.platform.door import PARTIAL
from models.dose.dose_sessions import EmergencyCall
from rules.terms import Role, Symptom, VitalPurpose
from tests.factories.dose import Evening, a_reading
from tests.factories.people import a_user

READING = {
    "source": "device",
    "systolic_mmhg": 124,
    "diastolic_mmhg": 79,
    "heart_rate_bpm": 72,
    "cuff_serial": "CUFF-1",
}
WELL = {
    "moaas": 5,
    "state_check": {"q1": 0, "q2": 0, "q3": 0, "q4": 0},
    "oriented": True,
    "walks_unaided": True,
    "vomiting": False,
    "distress": False,
    "suicidal_thoughts": False,
    "sitter_attests": True,
}


def at(watched: Evening, thing: str) -> str:
    return f"/dose-sessions/{watched.dose_session.id}/{thing}"


@pytest.fixture
def sitter(client_for, watched):
    return client_for(watched.sitter.user_id)


def test_a_calm_look_asks_for_nothing(sitter, clock, watched):
    clock.advance(minutes=15)
    look = {"moaas": 5, "state_check": {"q1": 1}, "symptoms": ["nausea"]}
    answer = sitter.post(at(watched, "monitoring-checks"), look)
    assert answer.status_code == 201
    assert answer.json["symptoms"] == ["nausea"]
    assert (answer.json["call_emergency_services"], answer.json["instructions"]) == (False, [])
    listed = sitter.get(at(watched, "monitoring-checks"))
    assert [check["id"] for check in listed.json] == [answer.json["id"]]


def test_an_alarming_look_says_what_to_do_in_the_same_answer(sitter, watched):
    answer = sitter.post(at(watched, "monitoring-checks"), {"moaas": 1})
    assert answer.status_code == 201
    assert answer.json["call_emergency_services"] is True
    (told,) = answer.json["instructions"]
    assert told["code"] == "emergency_unresponsive"
    assert told["text"].startswith("Call 911 now.")
    assert told["call"] == ["911"]


@pytest.mark.parametrize(
    "look",
    [{"moaas": 6}, {"moaas": "5"}, {"symptoms": ["sad"]}, {"state_check": {"q5": 1}}, {"x": 1}],
)
def test_a_look_that_is_no_look_is_refused(sitter, watched, look):
    assert sitter.post(at(watched, "monitoring-checks"), look).status_code == 422


def test_a_retry_of_a_look_is_the_same_look(sitter, watched):
    first, again = (
        sitter.post(at(watched, "monitoring-checks"), {"moaas": 5}, key="one") for _ in range(2)
    )
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_reading_is_kept_and_told(sitter, clock, watched):
    clock.advance(minutes=40)
    told = sitter.get("/clock").json
    compared = {"clock": {"nonce": told["nonce"], "device_time": told["server_time"]}}
    answer = sitter.post(at(watched, "vital-signs"), READING | compared)
    assert (answer.status_code, answer.json["purpose"]) == (201, "during")
    assert (answer.json["plausible"], answer.json["urgency"]) == (True, None)
    assert answer.json["clock_skew_seconds"] == 0
    high = sitter.post(at(watched, "vital-signs"), READING | {"systolic_mmhg": 185})
    assert high.json["alarm_codes"] == ["bp_crisis_asymptomatic"]
    assert high.json["urgency"] == "recheck"
    assert len(sitter.get(at(watched, "vital-signs")).json) == 3


def test_the_duties_tell_the_phone_when(sitter, clock, watched):
    clock.advance(minutes=15)
    sitter.post(at(watched, "monitoring-checks"), {"moaas": 5})
    duties = sitter.get(at(watched, "duties")).json
    assert len(duties) == 10
    assert duties[0]["done_at"] is not None
    assert duties[1]["done_at"] is None


def test_a_sitter_who_leaves_is_told_what_must_not_happen(client_for, watched):
    patient = client_for(watched.patient.user_id)
    answer = patient.post(at(watched, "sitter-departures"), {})
    assert (answer.status_code, answer.json["alarm_codes"]) == (201, ["sitter_left_early"])
    assert answer.json["instructions"][0]["text"]


def test_a_deviation_is_kept(sitter, watched):
    told = {"deviation": "spilled", "words": "half of it on the carpet"}
    answer = sitter.post(at(watched, "administration-deviations"), told)
    assert (answer.status_code, answer.json["alarm_codes"]) == (201, ["administration_deviation"])


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"json": {"code": "emergency_unresponsive", "words": "blue"}}, "emergency_unresponsive"),
        ({"json": {}}, "emergency"),
        ({}, "emergency"),
        ({"json": {"code": "no such code", "device_at": "yesterday"}}, "emergency"),
        ({"json": [1, 2]}, "emergency"),
        ({"data": b"\xff\xfe not json", "content_type": "text/plain"}, "emergency"),
        ({"data": b'{"words": "\\u0000\\ud800help", "code": 7}'}, "emergency"),
        ({"data": b"[" * 100_000}, "emergency"),
    ],
)
def test_a_call_for_help_is_always_kept_and_answered(sitter, session, watched, sent, code):
    answer = sitter.send("POST", at(watched, "emergencies"), **sent)
    assert (answer.status_code, answer.json["code"]) == (201, code)
    assert "911" in answer.json["instruction"]["text"]
    assert session.scalars(select(EmergencyCall.code)).all() == [code]
    assert [call["id"] for call in sitter.get(at(watched, "emergencies")).json] == [
        answer.json["id"]
    ]


def test_a_call_for_help_needs_no_key_and_a_key_makes_a_retry_one_call(sitter, session, watched):
    for _ in range(2):
        sitter.post(at(watched, "emergencies"), {"words": "help"}, key="same")
    assert len(session.scalars(select(EmergencyCall)).all()) == 1


# The phone lost its network in the middle of the words.
def test_a_call_of_which_only_a_part_came_is_a_call(sitter, session, watched):
    cut = b'{"words": "she does not wa'
    partly = {"environ_overrides": {PARTIAL: True}, "content_type": "application/json"}
    answer = sitter.send("POST", at(watched, "emergencies"), data=cut, **partly)
    assert answer.status_code == 201
    assert session.scalars(select(EmergencyCall.words)).all() == [cut.decode()]


def test_a_command_of_which_only_a_part_came_is_refused_and_may_be_sent_again(sitter, watched):
    whole = {"moaas": 5, "state_check": {"q1": 0}}
    partly = {"environ_overrides": {PARTIAL: True}}
    answer = sitter.post(at(watched, "monitoring-checks"), whole, key="once", **partly)
    assert (answer.status_code, answer.json["code"]) == (408, "timed-out")
    assert answer.json["retryable"] is True
    again = sitter.post(at(watched, "monitoring-checks"), whole, key="once")
    assert again.status_code == 201


def test_a_coach_calls_for_help_for_a_patient(client_for, watched):
    coach = client_for(watched.coach.id)
    answer = coach.post(f"/patients/{watched.patient.id}/emergencies", {"words": "on the phone"})
    assert (answer.status_code, answer.json["dose_session_id"]) == (
        201,
        str(watched.dose_session.id),
    )


def test_a_prescriber_ends_an_emergency_and_nobody_else(client_for, sitter, watched):
    sitter.post(at(watched, "emergencies"), {})
    why = {"rationale": "seen on video, awake and well"}
    assert sitter.post(at(watched, "emergency-closure"), why).status_code == 403
    prescriber = client_for(watched.prescriber.id)
    answer = prescriber.post(at(watched, "emergency-closure"), why)
    assert (answer.status_code, answer.json["state"]) == (201, "monitoring")


def test_anybody_may_keep_the_instructions_on_a_phone(anonymous):
    answer = anonymous.get("/emergency-instructions")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    codes = [told["code"] for told in answer.json["instructions"]]
    assert {"emergency", "emergency_unresponsive", "suicide_risk_high"} <= set(codes)


def test_the_end_of_the_watch_is_decided_by_the_gate(sitter, session, clock, watched):
    clock.advance(minutes=121)
    early = sitter.post(at(watched, "release-checks"), WELL)
    assert (early.status_code, early.json["outcome"]) == (201, "stop")
    assert early.json["findings"][0]["code"] == "monitoring_incomplete"
    assert early.json["state"] == "monitoring"
    a_reading(session, clock.now(), watched, purpose=VitalPurpose.RELEASE)
    session.commit()
    done = sitter.post(at(watched, "release-checks"), WELL)
    assert (done.json["outcome"], done.json["state"]) == ("clear", "released")
    assert done.json["no_driving_until"] == "2026-11-24T13:00:00+00:00"
    assert sitter.get(f"/release-checks/{done.json['id']}").json == done.json
    assert sitter.post(at(watched, "release-checks"), WELL).status_code == 409


def test_unknown_is_no_yes_at_the_end(sitter, session, clock, watched):
    clock.advance(minutes=121)
    a_reading(session, clock.now(), watched, purpose=VitalPurpose.RELEASE)
    session.commit()
    answer = sitter.post(at(watched, "release-checks"), WELL | {"oriented": "unknown"})
    assert answer.json["outcome"] == "stop"


@pytest.mark.parametrize(
    ("thing", "sent"),
    [
        ("monitoring-checks", {}),
        ("vital-signs", READING),
        ("emergencies", {}),
        ("release-checks", WELL),
        ("sitter-departures", {}),
        ("administration-deviations", {"deviation": "spilled"}),
    ],
)
def test_a_stranger_finds_no_such_session(client_for, session, clock, watched, thing, sent):
    stranger = a_user(session, clock.now(), Role.SITTER)
    session.commit()
    assert client_for(stranger.id).post(at(watched, thing), sent).status_code == 404


def test_without_signing_in_there_is_no_watch(anonymous, watched):
    assert anonymous.post(at(watched, "monitoring-checks"), {}).status_code == 401
    assert anonymous.post(at(watched, "emergencies"), {}).status_code == 401


def test_a_look_brought_later_says_when_it_was(sitter, clock, watched):
    then = clock.now() + timedelta(minutes=15)
    clock.advance(minutes=25)
    look = {"moaas": 5, "symptoms": [Symptom.SLEEPY], "device_at": then.isoformat()}
    answer = sitter.post(at(watched, "monitoring-checks"), look)
    assert answer.json["checked_at"] == then.isoformat()
    assert answer.json["received_at"] == clock.now().isoformat()

"""Is what a signed-out phone still holds taken in whole, and does it open nothing?"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from models.dose.dose_sessions import DoseSession, EmergencyCall, MonitoringCheck, VitalSigns
from models.dose.predose import DoseTaken
from models.dose.quarantine import QuarantinedItem, QuarantinedQueue
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold, OnCallShift
from models.people.accounts import LoginSession
from models.platform.trail import AuditEvent, Notification
from rules.terms import Role, SessionState
from tests.api.client import Client
from tests.carried import DOOR, Carried, carried, count, rows, shut_out, waiting
from tests.factories import evening
from tests.factories.people import a_user
from workflows.dose import quarantine

LOOK, UNCONSCIOUS = {"moaas": 5}, {"moaas": 0}
READING = {"source": "device", "systolic_mmhg": 124, "diastolic_mmhg": 79}
HIGH = READING | {"systolic_mmhg": 214, "diastolic_mmhg": 128}


def about(watched) -> dict[str, str]:
    return {"subject_id": str(watched.dose_session.id)}


def signed_out(phone: Carried, **_: Any) -> None:
    assert phone.client.post("/auth/log-out").status_code == 201


def disabled(phone: Carried, *, runtime: Any, **_: Any) -> None:
    shut_out(runtime, phone.tokens["user_id"])


def token_reused(phone: Carried, *, clock: Any, **_: Any) -> None:
    """Spend a refresh token twice, as a thief and its owner do: the family dies."""
    used = {"refresh_token": phone.tokens["refresh_token"]}
    door = Client(phone.client.app)
    assert door.post("/auth/refresh", used).status_code == 201
    clock.advance(minutes=5)
    assert door.post("/auth/refresh", used).status_code == 401


def expired(phone: Carried, *, clock: Any, **_: Any) -> None:
    clock.advance(days=91)


@pytest.fixture
def house(runtime, session, clock, watched) -> dict[str, Any]:
    return {"runtime": runtime, "session": session, "clock": clock, "watched": watched}


ENDS = {
    "logged_out": signed_out,
    "disabled": disabled,
    "token_reused": token_reused,
    "expired": expired,
}


@pytest.mark.parametrize(("why", "end"), ENDS.items(), ids=ENDS)
def test_however_a_sign_in_ended_its_queue_is_held_and_in_no_record(
    sitters_phone, house, watched, prescriber, why, end
):
    sent = sitters_phone.write("monitor_check", LOOK, **about(watched))
    end(sitters_phone, **house)
    body = {"device_id": sitters_phone.phone.device_id, "items": [sent]}
    assert sitters_phone.client.post("/sync/push", body).status_code == 401
    answer = sitters_phone.hand_in()
    assert answer.status_code == 201
    held = [{"item_id": sent["id"], "verdict": "held"}]
    assert answer.json == {"verdicts": held, "instructions": []}
    assert count(house["session"], MonitoringCheck) == 0
    queue = waiting(prescriber)
    assert (queue["why"], queue["waiting"]) == (why, 1)
    assert queue["patient_id"] == str(watched.patient.id)
    assert queue["items"][0]["content"] == sent


# Nobody who tries a stolen key learns whether the sign-in is alive, or of whom there is a record.
def test_the_door_answers_alike_whatever_is_behind_it(sitters_phone, session, watched):
    foreign = evening.an_evening(session, watched.dose_session.scheduled_at)
    session.commit()
    named = (watched.dose_session.id, foreign.session.id, uuid4(), foreign.patient.id)
    answers = []
    for subject_id in named:
        item = sitters_phone.write("monitor_check", LOOK, subject_id=str(subject_id))
        answer = sitters_phone.hand_in(item)
        answers.append((answer.status_code, [one["verdict"] for one in answer.json["verdicts"]]))
    signed_out(sitters_phone)
    again = sitters_phone.hand_in(sitters_phone.write("monitor_check", LOOK, **about(watched)))
    answers.append((again.status_code, [one["verdict"] for one in again.json["verdicts"]]))
    assert answers == [(201, ["held"])] * 5


def test_a_key_of_nobody_is_refused_with_the_door_that_needs_none(sitters_phone, session):
    sent = sitters_phone.write("adverse_event", "She is pale.")
    answer = sitters_phone.hand_in(sent, key="x" * 43)
    assert (answer.status_code, answer.json["code"]) == (401, "queue-key-unknown")
    assert "/v1/adverse-events" in answer.json["detail"]
    assert count(session, QuarantinedItem) == count(session, AdverseEvent) == 0


def test_the_queue_key_opens_nothing_else(sitters_phone, session):
    client = Client(sitters_phone.client.app, sitters_phone.key)
    assert client.get("/me").status_code == 401
    refreshed = {"refresh_token": sitters_phone.key}
    assert Client(sitters_phone.client.app).post("/auth/refresh", refreshed).status_code == 401
    tokens = sitters_phone.tokens
    for token in (tokens["refresh_token"], tokens["access_token"][:200]):
        sent = sitters_phone.write("monitor_check", LOOK)
        assert sitters_phone.hand_in(sent, key=token).status_code == 401
    login = session.scalars(select(LoginSession).where(LoginSession.queue_key_hash.is_not(None)))
    assert sitters_phone.key.encode() not in login.one().queue_key_hash


# A phone that was signed in before there were keys gets one with its next tokens, and no second.
def test_a_sign_in_without_a_key_gets_one_with_its_next_tokens(sitters_phone, session):
    session.execute(update(LoginSession).values(queue_key_hash=None))
    session.commit()
    door, keys, token = Client(sitters_phone.client.app), [], sitters_phone.tokens["refresh_token"]
    for _ in range(2):
        told = door.post("/auth/refresh", {"refresh_token": token}).json
        token, keys = told["refresh_token"], [*keys, told["queue_key"]]
    assert keys[1] is None
    sent = sitters_phone.write("monitor_check", LOOK)
    assert sitters_phone.hand_in(sent, key=keys[0]).status_code == 201


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("emergency", {"words": "Come!"}),
        ("patient_emergency", [1, 2]),
        ("dose_taken", {"dose_mg_hundredths": 10_000}),
        ("deviation", {"deviation": "took_more"}),
        ("monitor_check", UNCONSCIOUS),
        ("vitals", HIGH),
    ],
)
def test_what_may_mean_danger_calls_a_clinician_at_once_and_changes_nothing_else(
    sitters_phone, runtime, session, watched, kind, content
):
    sent = sitters_phone.write(kind, content, **about(watched))
    disabled(sitters_phone, runtime=runtime)
    tables = (EmergencyCall, DoseTaken, MonitoringCheck, VitalSigns)
    before = [count(session, table) for table in tables]
    assert sitters_phone.hand_in(sent).status_code == 201
    codes = {row.code: row for row in rows(session, Escalation)}
    assert codes["quarantined_alarm"].patient_id == watched.patient.id
    told = select(Notification.user_id).where(Notification.template == "somebody_needs_you_now")
    assert watched.prescriber.id in session.scalars(told).all()
    (event,) = rows(session, AdverseEvent)
    assert (event.patient_id, event.reporter_verified) == (watched.patient.id, False)
    assert event.report["late_kind"] == kind
    assert count(session, Hold) >= 1
    assert session.get_one(DoseSession, watched.dose_session.id).state is SessionState.MONITORING
    assert [count(session, table) for table in tables] == before


def test_a_good_look_calls_nobody_and_somebody_is_told_once(sitters_phone, session, watched):
    looks = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(3)]
    signed_out(sitters_phone)
    sitters_phone.hand_in(*looks)
    assert rows(session, Escalation) == rows(session, AdverseEvent) == []
    told = select(Notification.user_id).where(Notification.template == "queue_in_quarantine")
    assert sorted(session.scalars(told)) == sorted([watched.prescriber.id, watched.officer.id])


def test_a_report_of_harm_is_in_the_register_at_once_as_unverified(
    patients_phone, session, watched
):
    sent = patients_phone.write("adverse_event", {"own_words": "My bladder burns."})
    signed_out(patients_phone)
    answer = patients_phone.hand_in(sent)
    assert answer.json["instructions"][0]["call"]
    (event,) = rows(session, AdverseEvent)
    assert (event.own_words, event.reporter_verified) == ("My bladder burns.", False)
    assert (event.reporter_id, event.patient_id) == (
        watched.patient.user_id,
        watched.patient.id,
    )
    assert {hold.code for hold in rows(session, Hold)} == {"open_adverse_event"}


def test_fifty_calls_for_help_are_one_call_to_the_clinician(sitters_phone, session, watched):
    calls = [sitters_phone.write("emergency", {}, **about(watched)) for _ in range(9)]
    signed_out(sitters_phone)
    sitters_phone.hand_in(*calls)
    sitters_phone.hand_in(*calls)
    codes = [row.code for row in rows(session, Escalation)]
    assert codes.count("quarantined_alarm") == 1
    assert count(session, QuarantinedItem) == count(session, AdverseEvent) == 9


def test_what_was_brought_before_is_held_and_kept_no_second_time(sitters_phone, session, watched):
    sent = sitters_phone.write("emergency", {}, **about(watched))
    body = {"device_id": sitters_phone.phone.device_id, "items": [sent]}
    assert sitters_phone.client.post("/sync/push", body).json["verdicts"][0]["verdict"] == "applied"
    events = count(session, AdverseEvent)
    signed_out(sitters_phone)
    assert sitters_phone.hand_in(sent).json["verdicts"][0]["verdict"] == "held"
    assert (count(session, QuarantinedItem), count(session, AdverseEvent)) == (0, events)


def test_of_a_flood_the_phone_keeps_the_rest_for_tomorrow(
    sitters_phone, session, watched, clock, monkeypatch
):
    monkeypatch.setattr(quarantine, "MOST_A_DAY", 2)
    looks = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(3)]
    signed_out(sitters_phone)
    told = sitters_phone.hand_in(*looks).json["verdicts"]
    assert [one["verdict"] for one in told] == ["held", "held", "try_again"]
    clock.advance(quarantine.A_DAY + timedelta(seconds=1))
    assert sitters_phone.hand_in(looks[2]).json["verdicts"][0]["verdict"] == "held"
    assert count(session, QuarantinedItem) == 3


def test_too_many_at_once_are_refused_whole(sitters_phone, session):
    many = [sitters_phone.write("monitor_check", LOOK) for _ in range(51)]
    assert sitters_phone.hand_in(*many).status_code == 422
    assert count(session, QuarantinedItem) == 0


@pytest.mark.parametrize(
    "torn", [None, 7, [], "help", {"kind": "mood", "content": {"x": 1}}, {"kind": "vitals"}]
)
def test_what_nobody_understands_is_held_as_it_came(sitters_phone, prescriber, torn):
    signed_out(sitters_phone)
    answer = sitters_phone.hand_in(torn)
    assert [one["verdict"] for one in answer.json["verdicts"]] == ["held"]
    (item,) = waiting(prescriber)["items"]
    assert item["content"] == torn


# Whoever is out cannot put words into the record of somebody they never had to do with.
def test_what_names_a_stranger_is_for_the_register_and_not_for_their_care_team(
    app, runtime, session, clock, client_for
):
    foreign = evening.an_evening(session, clock.now())
    session.execute(update(OnCallShift).values(cancelled_at=clock.now()))
    stranger = carried(app, session, runtime, a_user(session, clock.now(), Role.COACH).id)
    officer = a_user(session, clock.now(), Role.SAFETY_OFFICER)
    session.commit()
    sent = stranger.write("monitor_check", LOOK, subject_id=str(foreign.session.id))
    signed_out(stranger)
    stranger.hand_in(sent)
    assert rows(session, QuarantinedQueue)[0].patient_id is None
    assert client_for(foreign.prescriber.id).get(DOOR).json["items"] == []
    assert waiting(client_for(officer.id))["waiting"] == 1


def test_a_counter_used_before_says_that_there_are_two(sitters_phone, session, clock, watched):
    officer = a_user(session, clock.now(), Role.SAFETY_OFFICER)
    session.commit()
    first = sitters_phone.write("monitor_check", LOOK, **about(watched))
    second = first | {"id": str(uuid4()), "content": {"moaas": 4}}
    third = first | {"content": {"moaas": 3}}
    signed_out(sitters_phone)
    sitters_phone.hand_in(first, second, third)
    assert [row.forked for row in rows(session, QuarantinedItem)] == [False, True, True]
    told = select(Notification.template).where(Notification.user_id == officer.id)
    assert session.scalars(told).all().count("phone_forked") == 1


def test_the_trail_names_whose_sign_in_it_was_and_that_they_had_no_role(
    sitters_phone, session, watched
):
    sent = sitters_phone.write("monitor_check", LOOK, **about(watched))
    signed_out(sitters_phone)
    sitters_phone.hand_in(sent)
    entry = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "quarantine.item_kept")
    ).one()
    assert (entry.actor_id, entry.actor_roles) == (watched.sitter.user_id, "")
    assert (entry.patient_id, str(entry.login_id)) == (
        watched.patient.id,
        str(rows(session, QuarantinedQueue)[0].login_id),
    )


@pytest.mark.parametrize("act", ["delete", "rewrite"])
def test_the_database_lets_nobody_delete_or_rewrite_what_is_held(
    sitters_phone, session, watched, act
):
    sitters_phone.hand_in(sitters_phone.write("monitor_check", LOOK, **about(watched)))
    statement = {
        "delete": delete(QuarantinedItem),
        "rewrite": update(QuarantinedItem).values(kind="vitals"),
    }[act]
    with pytest.raises(DBAPIError):
        session.execute(statement)

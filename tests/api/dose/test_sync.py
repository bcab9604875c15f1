"""Does a phone that was away bring everything, once, and learn what became of each item?"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from api.oversight.sync import LINKS
from models.dose.dose_sessions import EmergencyCall, MonitoringCheck, VitalSigns
from models.dose.late_items import LateItem, Phone
from models.oversight.adverse_events import AdverseEvent, AdverseEventAddition
from models.platform.trail import Deadline, IdempotencyKey, Notification
from rules.limits import LIMITS
from rules.terms import DeadlineKind, Role
from tests.factories.people import a_user
from workflows.dose import late_waits
from workflows.platform import sweep

READING = {"source": "device", "systolic_mmhg": 124, "diastolic_mmhg": 79}
PHONE = "5f0f0a8e-4a53-4a0e-9a53-9d6f4d6a3f01"


@pytest.fixture
def sitter(client_for, watched):
    return client_for(watched.sitter.user_id)


@pytest.fixture
def patient(client_for, watched):
    return client_for(watched.patient.user_id)


def item(kind: str, content: Any, counter: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "counter": counter, "kind": kind, "content": content} | more


def push(client, *items: Any, **more: Any) -> list[dict[str, Any]]:
    answer = client.post("/sync/push", {"device_id": PHONE, "items": list(items)} | more)
    assert answer.status_code == 200, answer.json
    return answer.json["verdicts"]


def verdicts(told: list[dict[str, Any]]) -> list[str]:
    return [one["verdict"] for one in told]


def count(session, model: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(model)) or 0)


def about(watched) -> str:
    return str(watched.dose_session.id)


def test_every_item_gets_a_verdict_of_its_own(sitter, session, clock, watched):
    taken_at = clock.now()
    clock.advance(hours=9)
    items = [
        item("vitals", READING, 1, subject_id=about(watched), device_at=taken_at.isoformat()),
        item("vitals", READING | {"systolic_mmhg": "high"}, 2, subject_id=about(watched)),
        item("start_dose", {"clearance_id": str(uuid4())}, 3, subject_id=about(watched)),
        item("vitals", READING, 4, subject_id=str(uuid4())),
        {"what": "is this"},
    ]
    told = push(sitter, *items)
    assert verdicts(told) == ["applied", "invalid", "refused", "refused", "invalid"]
    assert [one["code"] for one in told] == [
        None,
        "invalid-request",
        "not_offline",
        "not-found",
        "invalid-request",
    ]
    assert "content.systolic_mmhg" in told[1]["errors"]
    row = session.scalars(
        select(VitalSigns).where(VitalSigns.id == UUID(told[0]["result_id"]))
    ).one()
    assert row.measured_at == taken_at
    kept = session.scalars(select(LateItem).where(LateItem.verdict != "applied")).all()
    assert len(kept) == 4
    assert all(one.content for one in kept)


def test_the_same_item_again_is_a_duplicate_and_is_told_the_same(sitter, session, watched):
    look = item("monitor_check", {"moaas": 1}, subject_id=about(watched))
    first, again = push(sitter, look), push(sitter, look)
    assert (verdicts(first), verdicts(again)) == (["applied"], ["duplicate"])
    assert first[0]["result_id"] == again[0]["result_id"]
    assert again[0]["instructions"] == first[0]["instructions"]
    assert first[0]["instructions"][0]["call"] == ["911"]
    assert count(session, MonitoringCheck) == 1


# Keys are pruned after a month, and a phone may lie in a drawer for longer.
def test_an_item_counts_once_also_when_its_key_is_forgotten(sitter, session, watched):
    look = item("monitor_check", {"moaas": 5}, subject_id=about(watched))
    push(sitter, look)
    session.execute(delete(IdempotencyKey))
    session.commit()
    assert verdicts(push(sitter, look)) == ["duplicate"]
    assert count(session, MonitoringCheck) == 1


def test_twice_in_one_queue_is_once(sitter, session, watched):
    look = item("monitor_check", {"moaas": 5}, subject_id=about(watched))
    assert verdicts(push(sitter, look, look)) == ["applied", "duplicate"]
    assert count(session, MonitoringCheck) == 1


# The answer was lost online, so the phone put the same thing into its queue.
def test_what_was_sent_online_under_its_id_is_a_duplicate(sitter, session, watched):
    look = item("monitor_check", {"moaas": 5}, subject_id=about(watched))
    path = f"/dose-sessions/{about(watched)}/monitoring-checks"
    online = sitter.post(path, look["content"], key=look["id"])
    (told,) = push(sitter, look)
    assert (told["verdict"], told["result_id"]) == ("duplicate", online.json["id"])
    assert count(session, MonitoringCheck) == 1


def test_another_content_under_the_same_id_is_kept_as_evidence(sitter, session, watched):
    look = item("monitor_check", {"moaas": 5}, subject_id=about(watched))
    other = look | {"content": {"moaas": 3}}
    push(sitter, look)
    for _ in range(2):
        (told,) = push(sitter, other)
        assert (told["verdict"], told["code"]) == ("invalid", "id-reused")
    (kept,) = session.scalars(select(LateItem).where(LateItem.reused)).all()
    assert kept.content == {"moaas": 3}
    assert count(session, MonitoringCheck) == 1


def test_an_emergency_is_heard_first_and_answered_with_what_to_do(sitter, session, watched):
    items = [
        item("monitor_check", {"moaas": 5}, 1, subject_id=about(watched)),
        item("emergency", {"code": "emergency_unresponsive"}, 2, subject_id=about(watched)),
    ]
    told = push(sitter, *items)
    assert verdicts(told) == ["applied", "applied"]
    (instruction,) = told[1]["instructions"]
    assert instruction["code"] == "emergency_unresponsive"
    assert instruction["call"] == ["911"]
    order = select(LateItem.kind).order_by(LateItem.id)
    assert session.scalars(order).all() == ["emergency", "monitor_check"]


@pytest.mark.parametrize(
    "cry",
    [
        {"kind": "emergency"},
        {"kind": "emergency", "subject_id": str(uuid4()), "content": {}, "version": "0.1"},
        {"kind": "patient_emergency", "id": 7, "counter": "x", "content": [1, 2]},
        {"kind": "adverse_event", "content": "She is very pale.", "device_at": "tonight"},
    ],
    ids=["bare", "strange", "torn", "words"],
)
def test_an_old_app_may_always_cry_for_help(patient, session, watched, cry):
    (told,) = push(patient, cry)
    assert told["verdict"] == "applied", told
    assert told["instructions"][0]["text"]
    kept = count(session, EmergencyCall), count(session, AdverseEvent)
    assert max(kept) == 1
    assert verdicts(push(patient, cry)) == ["duplicate"]
    assert (count(session, EmergencyCall), count(session, AdverseEvent)) == kept


def test_a_correction_stands_beside_what_it_corrects(sitter, session, watched):
    first = item("vitals", READING, 1, subject_id=about(watched))
    better = READING | {"systolic_mmhg": 142}
    second = item("vitals", better, 2, subject_id=about(watched), corrects_id=first["id"])
    assert verdicts(push(sitter, first)) == ["applied"]
    assert verdicts(push(sitter, second)) == ["applied"]
    assert verdicts(push(sitter, first)) == ["superseded"]
    assert count(session, VitalSigns) == 3  # with the one before the dose


def test_what_is_corrected_before_it_comes_is_kept_too(sitter, session, watched):
    first = item("vitals", READING, 1, subject_id=about(watched))
    second = item("vitals", READING, 2, subject_id=about(watched), corrects_id=first["id"])
    assert verdicts(push(sitter, second)) == ["applied"]
    (told,) = push(sitter, first)
    assert told["verdict"] == "superseded"
    assert told["result_id"] is not None
    assert count(session, VitalSigns) == 3


def test_words_for_a_report_that_has_not_come_wait_for_it(patient, session, watched):
    report = item("adverse_event", {"own_words": "Dizzy."}, 1)
    more = item("harm_addition", {"words": "Better now."}, 2, predecessor_id=report["id"])
    assert verdicts(push(patient, more)) == ["held"]
    assert verdicts(push(patient, more)) == ["held"]
    assert count(session, AdverseEventAddition) == 0
    answer = patient.post("/sync/push", {"device_id": PHONE, "items": [report]})
    assert verdicts(answer.json["verdicts"]) == ["applied"]
    (released,) = answer.json["released"]
    assert (released["item_id"], released["verdict"]) == (more["id"], "applied")
    (addition,) = session.scalars(select(AdverseEventAddition)).all()
    assert str(addition.adverse_event_id) == answer.json["verdicts"][0]["result_id"]
    assert verdicts(push(patient, more)) == ["duplicate"]
    (due,) = session.scalars(select(Deadline).where(Deadline.kind == DeadlineKind.LATE_ITEM))
    assert due.settled_at is not None


def test_words_whose_report_never_comes_are_a_report_of_their_own(
    patient, runtime, session, clock, watched
):
    more = item("harm_addition", {"words": "Worse."}, predecessor_id=str(uuid4()))
    push(patient, more)
    clock.advance(LIMITS.late_item_wait - timedelta(seconds=1))
    sweep.run_once(runtime)
    assert count(session, AdverseEvent) == 0
    clock.advance(seconds=2)
    sweep.run_once(runtime)
    (event,) = session.scalars(select(AdverseEvent)).all()
    assert (event.own_words, event.patient_id) == ("Worse.", watched.patient.id)
    (told,) = push(patient, more)
    assert (told["verdict"], told["code"]) == ("duplicate", late_waits.WAITED)


# Whatever may ring an alarm is not kept waiting for the sake of order.
def test_a_look_does_not_wait_for_the_one_before_it(sitter, session, watched):
    look = item("monitor_check", {"moaas": 5}, 9, subject_id=about(watched))
    assert verdicts(push(sitter, look | {"predecessor_id": str(uuid4())})) == ["applied"]


def test_two_phones_with_one_counter_are_kept_and_told_of_once(sitter, session, clock, watched):
    officer = a_user(session, clock.now(), Role.SAFETY_OFFICER)
    session.commit()
    looks = [item("monitor_check", {"moaas": 5}, 7, subject_id=about(watched)) for _ in range(3)]
    told = push(sitter, *looks)
    assert verdicts(told) == ["applied"] * 3
    assert [one["forked"] for one in told] == [False, True, True]
    assert session.scalars(select(Phone)).one().forked_at == clock.now()
    messages = select(Notification.template).where(Notification.user_id == officer.id)
    assert session.scalars(messages).all() == ["phone_forked"]


def test_somebody_is_told_of_what_could_not_be_read(sitter, client_for, session, clock, watched):
    officer = a_user(session, clock.now(), Role.SAFETY_OFFICER)
    session.commit()
    push(sitter, item("vitals", {}, 1), item("vitals", {"systolic_mmhg": 0}, 2))
    messages = select(Notification.template).where(Notification.user_id == officer.id)
    assert session.scalars(messages).all() == ["late_item_unread"]
    listed = client_for(officer.id).get("/sync/late-items?limit=1").json
    (newest,) = listed["items"]
    assert (newest["content"], newest["verdict"]) == ({"systolic_mmhg": 0}, "invalid")
    older = client_for(officer.id).get(f"/sync/late-items?after={listed['next']}").json
    assert [one["content"] for one in older["items"]] == [{}]
    assert sitter.get("/sync/late-items").status_code == 403


def test_what_was_refused_is_taken_when_it_can_be(sitter, session, clock, watched):
    place = watched.dose_session.sitter_user_id
    look = item("monitor_check", {"moaas": 5}, subject_id=about(watched))
    watched.dose_session.sitter_user_id = None
    session.commit()
    assert verdicts(push(sitter, look)) == ["refused"]
    watched.dose_session.sitter_user_id = place
    session.commit()
    assert verdicts(push(sitter, look)) == ["applied"]
    assert session.scalars(select(LateItem)).one().settled_at == clock.now()


# A queue is no way around the clock: what it brings opens no dose.
def test_a_late_reading_has_no_measured_clock_and_the_phone_has(sitter, session, clock, watched):
    told = sitter.get("/clock").json
    clock_told = {"nonce": told["nonce"], "device_time": told["server_time"]}
    reading = item("vitals", READING | {"clock": clock_told}, subject_id=about(watched))
    (verdict,) = push(sitter, reading, clock=clock_told)
    row = session.scalars(
        select(VitalSigns).where(VitalSigns.id == UUID(verdict["result_id"]))
    ).one()
    assert row.clock_skew_seconds is None
    assert session.scalars(select(LateItem)).one().clock_skew_seconds == 0


def test_what_one_phone_brought_the_other_one_follows(house):
    evening = house.an_evening()
    phone, other = house.client(evening.sitter.user_id), house.client(evening.patient.user_id)
    look = item("monitor_check", {"moaas": 5}, subject_id=str(evening.session.id))
    (told,) = push(phone, look)
    found = other.get("/sync/changes").json
    (change,) = [one for one in found["items"] if one["object_id"] == told["result_id"]]
    assert (change["kind"], change["object_type"]) == ("monitoring.checked", "monitoring_check")
    assert other.get(change["link"]).status_code == 200
    again = other.get(f"/sync/changes?cursor={found['cursor']}").json
    assert (again["items"], again["more"]) == ([], False)


def test_only_the_patient_follows_the_record(sitter):
    assert sitter.get("/sync/changes").status_code == 403


def test_a_cursor_of_nobody_is_refused(patient):
    answer = patient.get("/sync/changes?cursor=AAAA")
    assert (answer.status_code, answer.json["code"]) == (422, "cursor-not-good")


@pytest.mark.parametrize("link", LINKS.values())
def test_every_link_is_an_address_that_answers(app, link):
    path = link.format(object_id=uuid4())
    app.url_map.bind("").match(path, "GET")


@pytest.mark.parametrize(
    "queue",
    [
        {},
        {"device_id": PHONE},
        {"device_id": "mine", "items": []},
        {"device_id": PHONE, "items": "none"},
        {"device_id": PHONE, "items": [{}] * 51},
    ],
)
def test_a_torn_envelope_is_refused_whole_and_nothing_of_it_is_done(sitter, session, queue):
    answer = sitter.post("/sync/push", queue)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid-request")
    assert count(session, LateItem) == 0


# What our own code forgets, the database still knows.
@pytest.mark.parametrize(
    ("same", "constraint"),
    [("item_id", "uq_late_item_item"), ("counter", "uq_late_item_counter")],
)
def test_the_database_takes_no_item_and_no_counter_twice(
    sitter, session, watched, same, constraint
):
    push(sitter, item("monitor_check", {"moaas": 5}, subject_id=about(watched)))
    kept = session.scalars(select(LateItem)).one()
    names = [column.key for column in LateItem.__table__.columns if column.key != "id"]
    values = {name: getattr(kept, name) for name in names}
    other = {"item_id": uuid4(), "counter": 99} | {same: values[same]}
    with pytest.raises(IntegrityError, match=constraint):
        session.execute(insert(LateItem).values(id=uuid4(), **values | other))

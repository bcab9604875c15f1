"""What becomes of the queue of a phone that was doubled, reset, upgraded, or away for a month?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from models.dose.dose_sessions import DoseSession, MonitoringCheck, VitalSigns
from models.dose.late_items import LateItem, Phone
from models.dose.quarantine import QuarantinedItem, QuarantinedQueue
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation
from models.people.patients import Sitter
from models.platform.trail import Notification
from rules.terms import SitterState
from tests.api.client import Client
from tests.carried import Carried, carried, count, rows, waiting
from tests.factories.intake import a_consent

LOOK = {"moaas": 5}
READING = {"source": "device", "systolic_mmhg": 124, "diastolic_mmhg": 79}


def about(watched) -> dict[str, str]:
    return {"subject_id": str(watched.dose_session.id)}


def push(phone: Carried, *items: Any, device_id: str = "", **more: Any) -> Any:
    told = {"device_id": device_id or phone.phone.device_id, "items": list(items)}
    answer = phone.client.post("/sync/push", told, **more)
    assert answer.status_code == 200, answer.json
    return answer.json


def verdicts(answer: Any) -> list[str]:
    return [one["verdict"] for one in answer["verdicts"]]


def taken_off(session, watched) -> None:
    """Take the sitter off, who may sign in as before."""
    session.execute(
        update(Sitter).where(Sitter.id == watched.sitter.id).values(state=SitterState.REMOVED)
    )
    session.execute(update(DoseSession).values(sitter_id=None, sitter_user_id=None))
    session.commit()


def test_a_queue_brought_twice_counts_once(sitters_phone, session, watched):
    items = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(4)]
    assert verdicts(push(sitters_phone, *items)) == ["applied"] * 4
    assert verdicts(push(sitters_phone, *items)) == ["duplicate"] * 4
    assert count(session, MonitoringCheck) == 4


def test_a_queue_that_comes_backwards_is_the_same_record(sitters_phone, session, clock, watched):
    start, items = clock.now(), []
    for minutes in range(4):
        at = (start + timedelta(minutes=minutes)).isoformat()
        told = {"moaas": 5 - minutes % 2}
        items.append(sitters_phone.write("monitor_check", told, device_at=at, **about(watched)))
    clock.advance(hours=5)
    for item in reversed(items):
        assert verdicts(push(sitters_phone, item)) == ["applied"]
    looks = select(MonitoringCheck).order_by(MonitoringCheck.checked_at)
    assert [row.moaas for row in session.scalars(looks)] == [5, 4, 5, 4]


def test_a_phone_from_a_backup_brings_everything_again_and_goes_on_counting(
    sitters_phone, session, watched
):
    first = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(3)]
    push(sitters_phone, *first)
    sitters_phone.phone.queue = dict(sitters_phone.phone.written)
    sitters_phone.phone.counter = 2  # the backup was made before the third
    after = sitters_phone.write("monitor_check", LOOK, **about(watched))
    told = push(sitters_phone, *sitters_phone.phone.queue.values())
    assert verdicts(told) == ["duplicate"] * 3 + ["applied"]
    assert after["counter"] == 3
    assert told["verdicts"][-1]["forked"] is True
    assert count(session, MonitoringCheck) == 4


@pytest.mark.parametrize("years", [-30, -4, 4, 30])
def test_a_clock_that_is_off_by_years_loses_nothing_and_reaches_no_future(
    sitters_phone, session, clock, watched, years
):
    said = clock.now() + timedelta(days=365 * years)
    sent = sitters_phone.write("vitals", READING, device_at=said.isoformat(), **about(watched))
    told = push(sitters_phone, sent)
    assert verdicts(told) == ["applied"]
    row = session.get_one(VitalSigns, UUID(told["verdicts"][0]["result_id"]))
    assert row.measured_at == min(said, clock.now())
    assert (row.received_at, row.clock_skew_seconds) == (clock.now(), None)


def test_a_clone_with_the_same_counters_is_told_to_it_and_to_a_person_and_nothing_is_lost(
    sitters_phone, session, watched
):
    mine = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(3)]
    clones = [one | {"id": str(uuid4()), "content": {"moaas": 4}} for one in mine]
    assert verdicts(push(sitters_phone, *mine)) == ["applied"] * 3
    told = push(sitters_phone, *clones)
    assert verdicts(told) == ["applied"] * 3
    assert [one["forked"] for one in told["verdicts"]] == [True] * 3
    assert count(session, MonitoringCheck) == 6
    assert [row.forked for row in rows(session, LateItem)] == [False] * 3 + [True] * 3
    (phone,) = rows(session, Phone)
    assert phone.forked_at is not None
    heard = select(Notification.user_id).where(Notification.template == "phone_forked")
    assert session.scalars(heard).all() == [watched.officer.id]


# Two phones from one backup have even their ids in common; one of them says something else.
def test_a_clone_that_uses_the_same_id_for_something_else_is_evidence_and_told(
    sitters_phone, session, watched
):
    mine = sitters_phone.write("monitor_check", LOOK, **about(watched))
    push(sitters_phone, mine)
    (told,) = push(sitters_phone, mine | {"content": {"moaas": 3}})["verdicts"]
    assert (told["verdict"], told["code"], told["forked"]) == ("invalid", "id-reused", True)
    kept = session.scalars(select(LateItem).where(LateItem.reused)).one()
    assert (kept.content, kept.forked) == ({"moaas": 3}, True)
    heard = select(Notification.template).where(Notification.user_id == watched.officer.id)
    assert "phone_forked" in session.scalars(heard).all()


def test_a_phone_is_told_what_it_counted_and_we_never_got(sitters_phone, session, watched):
    items = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(9)]
    told = push(sitters_phone, items[1], items[4], items[8])
    assert told["missing"] == [
        {"first": 1, "last": 1},
        {"first": 3, "last": 4},
        {"first": 6, "last": 8},
    ]
    other = push(sitters_phone, device_id=str(uuid4()))
    assert other["missing"] == []
    assert push(sitters_phone, *items)["missing"] == []


def test_a_counter_near_the_end_of_all_numbers_is_one_gap(sitters_phone, watched):
    sent = sitters_phone.write("monitor_check", LOOK, **about(watched))
    last = 2**53 - 1
    assert push(sitters_phone, sent | {"counter": last})["missing"] == [
        {"first": 1, "last": last - 1}
    ]


# The old app had written a kind, a field and a counter of its own; the new one brings them.
def test_an_app_that_is_upgraded_in_mid_queue_loses_nothing(sitters_phone, session, watched):
    old = [
        sitters_phone.write("look_v1", {"awake": True}, **about(watched)),
        sitters_phone.write("vitals", READING | {"cuff": "left"}, **about(watched)),
        sitters_phone.write("adverse_event", {"v": 1, "text": "She is dizzy."}, **about(watched)),
    ]
    new = sitters_phone.write("monitor_check", LOOK, **about(watched))
    told = push(sitters_phone, *old, new, headers={"X-App-Version": "3.0.0"})
    assert verdicts(told) == ["invalid", "invalid", "applied", "applied"]
    assert [one["code"] for one in told["verdicts"][:2]] == ["kind-unknown", "invalid-request"]
    aside = {row.kind: row.content for row in rows(session, LateItem) if row.verdict == "invalid"}
    assert aside["unknown"] == {"kind": "look_v1", "content": {"awake": True}}
    assert aside["vitals"] == old[1]["content"]
    heard = select(Notification.template).where(Notification.user_id == watched.officer.id)
    assert "late_item_unread" in session.scalars(heard).all()
    again = sitters_phone.write("vitals", READING, **about(watched))
    assert verdicts(push(sitters_phone, *old, again)) == [
        *verdicts(told)[:2],
        "duplicate",
        "applied",
    ]
    assert count(session, AdverseEvent) == 1


@pytest.mark.parametrize("version", [None, "", "1.9.9", "banana", "9" * 400, "2.0"])
def test_an_app_that_is_too_old_tells_everything_and_opens_no_dose(
    patients_phone, runtime, watched, monkeypatch, version
):
    monkeypatch.setattr(runtime, "settings", replace(runtime.settings, oldest_app=(2, 0, 0)))
    said = {} if version is None else {"X-App-Version": version}
    items = [
        patients_phone.write("adverse_event", {"own_words": "My bladder burns."}),
        patients_phone.write("monitor_check", LOOK, **about(watched)),
        patients_phone.write("start_dose", {"clearance_id": str(uuid4())}, **about(watched)),
    ]
    told = push(patients_phone, *items, headers=said)
    assert verdicts(told) == ["applied", "applied", "refused"]
    assert told["verdicts"][2]["code"] == "not_offline"
    harm = Client(patients_phone.client.app).post("/adverse-events", "It burns.", headers=said)
    assert harm.status_code == 201
    path = f"/dose-sessions/{watched.dose_session.id}"
    body = {"clearance_id": str(uuid4())}
    answer = patients_phone.client.post(f"{path}/start", body, headers=said)
    assert (answer.status_code, answer.json["code"]) == (409, "app-too-old")
    fresh = patients_phone.client.post(f"{path}/start", body, headers={"X-App-Version": "2.0.0"})
    assert fresh.json["code"] != "app-too-old"


def test_a_queue_that_waited_while_consent_was_taken_back_is_kept_all_the_same(
    sitters_phone, patients_phone, session, clock, watched
):
    looks = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(2)]
    harm = patients_phone.write("adverse_event", {"own_words": "It burns."})
    a_consent(session, clock.now() - timedelta(days=20), watched.patient)
    session.commit()
    path = f"/patients/{watched.patient.id}/consent-withdrawals"
    withdrawn = patients_phone.client.post(path, {"signature": "Pat Example"})
    assert withdrawn.status_code == 201
    clock.advance(days=2)
    assert verdicts(push(sitters_phone, *looks)) == ["applied", "applied"]
    assert verdicts(push(patients_phone, harm)) == ["applied"]
    assert count(session, MonitoringCheck) == 2


def test_a_queue_of_thirty_days_keeps_its_times_and_counts_once(
    app, runtime, sitters_phone, session, clock, watched
):
    at = clock.now()
    items = [
        sitters_phone.write("vitals", READING, device_at=at.isoformat(), **about(watched)),
        sitters_phone.write("monitor_check", LOOK, device_at=at.isoformat(), **about(watched)),
    ]
    clock.advance(days=31)
    later = carried(app, session, runtime, watched.sitter.user_id)
    later.phone = sitters_phone.phone
    told = push(later, *items)
    assert verdicts(told) == ["applied", "applied"]
    assert verdicts(push(later, *items)) == ["duplicate", "duplicate"]
    reading = session.get_one(VitalSigns, UUID(told["verdicts"][0]["result_id"]))
    assert (reading.measured_at, reading.received_at) == (at, clock.now())
    look = session.get_one(MonitoringCheck, UUID(told["verdicts"][1]["result_id"]))
    assert (look.checked_at, look.received_at) == (at, clock.now())


# She was taken off, and may sign in as before; what she saw that night was refused in silence.
@pytest.mark.parametrize(("kind", "content"), [("emergency", {}), ("monitor_check", {"moaas": 0})])
def test_what_somebody_brings_who_has_no_relation_any_more_is_heard_and_decided_on(
    sitters_phone, session, watched, prescriber, kind, content
):
    taken_off(session, watched)
    told = push(sitters_phone, sitters_phone.write(kind, content, **about(watched)))
    assert verdicts(told) == ["refused"]
    assert "quarantined_alarm" in {row.code for row in rows(session, Escalation)}
    queue = waiting(prescriber)
    assert (queue["why"], queue["waiting"]) == ("signed_in", 1)


def test_a_dose_that_cannot_be_read_is_heard_of_all_the_same(sitters_phone, session, watched):
    sent = sitters_phone.write("dose_taken", {"mg": "plenty"}, **about(watched))
    assert verdicts(push(sitters_phone, sent)) == ["invalid"]
    assert "quarantined_alarm" in {row.code for row in rows(session, Escalation)}
    assert count(session, QuarantinedQueue) == 1


@pytest.mark.parametrize("kind", ["start_dose", "sign_consent", "submit_predose_check"])
def test_a_command_in_a_queue_is_refused_by_its_name_and_calls_nobody(
    patients_phone, session, watched, kind
):
    (told,) = push(patients_phone, patients_phone.write(kind, {}, **about(watched)))["verdicts"]
    assert (told["verdict"], told["code"]) == ("refused", "not_offline")
    assert count(session, QuarantinedItem) == count(session, Notification) == 0

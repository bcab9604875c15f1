"""Who lets in what an ended sign-in handed in, under whose name, and what if nobody does?"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from models.dose.dose_sessions import DoseSession, EmergencyCall, MonitoringCheck, VitalSigns
from models.dose.late_items import LateItem
from models.dose.quarantine import QuarantinedItem, QuarantinedQueue
from models.oversight.adverse_events import AdverseEvent, AdverseEventAddition
from models.oversight.holds import Escalation
from models.people.patients import Sitter
from models.platform.trail import AuditEvent, Deadline
from rules.limits import LIMITS
from rules.terms import DeadlineKind, Role, SitterState
from tests.carried import DOOR, REASON, Carried, accept, carried, count, rows, set_aside, waiting
from tests.factories.people import a_care_team, a_user
from workflows.platform import sweep

LOOK = {"moaas": 5}
READING = {"source": "device", "systolic_mmhg": 124, "diastolic_mmhg": 79}


def about(watched) -> dict[str, str]:
    return {"subject_id": str(watched.dose_session.id)}


def held(phone: Carried, *items: Any) -> None:
    """Sign the phone out and hand these in."""
    phone.client.post("/auth/log-out")
    told = phone.hand_in(*items).json["verdicts"]
    assert [one["verdict"] for one in told] == ["held"] * len(items)


def test_what_is_accepted_is_its_authors_and_the_trail_names_who_let_it_in(
    sitters_phone, session, clock, watched, prescriber
):
    seen_at = clock.now()
    sent = sitters_phone.write("vitals", READING, device_at=seen_at.isoformat(), **about(watched))
    before = count(session, VitalSigns)
    clock.advance(hours=7)
    held(sitters_phone, sent)
    (item,) = waiting(prescriber)["items"]
    answer = accept(prescriber, item)
    assert (answer.status_code, answer.json["decision"]) == (201, "accepted")
    (entered,) = rows(session, LateItem)
    assert (entered.user_id, entered.entered_by) == (watched.sitter.user_id, watched.prescriber.id)
    assert str(entered.id) == answer.json["late_item_id"]
    reading = session.get_one(VitalSigns, entered.result_id)
    assert (reading.recorded_by, reading.measured_at) == (watched.sitter.user_id, seen_at)
    assert count(session, VitalSigns) == before + 1
    trail = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "vital_signs.recorded")
    ).all()[-1]
    assert (trail.actor_id, trail.actor_roles) == (watched.prescriber.id, "prescriber")
    assert trail.reason == "entered_for_somebody"


def test_what_is_accepted_counts_once_also_when_its_author_brings_it(
    app, runtime, session, watched, prescriber
):
    first = carried(app, session, runtime, watched.sitter.user_id)
    look = first.write("monitor_check", LOOK, **about(watched))
    more = first.write("monitor_check", LOOK, **about(watched))
    held(first, look, more)
    items = {item["item_id"]: item for item in waiting(prescriber)["items"]}
    assert accept(prescriber, items[look["id"]]).status_code == 201
    again = carried(app, session, runtime, watched.sitter.user_id)
    body = {"device_id": first.phone.device_id, "items": [look, more]}
    told = again.client.post("/sync/push", body).json["verdicts"]
    assert [one["verdict"] for one in told] == ["duplicate", "applied"]
    assert accept(prescriber, items[more["id"]]).status_code == 201
    assert count(session, MonitoringCheck) == 2
    assert [row.entered_by for row in rows(session, LateItem)] == [watched.prescriber.id, None]


def test_an_accepted_call_for_help_goes_the_way_of_every_call(
    sitters_phone, session, watched, prescriber
):
    held(sitters_phone, sitters_phone.write("emergency", {"words": "Come!"}, **about(watched)))
    (item,) = waiting(prescriber)["items"]
    assert accept(prescriber, item).status_code == 201
    (call,) = rows(session, EmergencyCall)
    assert (call.words, call.raised_by) == ("Come!", watched.sitter.user_id)
    assert session.get_one(DoseSession, watched.dose_session.id).state == "emergency"


def test_an_accepted_report_of_harm_is_the_one_that_was_kept_at_once(
    patients_phone, session, watched, prescriber
):
    report = patients_phone.write("adverse_event", {"own_words": "It burns."})
    more = patients_phone.write("harm_addition", {"words": "Less."}, predecessor_id=report["id"])
    held(patients_phone, report, more)
    kept = count(session, AdverseEvent)
    items = {item["item_id"]: item for item in waiting(prescriber)["items"]}
    early = accept(prescriber, items[more["id"]])
    assert (early.status_code, early.json["code"]) == (409, "item_not_taken")
    assert accept(prescriber, items[report["id"]]).status_code == 201
    assert accept(prescriber, items[more["id"]]).status_code == 201
    assert count(session, AdverseEvent) == kept
    (addition,) = rows(session, AdverseEventAddition)
    assert str(addition.adverse_event_id) == items[report["id"]]["adverse_event_id"]


# The office had taken the sitter off; what she saw that evening happened all the same.
def test_who_has_nothing_to_do_with_the_patient_any_more_is_let_in_by_who_has(
    sitters_phone, session, watched, prescriber
):
    sent = sitters_phone.write("monitor_check", LOOK, **about(watched))
    session.execute(
        update(Sitter).where(Sitter.id == watched.sitter.id).values(state=SitterState.REMOVED)
    )
    session.execute(update(DoseSession).values(sitter_id=None, sitter_user_id=None))
    session.commit()
    push = {"device_id": sitters_phone.phone.device_id, "items": [sent]}
    assert sitters_phone.client.post("/sync/push", push).json["verdicts"][0]["code"] == "not-found"
    held(sitters_phone, sent)
    (item,) = waiting(prescriber)["items"]
    assert accept(prescriber, item).status_code == 201
    assert rows(session, MonitoringCheck)[-1].recorded_by == watched.sitter.user_id
    assert rows(session, LateItem)[0].entered_by == watched.prescriber.id


def test_what_nobody_can_read_or_is_no_fact_is_only_set_aside(
    sitters_phone, session, watched, prescriber
):
    torn = sitters_phone.write("vitals", {"systolic_mmhg": "high"}, **about(watched))
    order = sitters_phone.write("start_dose", {}, **about(watched))
    held(sitters_phone, torn, order)
    for item in waiting(prescriber)["items"]:
        answer = accept(prescriber, item)
        assert (answer.status_code, answer.json["code"]) == (409, "item_not_taken")
        assert set_aside(prescriber, item).status_code == 201
    assert {row.decision for row in rows(session, QuarantinedItem)} == {"set_aside"}
    assert rows(session, LateItem) == []


def test_what_is_set_aside_is_in_no_record_and_stays(sitters_phone, session, watched, prescriber):
    held(sitters_phone, sitters_phone.write("emergency", {}, **about(watched)))
    (item,) = waiting(prescriber)["items"]
    answer = set_aside(prescriber, item)
    assert (answer.status_code, answer.json["reason"]) == (201, REASON["reason"])
    assert (count(session, EmergencyCall), count(session, LateItem)) == (0, 0)
    assert count(session, AdverseEvent) == 1
    for late in (accept, set_aside):
        assert late(prescriber, item).status_code == 409
    assert prescriber.get(DOOR).json["items"] == []
    (queue,) = rows(session, QuarantinedQueue)
    assert prescriber.get(f"{DOOR}/{queue.id}").json["items"][0]["content"]


def test_the_same_decision_under_the_same_key_is_one(
    sitters_phone, session, clock, watched, client_for
):
    held(sitters_phone, sitters_phone.write("monitor_check", LOOK, **about(watched)))
    off_the_team = a_user(session, clock.now(), Role.SAFETY_OFFICER)
    session.commit()
    officer = client_for(off_the_team.id)
    (item,) = waiting(officer)["items"]
    path = f"{DOOR}/items/{item['id']}/acceptance"
    answers = [officer.post(path, REASON, key="one-key") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert count(session, MonitoringCheck) == 1


# A prescriber whose phone was stolen does not let in what the thief wrote in her name.
def test_nobody_lets_in_what_came_under_their_own_name(app, runtime, session, watched, client_for):
    both = a_user(session, runtime.clock.now(), Role.PRESCRIBER, Role.SITTER)
    a_care_team(session, runtime.clock.now(), watched.patient, prescriber=both)
    session.commit()
    phone = carried(app, session, runtime, both.id)
    held(phone, phone.write("monitor_check", LOOK, **about(watched)))
    mine = client_for(both.id)
    (item,) = waiting(mine)["items"]
    for decide in (accept, set_aside):
        answer = decide(mine, item)
        assert (answer.status_code, answer.json["code"]) == (409, "own_queue")
    decided = {"decided_at": runtime.clock.now(), "decision": "set_aside", "reason": "Mine."}
    row = session.get_one(QuarantinedItem, UUID(item["id"]))
    row.decided_by = both.id
    for name, value in decided.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match="by_somebody_else"):
        session.flush()


def test_a_care_team_elsewhere_a_coach_and_the_author_see_nothing_of_it(
    sitters_phone, session, clock, watched, client_for
):
    held(sitters_phone, sitters_phone.write("monitor_check", LOOK, **about(watched)))
    elsewhere = a_user(session, clock.now(), Role.PRESCRIBER)
    session.commit()
    (queue,), (item,) = rows(session, QuarantinedQueue), rows(session, QuarantinedItem)
    stranger = client_for(elsewhere.id)
    assert stranger.get(DOOR).json["items"] == []
    assert stranger.get(f"{DOOR}/{queue.id}").status_code == 404
    assert accept(stranger, {"id": item.id}).status_code == 404
    for who in (watched.coach.id, watched.sitter.user_id, watched.patient.user_id):
        assert client_for(who).get(DOOR).status_code == 403
        assert set_aside(client_for(who), {"id": item.id}).status_code == 403


def test_what_nobody_decides_on_is_called_out_until_somebody_has(
    sitters_phone, runtime, session, clock, watched, prescriber
):
    held(sitters_phone, sitters_phone.write("monitor_check", LOOK, **about(watched)))

    def called() -> list[Any]:
        found = select(Escalation).where(Escalation.code == "quarantine_undecided")
        session.expire_all()
        return list(session.scalars(found))

    clock.advance(LIMITS.quarantine_decision - timedelta(seconds=1))
    sweep.run_once(runtime)
    assert called() == []
    clock.advance(seconds=2)
    sweep.run_once(runtime)
    (call,) = called()
    assert (call.patient_id, call.acknowledged_at) == (watched.patient.id, None)
    (item,) = waiting(prescriber)["items"]
    set_aside(prescriber, item)
    (call,) = called()
    assert call.acknowledged_by == watched.prescriber.id


def test_who_decides_in_time_is_not_called(
    sitters_phone, runtime, session, clock, watched, prescriber
):
    items = [sitters_phone.write("monitor_check", LOOK, **about(watched)) for _ in range(2)]
    held(sitters_phone, *items)
    first, second = waiting(prescriber)["items"]
    accept(prescriber, first)
    due = select(Deadline).where(Deadline.kind == DeadlineKind.QUARANTINE)
    assert session.scalars(due).one().settled_at is None
    accept(prescriber, second)
    session.expire_all()
    assert session.scalars(due).one().settled_at == clock.now()
    clock.advance(LIMITS.quarantine_decision * 2)
    sweep.run_once(runtime)
    codes = {row.code for row in rows(session, Escalation)}
    assert "quarantine_undecided" not in codes

"""One bad night: the networks fail, silence is noticed, and everything that was told comes home.

A dose begins, and the answer that says so is lost. Then the sitter's phone has no network for most
of an hour, its queue arrives twice, and an old copy of it turns up. Somebody is called and answers,
the emergency that was written down in the dark is heard, and the next dose waits for a prescriber.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Connection

from tests.api.client import Client
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.preparing import ZONE
from tests.phone import PUSH, Follower, Network, Phone
from workflows.oversight import audit_check

FAST = timedelta(minutes=4)  # the clock of the sitter's phone, before ours
WORDS = "She opens her eyes when I shake her, and then sleeps again."


def test_a_night_without_a_network_loses_nothing_and_doubles_nothing(
    course: Course, connection: Connection
) -> None:
    _the_answer_to_the_start_is_lost(course)
    phone = _phone_of(course)
    course.cast.clock.advance(minutes=15)
    course.is_looked_at()
    _in_the_dark(course, phone)
    _somebody_is_called_and_answers(course)
    came = _the_queue_arrives_twice(course, phone)
    _nobody_decides_from_a_queue(course)
    _an_old_copy_of_the_phone_turns_up(course, phone)
    _it_is_an_emergency(course, came)
    _the_watch_goes_on_to_its_end(course)
    _the_next_dose_waits_for_a_prescriber(course)
    _the_patient_sees_all_of_it(course)
    chain = f"patient:{course.ids['patient']}"
    assert audit_check.check(connection, {}, [], chain).found == []


def _the_answer_to_the_start_is_lost(course: Course) -> None:
    """The phone knows of nothing, asks again, and learns that the dose has begun: once."""
    course.is_ready_for_first_dose()
    course.comes_to_the_evening()
    assert course.answers()["outcome"] == "clear"
    first = course.takes_dose(key="the-one-tap")
    course.cast.clock.advance(minutes=1)
    again = course.taps_start(key="the-one-tap")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    another = course.taps_start(key="another-tap")
    assert another.status_code == 409
    doses = ok(course.cast.patient.get(course.of_patient("dose-sessions")), 200)["items"]
    assert [one["state"] for one in doses if one["id"] == course.session] == ["monitoring"]


def _phone_of(course: Course) -> Phone:
    chance = Random(7)  # noqa: S311 - ids of a story, and no secret
    return Phone(Network(cast("Client", course.cast.sitter), chance), chance)


def _in_the_dark(course: Course, phone: Phone) -> None:
    """Forty minutes without a network: two looks, a reading, and a call that nobody hears."""
    for kind, content in (
        ("monitor_check", {"moaas": 5}),
        ("vitals", {"source": "device", "systolic_mmhg": 142, "diastolic_mmhg": 88}),
        ("monitor_check", {"moaas": 3}),
        ("emergency", {"code": "emergency_unresponsive", "words": WORDS}),
    ):
        for _ in range(10):
            course.cast.clock.advance(minutes=1)
            course.cast.sweep()
        shown = (course.now + FAST).isoformat()
        phone.write(kind, content, subject_id=course.session, device_at=shown)


def _somebody_is_called_and_answers(course: Course) -> None:
    """Nobody looked, as far as the house can see: the silence has climbed to a clinician."""
    [missed] = _calls(course, "monitor_check_missed")
    assert missed["rung"] == 5
    ok(course.cast.prescriber.post(f"/escalations/{missed['id']}/acknowledgement"))
    assert _calls(course, "monitor_check_missed") == []


def _the_queue_arrives_twice(course: Course, phone: Phone) -> list[dict[str, Any]]:
    """The first answer is lost on its way back; the second says that all of it is known."""
    queue = {"device_id": phone.device_id, "items": list(phone.queue.values())}
    came = ok(course.cast.sitter.post(PUSH, queue), 200)["verdicts"]
    assert [one["verdict"] for one in came] == ["applied"] * 4
    phone.network.calm = True
    again = ok(course.cast.sitter.post(PUSH, queue), 200)["verdicts"]
    assert [one["verdict"] for one in again] == ["duplicate"] * 4
    assert [one["result_id"] for one in again] == [one["result_id"] for one in came]
    phone.sync()
    assert phone.queue == {}
    looks = ok(course.cast.sitter.get(course.of_session("monitoring-checks")), 200)
    assert len(looks) == 3
    assert all(_at(look["checked_at"]) <= _at(look["received_at"]) for look in looks)
    return list(came)


def _nobody_decides_from_a_queue(course: Course) -> None:
    """A phone without a network may tell, and never open a dose."""
    chance = Random(8)  # noqa: S311 - as above
    phone = Phone(Network(cast("Client", course.cast.patient), chance), chance)
    phone.write("start_dose", {"clearance_id": course.clearance}, subject_id=course.session)
    queue = {"device_id": phone.device_id, "items": list(phone.queue.values())}
    [refused] = ok(course.cast.patient.post(PUSH, queue), 200)["verdicts"]
    assert (refused["verdict"], refused["code"]) == ("refused", "not_offline")


def _an_old_copy_of_the_phone_turns_up(course: Course, phone: Phone) -> None:
    """A restored phone counts where it has counted before: what it says is kept, and marked."""
    phone.counter = 1
    phone.write("monitor_check", {"moaas": 4}, subject_id=course.session)
    queue = {"device_id": phone.device_id, "items": list(phone.queue.values())}
    [told] = ok(course.cast.sitter.post(PUSH, queue), 200)["verdicts"]
    assert (told["verdict"], told["forked"]) == ("applied", True)
    aside = ok(course.cast.officer.get("/sync/late-items"), 200)["items"]
    assert [one["item_id"] for one in aside if one["forked"]] == [told["item_id"]]


def _it_is_an_emergency(course: Course, came: list[dict[str, Any]]) -> None:
    """The answer to the queue said what to do; a clinician is called; the session says it."""
    assert "911" in str(came[3]["instructions"])
    assert [call["subject_id"] for call in _calls(course, "emergency_unresponsive")] == [
        course.session
    ]
    session = ok(course.cast.prescriber.get(f"/dose-sessions/{course.session}"), 200)
    assert session["state"] == "emergency"
    [call] = ok(course.cast.prescriber.get(course.of_session("emergencies")), 200)
    assert _at(call["raised_at"]) <= _at(call["received_at"]) == course.now


def _the_watch_goes_on_to_its_end(course: Course) -> None:
    """The prescriber ends the emergency, the sitter watches on, and the patient is released."""
    [called] = _calls(course, "emergency_unresponsive")
    ok(course.cast.prescriber.post(f"/escalations/{called['id']}/acknowledgement"))
    seen = {"rationale": "Seen on video: awake, speaks, knows where she is."}
    ok(course.cast.prescriber.post(course.of_session("emergency-closure"), seen))
    course.is_watched(90)
    released = course.is_released()
    assert released["outcome"] == "clear", released["findings"]
    course.answers_the_next_day()


def _the_next_dose_waits_for_a_prescriber(course: Course) -> None:
    """After such a night nothing goes on by itself: not even the next evening is planned."""
    course.cast.clock.advance(days=7)
    course.answers_instruments()
    wanted = {
        "plan_id": course.ids["plan"],
        "scheduled_at": (course.now + timedelta(hours=1)).isoformat(),
        "time_zone": ZONE,
        "sitter_id": course.ids["sitter"],
    }
    refused = course.cast.patient.post("/dose-sessions", wanted)
    assert (refused.status_code, refused.json["code"]) == (409, "hard-stop")
    assert {one["put_right_by"] for one in refused.json["findings"]} == {"prescriber"}
    holds = ok(course.cast.prescriber.get(course.of_patient("holds")), 200)
    assert {hold["source"] for hold in holds if hold["released_at"] is None} != set()


def _the_patient_sees_all_of_it(course: Course) -> None:
    """A phone that only follows misses nothing of it, and sees nothing twice."""
    follower = Follower(cast("Client", course.cast.patient))
    while follower.pull(7):
        pass
    assert len(follower.seen) == len(set(follower.seen))
    looks = ok(course.cast.sitter.get(course.of_session("monitoring-checks")), 200)
    calls = ok(course.cast.patient.get(course.of_session("emergencies")), 200)
    assert {one["id"] for one in (*looks, *calls)} <= follower.objects


def _calls(course: Course, code: str) -> list[dict[str, Any]]:
    found = ok(course.cast.prescriber.get("/escalations"), 200)["items"]
    return [call for call in found if call["code"] == code]


def _at(told: str) -> datetime:
    return datetime.fromisoformat(told)

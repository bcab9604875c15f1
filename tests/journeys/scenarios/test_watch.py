"""The watch: no network, no answer, too early, and the drive home: scenario 22 and its kin."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from models.platform.database import new_sessions
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.scenarios.seen import calls, codes, holds, trail
from workflows.platform.runtime import Runtime


def test_scenario_22_the_emergency_words_need_no_server_and_no_sign_in(dosed: Course) -> None:
    texts = ok(dosed.cast.patient.get("/emergency-instructions"), 200)["instructions"]
    bundled = {row["code"]: row for row in texts}
    assert "911" in bundled["emergency_unresponsive"]["call"]
    assert bundled["emergency_unresponsive"]["text"]


def test_scenario_22_a_call_from_before_the_network_came_back_is_an_emergency_at_once(
    dosed: Course,
) -> None:
    dosed.cast.clock.advance(minutes=20)
    pressed_at = dosed.now
    dosed.cast.clock.advance(minutes=12)
    kept = ok(
        dosed.cast.sitter.post(
            dosed.of_session("emergencies"),
            {"code": "emergency_unresponsive", "device_at": pressed_at.isoformat()},
        )
    )
    assert datetime.fromisoformat(kept["raised_at"]) == pressed_at
    assert datetime.fromisoformat(kept["received_at"]) == dosed.now
    assert "911" in kept["instruction"]["call"]
    state = ok(dosed.cast.prescriber.get(f"/dose-sessions/{dosed.session}"), 200)["state"]
    assert state == "emergency"
    assert "emergency_unresponsive" in calls(dosed.cast.prescriber)
    assert "emergency_unresponsive" in holds(dosed)
    assert ("emergency.raised", "done") in trail(dosed)


def test_scenario_22_silence_climbs_while_no_worker_takes_a_job(
    dosed: Course, runtime: Runtime
) -> None:
    """The sweep alone notices: every message of it still waits in the queue."""
    for _ in range(12):
        dosed.cast.clock.advance(minutes=5)
        dosed.cast.sweep()

    assert {"monitor_check_missed", "home_bp_40min_missing"} <= calls(dosed.cast.prescriber)
    with new_sessions(runtime.bind)() as session:
        done = session.scalar(text("SELECT count(*) FROM notification WHERE sent_at IS NOT NULL"))
    assert done == 0


def test_nobody_is_let_go_before_two_hours_and_a_reading_after_them(dosed: Course) -> None:
    dosed.is_watched(minutes=115)
    early = dosed.is_released()
    assert "monitoring_incomplete" in codes(early)
    dosed.cast.clock.advance(minutes=3)
    assert dosed.is_released(systolic=125)["outcome"] == "clear"


def test_the_one_who_was_let_go_reads_not_before_when_to_drive(dosed: Course) -> None:
    dosed.is_watched()
    dosed.is_released()
    session = ok(dosed.cast.patient.get(f"/dose-sessions/{dosed.session}"), 200)
    until = datetime.fromisoformat(session["no_driving_until"])
    taken_at = datetime.fromisoformat(session["dosed_at"])
    assert until - taken_at >= timedelta(hours=12)
    assert until.date() > taken_at.date()


@pytest.mark.parametrize(
    ("deviation", "code"),
    [("vomited", "administration_deviation"), ("took_more", "overdose_reported")],
)
def test_a_dose_that_went_otherwise_is_kept_and_called_for(
    dosed: Course, deviation: str, code: str
) -> None:
    dosed.cast.clock.advance(minutes=8)
    told = {"deviation": deviation, "words": "It came up again."}
    kept = ok(dosed.cast.sitter.post(dosed.of_session("administration-deviations"), told))
    assert kept["id"]
    assert code in calls(dosed.cast.prescriber)

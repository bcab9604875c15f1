"""A second part, asked for too early, too late, after vomiting, twice: scenario 23 and its kin."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tests.journeys.cast import Answer, ok
from tests.journeys.course import Course
from tests.journeys.preparing import ZONE
from tests.journeys.scenarios.seen import calls, codes, holds, refused, sessions, trail

TABLET = "ket-rdt-50"


@pytest.fixture
def planned(course: Course) -> Course:
    """Give the minute after a first part of 100 mg, where the plan has a second one of 50 mg."""
    course.tells_history()
    course.is_evaluated()
    course.is_approved()
    course.consents()
    plan = {"product_code": TABLET, "dose_mg_hundredths": 10_000, "booster_mg_hundredths": 5_000}
    assert course.is_planned(**plan)["booster_mg_hundredths"] == 5_000
    course.is_supplied()
    course.finds_sitter()
    course.is_prepared()
    course.comes_to_the_evening()
    decision = course.answers()
    assert decision["outcome"] == "clear", decision["findings"]
    ok(course.takes_dose())
    return course


def asks_for_more(course: Course) -> Answer:
    """Ask for the second part."""
    return course.cast.patient.post(course.of_session("booster"))


def after(course: Course, **passed: float) -> Course:
    """Let time pass after the first part, and measure at its end, all well."""
    course.cast.clock.advance(**passed)
    course.measures(128, 82, heart_rate_bpm=78)
    return course


def vomits(course: Course) -> Any:
    """Let the sitter tell that it came up again."""
    told = {"deviation": "vomited", "words": "It came up after eight minutes."}
    return ok(course.cast.sitter.post(course.of_session("administration-deviations"), told))


def test_scenario_23_nothing_is_added_to_a_dose_that_came_up_again(planned: Course) -> None:
    planned.cast.clock.advance(minutes=8)
    assert vomits(planned)["instructions"]
    assert "administration_deviation" in calls(planned.cast.prescriber)
    [event] = ok(planned.cast.officer.get("/adverse-events"), 200)["items"]
    assert event["dose_session_id"] == planned.session

    refused(asks_for_more(planned), "redose_prohibited")
    after(planned, minutes=7)
    assert "redose_prohibited" in codes(asks_for_more(planned))
    after(planned, minutes=30)
    refused(asks_for_more(planned), "redose_prohibited", "booster_window_closed")
    assert ("dose_session.booster_taken", "refused") in trail(planned)

    [only] = sessions(planned)
    taken_at = datetime.fromisoformat(only["dosed_at"])
    early = schedules(planned, taken_at + timedelta(hours=71, minutes=59))
    assert "interval_too_short" in codes(early)


def test_scenario_23_another_tablet_taken_all_the_same_is_a_fact_and_an_alarm(
    planned: Course,
) -> None:
    planned.cast.clock.advance(minutes=8)
    vomits(planned)
    planned.cast.clock.advance(minutes=2)
    told = {"dose_session_id": planned.session, "dose_mg_hundredths": 5_000}
    kept = ok(planned.cast.patient.post("/doses-taken", told))

    assert (kept["cleared"], kept["booster_of"]) == (False, None)
    assert "overdose_reported" in calls(planned.cast.prescriber)
    assert "overdose_reported" in holds(planned)
    refused(asks_for_more(planned), "redose_prohibited", "clearance_used")


def test_scenario_23_at_forty_five_minutes_the_window_is_closed(planned: Course) -> None:
    after(planned, minutes=45)
    refusal = refused(asks_for_more(planned), "booster_window_closed")
    assert "redose_prohibited" not in codes(refusal)


@pytest.mark.parametrize("passed", [{"minutes": 10}, {"minutes": 30}], ids=str)
def test_in_the_window_it_is_taken_once_and_the_watch_is_counted_from_it(
    planned: Course, passed: dict[str, float]
) -> None:
    after(planned, **passed)
    second = ok(asks_for_more(planned))
    assert (second["dose_mg_hundredths"], second["cleared"]) == (5_000, True)
    again = asks_for_more(planned)
    refused(again, "clearance_used")

    planned.cast.clock.advance(minutes=95)
    planned.is_looked_at()
    planned.cast.clock.advance(minutes=20)
    assert "monitoring_incomplete" in codes(planned.is_released())
    planned.cast.clock.advance(minutes=4)
    assert "monitoring_incomplete" not in codes(planned.is_released(systolic=127))
    duties = ok(planned.cast.sitter.get(planned.of_session("duties")), 200)
    last = max(datetime.fromisoformat(duty["due_at"]) for duty in duties)
    assert last >= datetime.fromisoformat(second["taken_at"]) + timedelta(minutes=120)
    next_one = datetime.fromisoformat(second["taken_at"]) + timedelta(hours=72)
    assert "interval_too_short" in codes(schedules(planned, next_one - timedelta(seconds=1)))
    assert "interval_too_short" not in codes(schedules(planned, next_one))


@pytest.mark.parametrize("passed", [{"minutes": 9, "seconds": 59}, {"minutes": 30, "seconds": 1}])
def test_a_second_outside_the_window_is_outside(planned: Course, passed: dict[str, float]) -> None:
    after(planned, **passed)
    found = codes(refused(asks_for_more(planned), "booster_window_closed"))
    assert found <= {"booster_window_closed", "clearance_expired"}


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        (None, "vitals_missing"),
        ({"systolic": 141, "diastolic": 90}, "booster_vitals_unsettled"),
        ({"systolic": 160, "diastolic": 90}, "bp_too_high"),
        ({"heart_rate_bpm": 101}, "booster_vitals_unsettled"),
        ({"spo2_percent": 94}, "booster_vitals_unsettled"),
    ],
    ids=str,
)
def test_it_needs_a_settled_reading_of_its_own(
    planned: Course, reading: dict[str, int] | None, code: str
) -> None:
    planned.cast.clock.advance(minutes=15)
    if reading is not None:
        planned.measures(**reading)
    refused(asks_for_more(planned), code)


def test_a_plan_without_one_gives_none(dosed: Course) -> None:
    after(dosed, minutes=15)
    refused(asks_for_more(dosed), "booster_not_prescribed")


def test_a_first_part_that_nobody_cleared_is_nothing_to_add_to(course: Course) -> None:
    course.is_ready_for_first_dose()
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    ok(course.cast.patient.post("/doses-taken", {"dose_session_id": course.session}))
    after(course, minutes=15)
    refused(asks_for_more(course), "clearance_missing", "booster_not_prescribed")


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"dose_mg_hundredths": 10_000, "booster_mg_hundredths": 10_000}, "booster_too_large"),
        ({"dose_mg_hundredths": 40_000, "booster_mg_hundredths": 10_000}, "dose_cap_exceeded"),
        ({"dose_mg_hundredths": 10_000, "booster_mg_hundredths": 2_500}, "invalid-request"),
    ],
    ids=str,
)
def test_a_second_part_is_half_the_first_at_most_whole_and_below_the_cap(
    course: Course, plan: dict[str, int], code: str
) -> None:
    course.tells_history()
    course.is_evaluated()
    course.is_approved()
    draft = {
        "approval_id": course.ids["approval"],
        "product_code": TABLET,
        "session_count": 6,
        "spacing_hours": 72,
        "weight_g": 90_000,
        "weighed_at": course.now.isoformat(),
        "end_condition": "Six sessions.",
    } | plan
    answer = course.cast.prescriber.post(course.of_patient("treatment-plans"), draft)
    assert answer.json["code"] == code, answer.json


def test_the_first_session_is_small_with_both_its_parts(course: Course) -> None:
    course.tells_history()
    course.is_evaluated()
    course.is_approved()
    course.consents()
    with pytest.raises(AssertionError, match="first_dose_cap_exceeded"):
        course.is_planned(
            product_code=TABLET, dose_mg_hundredths=20_000, booster_mg_hundredths=5_000
        )


def test_a_smaller_dose_takes_a_second_part_along_that_no_longer_fits(planned: Course) -> None:
    address = f"/treatment-plans/{planned.ids['plan']}"
    plan = ok(planned.cast.prescriber.get(address), 200)
    less = {
        "to_mg_hundredths": 5_000,
        "rationale": "Too strong the first time; half of it from now on.",
        "patient_state": "CO",
    }
    changed = planned.cast.prescriber.put(f"{address}/dose", less, version=plan["version"])
    assert ok(changed, 200)["booster_mg_hundredths"] is None


def test_the_database_keeps_a_second_part_out_that_nobody_planned(
    planned: Course, connection: Connection
) -> None:
    columns = "patient_id, dose_session_id, cleared, local_date, received_at, recorded_by"
    insert = (
        f"INSERT INTO dose_taken (id, booster_of, dose_mg_hundredths, taken_at, {columns})"
        f" SELECT gen_random_uuid(), id, {{mg}}, taken_at + interval '{{minutes}} minutes',"
        f" {columns} FROM dose_taken"
    )
    for mg, minutes in ((5_001, 15), (5_000, 9), (5_000, 31)):
        _is_refused(connection, insert.format(mg=mg, minutes=minutes))
    once = connection.begin_nested()
    connection.execute(text(insert.format(mg=5_000, minutes=15)))
    _is_refused(connection, insert.format(mg=5_000, minutes=20))
    once.rollback()
    connection.execute(text("UPDATE dose_session SET state = 'emergency'"))
    _is_refused(connection, insert.format(mg=5_000, minutes=15))


def _is_refused(connection: Connection, statement: str) -> None:
    attempt = connection.begin_nested()
    with pytest.raises(DBAPIError):
        connection.execute(text(statement))
    attempt.rollback()


def schedules(course: Course, at: datetime) -> Answer:
    """Ask for the next evening, at an instant."""
    wanted = {"plan_id": course.ids["plan"], "scheduled_at": at.isoformat(), "time_zone": ZONE}
    return course.cast.patient.post("/dose-sessions", wanted)

"""The first night of 2027: the law for telemedicine ends, a form is due, a note is old: 25."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.terms import Role
from tests.clock import HandClock
from tests.journeys.cast import Answer, ok
from tests.journeys.course import NOT_SERIOUS, Course
from tests.journeys.office import OfficeVisit
from tests.journeys.preparing import STATE, ZONE
from tests.journeys.scenarios.seen import codes, holds, refused, told_to
from workflows.platform.runtime import Runtime

DENVER = ZoneInfo(ZONE)
MIDNIGHT = datetime(2027, 1, 1, 0, 0, tzinfo=DENVER)
CHRISTMAS = datetime(2026, 12, 25, 9, 0, tzinfo=DENVER)


def renews(course: Course) -> Answer:
    """Let the prescriber order more, after seeing the patient by video today."""
    course.is_evaluated()
    told = {"external_prescription_id": "RX-2027", "patient_state": STATE}
    return course.cast.prescriber.post(f"/treatment-plans/{course.ids['plan']}/orders", told)


def test_scenario_25_a_renewal_by_video_ends_with_the_year_and_what_was_sent_is_not_stopped(
    course: Course, clock: HandClock
) -> None:
    clock.set(datetime(2026, 12, 30, 17, 0, tzinfo=UTC))
    course.is_ready_for_first_dose()
    clock.set(MIDNIGHT)
    refused(renews(course), "telemedicine_authority_expired")

    course.comes_to_the_evening()
    decision = course.answers()
    assert "telemedicine_authority_expired" not in codes(decision)
    assert decision["outcome"] == "clear", decision["findings"]


def test_scenario_25_a_minute_before_midnight_it_is_still_the_old_year(
    course: Course, clock: HandClock
) -> None:
    clock.set(datetime(2026, 12, 30, 17, 0, tzinfo=UTC))
    course.is_ready_for_first_dose()
    clock.set(MIDNIGHT - timedelta(minutes=1))
    assert "telemedicine_authority_expired" not in codes(renews(course))


@pytest.fixture
def owing(course: Course, clock: HandClock) -> OfficeVisit:
    """Give a visit of Christmas Day whose form nobody has sent."""
    clock.set(CHRISTMAS)
    visit = OfficeVisit(course)
    visit.is_scheduled_and_enrolled()
    visit.is_checked()
    visit.is_dosed()
    clock.advance(minutes=40)
    visit.is_measured(139)
    clock.advance(minutes=81)
    visit.is_measured(126)
    ok(visit.is_discharged())
    return visit


def schedules(course: Course) -> Answer:
    """Let the prescriber refer somebody to the same site once more."""
    wanted: dict[str, Any] = {
        "patient_id": course.ids["patient"],
        "site_id": course.ids["site"],
        "product_code": "spravato-28",
        "setting": "certified_site",
        "dose_mg_hundredths": 5_600,
        "scheduled_at": (course.now + timedelta(hours=1)).isoformat(),
    }
    return course.cast.prescriber.post("/office-sessions", wanted)


def test_scenario_25_a_form_of_christmas_is_due_by_the_end_of_new_years_day(
    course: Course, owing: OfficeVisit, clock: HandClock
) -> None:
    form = ok(course.cast.staff.get(f"{owing.address}/monitoring-form"), 200)
    due_at = datetime.fromisoformat(form["due_at"])
    last = due_at.astimezone(DENVER)
    assert (last.date(), last.hour, last.minute) == (date(2027, 1, 1), 23, 59)

    clock.set(due_at - timedelta(seconds=1))
    assert "pmf_overdue" not in codes(schedules(course))
    clock.set(datetime(2027, 1, 2, 0, 1, tzinfo=DENVER))
    refused(schedules(course), "pmf_overdue")
    course.cast.sweep()
    owing.form_is_sent()
    assert "pmf_overdue" not in codes(schedules(course))


def test_scenario_25_the_site_is_reminded_three_times_and_then_its_representative_is_paged(
    course: Course, owing: OfficeVisit, clock: HandClock, runtime: Runtime
) -> None:
    named = {"site_id": course.ids["site"], "rems_representative": True}
    there = course.cast.admin.post(f"/people/{course.ids['staff_id']}/workplaces", named)
    assert ok(there)["rems_representative"] is True

    def told(template: str) -> int:
        course.cast.sweep()
        return told_to(runtime, Role.SITE_STAFF, template)

    for day, reminded in ((27, 0), (28, 1), (29, 1), (30, 2), (31, 2)):
        clock.set(datetime(2026, 12, day, 9, 0, tzinfo=DENVER))
        assert (day, told("form_due")) == (day, reminded)
    clock.set(MIDNIGHT + timedelta(hours=9))
    assert (told("form_due"), told("form_overdue")) == (3, 0)
    clock.set(datetime(2027, 1, 2, 0, 0, tzinfo=DENVER))
    assert told("form_overdue") == 1
    refused(schedules(course), "pmf_overdue")


def test_scenario_25_a_note_of_the_twentieth_starts_its_clock_on_the_twentieth(
    course: Course, clock: HandClock
) -> None:
    clock.set(datetime(2026, 12, 20, 20, 0, tzinfo=DENVER))  # in UTC it is the 21st
    note = {"summary": "He told me of blood in urine this week.", "mentions_harm": False}
    ok(course.cast.coach.post(course.of_patient("coaching-notes"), note))
    assert {"open_adverse_event", "urinary_symptoms_hold"} <= holds(course)

    clock.set(MIDNIGHT)  # and only now somebody opens it
    [listed] = ok(course.cast.officer.get("/adverse-events"), 200)["items"]
    opened = ok(course.cast.officer.get(f"/adverse-events/{listed['id']}"), 200)
    for event in (listed, opened):
        assert (event["day_zero"], event["file_by"]) == ("2026-12-20", "2027-01-04")
    grave = {"severity": "severe", "criteria": NOT_SERIOUS | {"life_threatening": True}}
    judged = ok(course.cast.officer.post(f"/adverse-events/{listed['id']}/triage", grave))
    assert (judged["day_zero"], judged["file_by"]) == ("2026-12-20", "2026-12-27")

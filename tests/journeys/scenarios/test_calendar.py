"""A night with a changed clock, and a birthday that most years do not have."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.clock import HandClock
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.preparing import ZONE
from tests.journeys.scenarios.seen import codes, refused

DENVER = ZoneInfo(ZONE)


def local(*parts: int, second: int = 0) -> datetime:
    """Give an instant by the wall clock of the place."""
    return datetime(*parts, second=second, tzinfo=DENVER)  # type: ignore[misc,arg-type]


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> HandClock:
    """Give a clock that begins before the night, or the birthday, of the test."""
    return HandClock(getattr(request, "param", datetime(2026, 10, 30, 17, 0, tzinfo=UTC)))


def asks(course: Course, **day: object) -> set[str]:
    """Open the check-in anew, with everything fresh, and ask."""
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    return codes(course.answers(**day))


def test_a_drink_before_the_night_of_twenty_five_hours_is_counted_in_real_hours(
    course: Course, clock: HandClock
) -> None:
    course.is_ready_for_first_dose()
    drink = local(2026, 10, 31, 19, 0)  # the clocks go back that night
    clock.set(local(2026, 11, 1, 17, 0))
    course.plans_evening()
    clock.set(local(2026, 11, 1, 17, 59, second=59))
    assert asks(course, last_alcohol_at=drink.isoformat()) == {"alcohol_window"}
    clock.set(local(2026, 11, 1, 18, 0))
    assert asks(course, last_alcohol_at=drink.isoformat()) == set()
    by_the_wall = "2026-10-31T19:00"
    assert asks(course, last_alcohol_at=by_the_wall) == set()
    assert asks(course, last_alcohol_at=by_the_wall, alcohol_24h=True) == {"alcohol_window"}


def test_a_drink_in_the_hour_that_came_twice_is_the_later_one(
    course: Course, clock: HandClock
) -> None:
    course.is_ready_for_first_dose()
    clock.set(local(2026, 11, 2, 0, 30))
    course.plans_evening()
    clock.set(datetime(2026, 11, 2, 8, 29, 59, tzinfo=UTC))  # 01:29:59, a day after the second
    assert asks(course, last_alcohol_at="2026-11-01T01:30") == {"alcohol_window"}
    clock.set(datetime(2026, 11, 2, 8, 30, tzinfo=UTC))
    assert asks(course, last_alcohol_at="2026-11-01T01:30") == set()


def test_ten_days_over_the_changed_clock_are_ten_days_of_the_calendar(
    course: Course, clock: HandClock
) -> None:
    course.is_ready_for_first_dose()
    course.goes_through_session()
    [only] = ok(course.cast.patient.get(course.of_patient("dose-sessions")), 200)["items"]
    taken_on = datetime.fromisoformat(only["dosed_at"]).astimezone(DENVER)
    assert (taken_on.date(), taken_on.utcoffset()) == (
        local(2026, 10, 30, 0, 0).date(),
        timedelta(hours=-6),
    )
    clock.set(local(2026, 11, 9, 22, 50))
    course.plans_evening()
    clock.set(local(2026, 11, 9, 23, 59))
    assert "course_gap_exceeded" not in asks(course)
    clock.set(local(2026, 11, 10, 0, 1))
    assert "course_gap_exceeded" in asks(course)


LEAP_BORN = "2012-02-29"
EIGHTEEN = local(2030, 3, 1, 0, 0)


@pytest.mark.parametrize("clock", [datetime(2030, 2, 27, 17, 0, tzinfo=UTC)], indirect=True)
def test_who_was_born_on_the_29th_of_february_sits_from_the_first_of_march(
    course: Course, clock: HandClock
) -> None:
    invited = {"name": "Sid", "email": course.ids["sitter_email"], "phone": "+17205550142"}
    place = ok(course.cast.patient.post("/sitters", invited))
    token = {"token": place["invitation"]["token"]}
    ok(course.cast.sitter.post("/me/invitation-acceptances", token))
    own = {"phone": "+17205550142", "born_on": LEAP_BORN, "consents": True}
    address = f"/sitter-places/{place['sitter']['id']}/acceptance"
    clock.set(EIGHTEEN - timedelta(seconds=1))
    refused(course.cast.sitter.post(address, own), "sitter_under_18")
    clock.set(EIGHTEEN)
    ok(course.cast.sitter.post(address, own))

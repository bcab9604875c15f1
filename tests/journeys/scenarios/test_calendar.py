"""A night with a changed clock, and a birthday that most years do not have."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.clock import HandClock
from tests.journeys.cast import Cast, ok
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
    return HandClock(getattr(request, "param", datetime(2027, 3, 12, 17, 0, tzinfo=UTC)))


def asks(course: Course, **day: object) -> set[str]:
    """Open the check-in anew, with everything fresh, and ask."""
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    return codes(course.answers(**day))


class InPerson(Course):
    """A course whose prescriber meets the patient in the same room: telemedicine has ended."""

    def evaluation(self) -> dict[str, Any]:
        """Give what a meeting in person finds, all well."""
        met = {"modality": "in_person", "identity_method": "photo_id_in_person"}
        return super().evaluation() | met


@pytest.fixture
def course(cast: Cast) -> Course:
    return InPerson(cast)


def test_a_drink_before_the_night_of_twenty_three_hours_is_counted_in_real_hours(
    course: Course, clock: HandClock
) -> None:
    course.is_ready_for_first_dose()
    drink = local(2027, 3, 13, 19, 0)  # the clocks go forward that night
    clock.set(local(2027, 3, 14, 19, 0))
    course.plans_evening()
    clock.set(local(2027, 3, 14, 19, 59, second=59))
    assert asks(course, last_alcohol_at=drink.isoformat()) == {"alcohol_window"}
    clock.set(local(2027, 3, 14, 20, 0))
    said_yes = {"last_alcohol_at": drink.isoformat(), "alcohol_24h": True}
    assert codes(course.answers(**said_yes)) == {"alcohol_window"}
    assert course.answers(last_alcohol_at="2027-03-13T19:00")["outcome"] == "clear"


def test_ten_days_over_the_changed_clock_are_ten_days_of_the_calendar(
    course: Course, clock: HandClock
) -> None:
    course.is_ready_for_first_dose()
    taken = course.goes_through_session()
    taken_at = datetime.fromisoformat(taken["taken_at"]).astimezone(DENVER)
    assert taken_at.utcoffset() == timedelta(hours=-7)
    tenth = taken_at.date() + timedelta(days=10)
    at = datetime(tenth.year, tenth.month, tenth.day, 22, 50, tzinfo=DENVER)
    assert at.utcoffset() == timedelta(hours=-6)
    clock.set(at)
    course.plans_evening()
    clock.set(at.replace(hour=23, minute=59))
    assert "course_gap_exceeded" not in asks(course)
    clock.advance(minutes=2)
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

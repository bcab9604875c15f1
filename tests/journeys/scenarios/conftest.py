"""Where does a scenario begin? At the check-in, with a clearance, or after a dose."""

import pytest

from tests.journeys.cast import ok
from tests.journeys.course import Course


@pytest.fixture
def check_in(course: Course) -> Course:
    """Give a course on the evening of its first dose, check-in just opened."""
    course.is_ready_for_first_dose()
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    course.opens_check_in()
    return course


@pytest.fixture
def cleared(check_in: Course) -> Course:
    """Give a course with an open clearance for its first dose."""
    check_in.measures()
    check_in.is_watched_over()
    decision = check_in.answers()
    assert decision["outcome"] == "clear", decision["findings"]
    return check_in


@pytest.fixture
def dosed(cleared: Course) -> Course:
    """Give a course in the minute after its first dose."""
    ok(cleared.takes_dose())
    return cleared


@pytest.fixture
def first_over(dosed: Course) -> Course:
    """Give a course whose first session is released, followed up and reviewed."""
    dosed.finishes_session()
    return dosed

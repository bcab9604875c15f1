"""Does every door of a whole course tell what it wrote, so that the database never has to?"""

import pytest
from sqlalchemy import func, select

from models.platform.database import new_sessions
from models.platform.trail import Event
from tests.journeys.cast import ok
from tests.journeys.course import Course
from workflows.oversight.event_feed import CHANGED
from workflows.platform.runtime import Runtime


@pytest.fixture
def runtime(fresh_runtime: Runtime) -> Runtime:
    """Play on a database of its own, whose acts really commit."""
    return fresh_runtime


@pytest.fixture
def every_decision_comes_out_again() -> None:
    """Leave this to the other journeys; it asks on the connection that they share."""


# A door wrote and said nothing: the database told of a change that nobody could name.
def test_no_door_forgets_to_tell(course: Course, runtime: Runtime) -> None:
    before = last_number(runtime)
    course.tells_history()
    course.is_evaluated()
    course.is_approved()
    course.consents()
    course.is_planned()
    course.is_supplied()
    course.finds_sitter()
    course.is_prepared()
    course.comes_to_the_evening()
    course.answers()
    ok(course.takes_dose())
    course.is_watched()
    course.is_released()
    course.answers_the_next_day()
    course.is_reviewed()
    later = select(Event.kind).where(Event.sequence > before)
    with new_sessions(runtime.bind)() as session:
        kinds = set(session.scalars(later))
    assert len(kinds) > 20
    assert sorted(kind for kind in kinds if kind.endswith(CHANGED)) == []


def last_number(runtime: Runtime) -> int:
    """Give the number of the last event so far."""
    with new_sessions(runtime.bind)() as session:
        return session.scalar(select(func.max(Event.sequence))) or 0

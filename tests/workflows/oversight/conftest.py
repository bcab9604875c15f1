"""Who plays in these tests?"""

import pytest

from rules.terms import EnrolmentState
from tests.clock import HandClock
from tests.stage import Stage
from workflows.platform.runtime import Runtime


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give one patient in a course, with a team, a sitter and a session planned for now."""
    stage = Stage(runtime, clock)

    def enter(session):
        patient = session.merge(stage.evening.patient)
        patient.enrolment = EnrolmentState.COURSE_ACTIVE

    stage.given(enter)
    return stage

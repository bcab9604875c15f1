"""Who speaks to the API in these tests?"""

import pytest

from tests.clock import HandClock
from tests.factories.dose import Evening
from tests.stage import Stage
from workflows.platform.runtime import Runtime


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give one patient with a team, a sitter and a session planned for now."""
    return Stage(runtime, clock)


@pytest.fixture
def made(stage: Stage) -> Evening:
    """Give the people of the stage."""
    return stage.evening

"""Who plays in these tests?"""

import pytest

from tests.clock import HandClock
from tests.stage import Stage
from workflows.platform.runtime import Runtime


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give one patient with a team, a sitter and a session planned for now."""
    return Stage(runtime, clock)

"""Where do the tests of the plan's doors begin?"""

from collections.abc import Iterator

import pytest

from models.platform.database import new_sessions
from tests.factories.clinic import Clinic, a_clinic
from workflows.platform.runtime import Runtime


@pytest.fixture
def clinic(runtime: Runtime) -> Iterator[Clinic]:
    """Give a patient who waits for a decision, with the people who decide."""
    with new_sessions(runtime.bind)() as session:
        yield a_clinic(runtime, session)

"""Who speaks to the API in these tests?"""

import pytest

from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.stage import Stage
from workflows.platform.runtime import Runtime


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give one patient with a team, a sitter and a session planned for now."""
    return Stage(runtime, clock)


@pytest.fixture
def patient(client_for: ClientFor, stage: Stage) -> Client:
    """Give the patient's own client."""
    return client_for(stage.evening.patient.user_id)


@pytest.fixture
def coach(client_for: ClientFor, stage: Stage) -> Client:
    """Give the coach's client."""
    return client_for(stage.evening.coach.id)


@pytest.fixture
def prescriber(client_for: ClientFor, stage: Stage) -> Client:
    """Give the prescriber's client."""
    return client_for(stage.evening.prescriber.id)

"""Who speaks to the API in the tests of the intake?"""

import pytest

from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.workflows.intake.cast import Cast
from workflows.platform.runtime import Runtime


@pytest.fixture
def cast(runtime: Runtime, clock: HandClock) -> Cast:
    """Give one patient with a team, and somebody else's prescriber."""
    return Cast(runtime, clock)


@pytest.fixture
def me(cast: Cast, client_for: ClientFor) -> Client:
    """Give the patient's own client."""
    return client_for(cast.patient.user_id)


@pytest.fixture
def doctor(cast: Cast, client_for: ClientFor) -> Client:
    """Give the client of the prescriber of the team."""
    return client_for(cast.prescriber.id)


@pytest.fixture
def stranger(cast: Cast, client_for: ClientFor) -> Client:
    """Give the client of a prescriber of another team."""
    return client_for(cast.stranger.id)

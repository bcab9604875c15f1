"""What do the API tests of an evening stand on? The same patient as the workflow tests."""

import pytest

from tests.api.client import Client
from tests.carried import Carried, carried
from tests.workflows.dose.conftest import ready, watched

__all__ = ["ready", "watched"]


@pytest.fixture
def sitters_phone(app, session, runtime, watched) -> Carried:
    """Give the phone of the sitter, signed in for real."""
    return carried(app, session, runtime, watched.sitter.user_id)


@pytest.fixture
def patients_phone(app, session, runtime, watched) -> Carried:
    """Give the phone of the patient, signed in for real."""
    return carried(app, session, runtime, watched.patient.user_id)


@pytest.fixture
def prescriber(client_for, watched) -> Client:
    """Give the prescriber of the care team."""
    return client_for(watched.prescriber.id)

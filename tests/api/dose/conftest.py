"""What do the API tests of an evening stand on? The same patient as the workflow tests."""

from tests.workflows.dose.conftest import ready, session, watched

__all__ = ["ready", "session", "watched"]

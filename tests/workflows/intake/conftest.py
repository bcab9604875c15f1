"""Who plays in the tests of the intake, and what do they ask the database?"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.clock import HandClock
from tests.workflows.intake.cast import Cast
from workflows.platform.runtime import Runtime


@pytest.fixture
def cast(runtime: Runtime, clock: HandClock) -> Cast:
    """Give one patient with a team, and somebody else's prescriber."""
    return Cast(runtime, clock)


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Give every statement that is sent from now on."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)

"""How often does a hot request ask the database? A fixed number of times, whatever the history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from rules.terms import Instrument
from tests.api.conftest import ClientFor
from tests.api.dose.test_predose import answers, checks
from tests.clock import HandClock
from tests.factories import evening, intake
from tests.factories.evening import Evening
from workflows.platform.runtime import Runtime

# docs/performance: the aim is 3 and 4; what is left to win lies in the writes.
CHECK_STATEMENTS = 14
START_STATEMENTS = 16


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """Collect the statements that are sent meanwhile, but for the savepoints of the test."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "SAVEPOINT" not in statement:
            sent.append(statement)

    event.listen(runtime.bind, "before_cursor_execute", note)
    yield sent
    event.remove(runtime.bind, "before_cursor_execute", note)


def _with_history(session: Session, made: Evening, sessions: int, clock: HandClock) -> None:
    """Add old readings and scores, which must not cost another statement."""
    for number in range(sessions):
        at = clock.now() - timedelta(days=400 + number)
        evening.a_reading(session, at, made.session)
        intake.an_assessment(session, at, made.patient, Instrument.PHQ9)
    session.commit()


@pytest.mark.parametrize("sessions", [0, 40])
def test_a_check_and_a_start_ask_a_fixed_number_of_times(
    client_for: ClientFor,
    ready: Evening,
    clock: HandClock,
    session: Session,
    runtime: Runtime,
    sessions: int,
) -> None:
    _with_history(session, ready, sessions, clock)
    patient = client_for(ready.patient.user_id)

    with counted(runtime) as check:
        decided = patient.post(checks(ready), answers(clock))
    with counted(runtime) as begin:
        taken = patient.post(
            f"/dose-sessions/{ready.session.id}/start",
            {"clearance_id": decided.json["clearance_id"]},
        )

    assert (decided.json["outcome"], taken.status_code) == ("clear", 201)
    assert (len(check), len(begin)) == (CHECK_STATEMENTS, START_STATEMENTS)

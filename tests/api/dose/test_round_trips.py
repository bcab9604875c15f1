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

# With who is asking, the key and the traces; a change of these numbers is a decision.
CHECK_STATEMENTS = 14
START_STATEMENTS = 16
LOOK_STATEMENTS = 7
READING_STATEMENTS = 9
TIMELINE_STATEMENTS = 3


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

    told = answers(patient, clock)
    with counted(runtime) as check:
        decided = patient.post(checks(ready), told)
    with counted(runtime) as begin:
        taken = patient.post(
            f"/dose-sessions/{ready.session.id}/start",
            {"clearance_id": decided.json["clearance_id"]},
        )

    assert (decided.json["outcome"], taken.status_code) == ("clear", 201)
    assert (len(check), len(begin)) == (CHECK_STATEMENTS, START_STATEMENTS)


@pytest.mark.parametrize("sessions", [0, 40])
def test_a_look_at_the_patient_asks_a_fixed_number_of_times(
    client_for: ClientFor,
    ready: Evening,
    clock: HandClock,
    session: Session,
    runtime: Runtime,
    sessions: int,
) -> None:
    _with_history(session, ready, sessions, clock)
    patient = client_for(ready.patient.user_id)
    decided = patient.post(checks(ready), answers(patient, clock))
    address = f"/dose-sessions/{ready.session.id}"
    patient.post(f"{address}/start", {"clearance_id": decided.json["clearance_id"]})
    clock.advance(minutes=15)
    assert ready.sitter.user_id is not None
    sitter = client_for(ready.sitter.user_id)

    with counted(runtime) as look:
        seen = sitter.post(f"{address}/monitoring-checks", {"moaas": 5})
    with counted(runtime) as cuff:
        read = sitter.post(
            f"{address}/vital-signs",
            {"source": "device", "systolic_mmhg": 131, "diastolic_mmhg": 84, "heart_rate_bpm": 80},
        )

    assert (seen.status_code, read.status_code) == (201, 201)
    assert (len(look), len(cuff)) == (LOOK_STATEMENTS, READING_STATEMENTS)


@pytest.mark.parametrize("sessions", [0, 40])
def test_a_page_of_the_timeline_is_one_read(
    client_for: ClientFor,
    ready: Evening,
    clock: HandClock,
    session: Session,
    runtime: Runtime,
    sessions: int,
) -> None:
    _with_history(session, ready, sessions, clock)
    patient = client_for(ready.patient.user_id)
    patient.audited = False  # looking into the trail is a question of the test
    with counted(runtime) as page:
        told = patient.get(f"/patients/{ready.patient.id}/timeline")
    assert told.status_code == 200
    assert len(page) == TIMELINE_STATEMENTS

"""How often does a hot request ask the database? A fixed number of times, whatever the history."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from rules.terms import Instrument
from tests.api.conftest import ClientFor
from tests.api.dose.test_predose import answers, checks
from tests.clock import HandClock
from tests.factories import evening, intake
from tests.factories.evening import Evening
from tests.round_trips import counted
from workflows.platform.runtime import Runtime

# With who is asking, the key and the traces: how often it goes to the database and back, less the
# begin and the end of the transaction, and with how many statements. A change is a decision.
CHECK = (7, 14)
START = (14, 17)
LOOK = (6, 7)
READING = (8, 8)
TIMELINE = (3, 3)


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
    assert (check.trips, len(check)) == CHECK
    assert (begin.trips, len(begin)) == START


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
    assert (look.trips, len(look)) == LOOK
    assert (cuff.trips, len(cuff)) == READING


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
    assert (page.trips, len(page)) == TIMELINE

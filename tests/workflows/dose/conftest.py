"""What do the tests of an evening stand on: somebody who is ready in every way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.dose.predose import SitterAttestation
from models.platform.decisions import GateDecision
from tests.clock import HandClock
from tests.factories import dose, evening
from tests.factories.evening import CLEAR_HOME, CLEAR_SCREEN, CLEAR_WORD, Evening
from workflows.dose import device_clock, predose, watch
from workflows.dose.device_clock import ClockReading
from workflows.dose.predose import PredoseAnswers
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.runtime import Runtime

Ask = Callable[..., GateDecision]


def make_ready(session: Session, clock: HandClock) -> Evening:
    """Add an evening on which everything is well, measured and attested."""
    made = evening.an_evening(session, clock.now())
    evening.a_reading(session, clock.now() - timedelta(minutes=5), made.session)
    session.add(
        SitterAttestation(
            patient_id=made.patient.id,
            dose_session_id=made.session.id,
            sitter_id=made.sitter.id,
            login_id=made.session.id,
            answers=CLEAR_WORD,
            attested_at=clock.now(),
        )
    )
    session.commit()
    return made


def compared(runtime: Runtime, phone: Actor) -> ClockReading:
    """Compare the clock of a phone, which is right, with ours."""
    with runtime.begin(phone) as work:
        told = device_clock.tell_time(work)
    return ClockReading(told.nonce, told.server_time)


def submit(runtime: Runtime, made: Evening, **parts: dict[str, Any]) -> GateDecision:
    """Submit the patient's answers, clear but for the changes named."""
    phone = made.as_patient
    answers = PredoseAnswers(
        clock=compared(runtime, phone),
        day=evening.clear_day(runtime.clock.now(), **parts.get("day", {})),
        home=CLEAR_HOME | parts.get("home", {}),
        suicide_screen=CLEAR_SCREEN | parts.get("screen", {}),
    )
    with runtime.begin(phone) as work:
        return predose.submit_check(work, made.session.id, answers)


@pytest.fixture
def ready(session: Session, clock: HandClock) -> Evening:
    """Give an evening on which everything is well, measured and attested."""
    return make_ready(session, clock)


@pytest.fixture
def ask(runtime: Runtime, ready: Evening) -> Ask:
    """Submit the patient's answers, clear but for the changes named."""
    return lambda **parts: submit(runtime, ready, **parts)


@pytest.fixture
def watched(runtime: Runtime, session: Session) -> dose.Evening:
    """Give an evening on which the dose was taken just now, with a clinician on call."""
    now = runtime.clock.now()
    made = dose.a_monitored_session(session, now)
    dose.a_shift(session, made.prescriber, now)
    session.commit()
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        watch.start_watch(work, made.dose_session)
    return made

"""What may still be done when the patient has withdrawn or has died, whichever way one comes in?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.patients import Patient
from models.platform.trail import AuditEvent
from rules.terms import EnrolmentState, Role
from tests.factories import dose
from tests.factories.dose import Evening
from workflows.dose import dose_sessions, emergencies
from workflows.dose.emergencies import CallForHelp
from workflows.oversight import holds
from workflows.people import patients
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import NotFound, NotPermitted, ProgrammeEnded
from workflows.platform.runtime import Runtime
from workflows.preparation import intentions

ENDED = [EnrolmentState.WITHDRAWN, EnrolmentState.DECEASED]


@pytest.fixture
def made(runtime: Runtime, session: Session) -> Evening:
    evening = dose.a_scheduled_session(session, runtime.clock.now())
    session.commit()
    return evening


def ended(session: Session, made: Evening, state: EnrolmentState) -> None:
    session.get_one(Patient, made.patient.id).enrolment = state
    session.commit()


@pytest.mark.asvs("8.1.2")
@pytest.mark.parametrize("state", ENDED)
def test_nothing_carries_the_treatment_on(
    runtime: Runtime, session: Session, made: Evening, state: EnrolmentState
) -> None:
    ended(session, made, state)
    with pytest.raises(ProgrammeEnded), runtime.begin(made.as_prescriber) as work:
        dose_sessions.change_sitter(work, made.dose_session.id, made.sitter.id, None)
    last = select(AuditEvent.outcome, AuditEvent.reason).order_by(AuditEvent.id.desc()).limit(1)
    assert session.execute(last).one() == ("refused", "programme-ended")


@pytest.mark.parametrize("state", ENDED)
def test_the_care_team_still_reads_and_still_stops(
    runtime: Runtime, session: Session, made: Evening, state: EnrolmentState
) -> None:
    ended(session, made, state)
    with runtime.begin(made.as_coach) as work:
        assert patients.read_patient(work, made.patient.id).enrolment is state
    with runtime.begin(made.as_coach) as work:
        assert holds.place_hold(work, made.patient.id, words=None)


# Who leaves keeps the right to read what was written about them.
def test_who_withdrew_still_reads_their_record(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    ended(session, made, EnrolmentState.WITHDRAWN)
    with runtime.begin(made.as_patient) as work:
        assert patients.read_patient(work, made.patient.id)


# A phone was found, and whoever found it read the record of the dead.
def test_the_account_of_who_died_reads_nothing_and_can_still_call_for_help(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    ended(session, made, EnrolmentState.DECEASED)
    with pytest.raises(NotFound), runtime.begin(made.as_patient) as work:
        patients.read_patient(work, made.patient.id)
    with runtime.begin(made.as_patient) as work:
        assert emergencies.raise_for_patient(work, made.patient.id, CallForHelp())


# A job has no address and no token; the act itself asks.
@pytest.mark.asvs("8.3.1")
@pytest.mark.parametrize("actor", [SYSTEM, Actor(None, frozenset({Role.COACH}))])
def test_an_act_asks_whoever_calls_it_and_not_only_over_http(
    runtime: Runtime, made: Evening, actor: Actor
) -> None:
    with pytest.raises(NotPermitted), runtime.begin(actor) as work:
        intentions.set_words(work, made.patient.id, "To be kinder to myself.")

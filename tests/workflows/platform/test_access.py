"""Does a relation show what it is for, and nothing beyond it?"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.oversight.holds import Escalation
from models.people.patients import Sitter
from models.platform.base import new_id
from models.platform.trail import AuditEvent
from rules.terms import Role, SessionState, SitterState, SubjectKind
from tests.factories import dose, oversight, people
from tests.factories.dose import Evening
from workflows.aftercare import caseload
from workflows.dose import dose_sessions, emergencies, monitoring, vital_signs
from workflows.dose.monitoring import Look
from workflows.oversight import adverse_events, escalations
from workflows.people import patients
from workflows.platform.errors import NotFound
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work


@pytest.fixture
def made(runtime: Runtime, session: Session) -> Evening:
    evening = dose.a_monitored_session(session, runtime.clock.now())
    session.commit()
    return evening


READS: dict[str, Callable[..., object]] = {
    "the session": dose_sessions.read_one,
    "the readings": vital_signs.read_vitals,
    "the looks": monitoring.read_checks,
    "the duties": monitoring.read_duties,
    "the calls": emergencies.read_calls,
}


# A sitter was sent away because the patient was afraid of him, and kept reading that evening.
@pytest.mark.parametrize("what", READS)
def test_a_sitter_who_was_let_go_reads_no_old_session(
    runtime: Runtime, session: Session, made: Evening, what: str
) -> None:
    def read(work: Work) -> object:
        return READS[what](work, made.dose_session.id)

    with runtime.begin(made.as_sitter) as work:
        read(work)
    session.execute(update(Sitter).values(state=SitterState.REMOVED))
    session.commit()
    with pytest.raises(NotFound), runtime.begin(made.as_sitter) as work:
        read(work)


def test_what_a_former_sitter_still_has_to_tell_is_kept(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    session.execute(update(Sitter).values(state=SitterState.REMOVED))
    made.dose_session.state = SessionState.RELEASED
    session.commit()
    with runtime.begin(made.as_sitter) as work:
        assert monitoring.record_check(work, made.dose_session.id, Look(moaas=5)).id


# At the clinic everybody read what the same person had told about home.
@pytest.mark.asvs("8.4.1")
def test_a_site_sees_the_harm_of_that_site_alone(runtime: Runtime, session: Session) -> None:
    now = runtime.clock.now()
    day = oversight.an_office_day(session, now)
    visit = oversight.an_office_session(session, now, day.patient)
    at_home = oversight.an_adverse_event(session, now, day.patient)
    here = oversight.an_adverse_event(session, now, day.patient, office_session_id=visit.id)
    session.commit()
    with runtime.begin(day.as_observer) as work:
        assert [row.id for row in adverse_events.read_all(work, None, 10)] == [here.id]
    with runtime.begin(day.as_observer) as work:
        assert adverse_events.read_one(work, here.id).id == here.id
    with pytest.raises(NotFound), runtime.begin(day.as_observer) as work:
        adverse_events.read_one(work, at_home.id)


# The trail told a patient that somebody had looked, who had only seen the page before.
@pytest.mark.asvs("16.3.2")
def test_only_who_is_shown_on_a_page_is_noted_as_looked_at(
    runtime: Runtime, session: Session
) -> None:
    now = runtime.clock.now()
    coach = people.a_user(session, now, Role.COACH)
    for _ in range(3):
        patient = people.a_patient(session, now)
        people.a_care_team(session, now, patient, coach=coach)
        oversight.a_hold(session, now, patient)
        session.add(an_escalation(now, patient.id))
    session.commit()
    actor = people.the_actor(coach, Role.COACH)
    lists = (
        ("patient.listed", lambda work: patients.own_patients(work, limit=2)),
        ("caseload.read", lambda work: caseload.read(work, most=2)),
        ("escalation.listed", lambda work: escalations.read_open(work, most=2).calls),
    )
    for action, read in lists:
        with runtime.begin(actor) as work:
            assert len(read(work)) == 3
        noted = select(AuditEvent.patient_id).where(
            AuditEvent.action == action, AuditEvent.outcome == "listed"
        )
        assert len(session.scalars(noted).all()) == 2, action


def an_escalation(now: datetime, patient_id: UUID) -> Escalation:
    return Escalation(
        id=new_id(),
        patient_id=patient_id,
        code="monitor_check_missed",
        subject_type=SubjectKind.PATIENT,
        subject_id=patient_id,
        opened_at=now,
        climbed_at=now,
    )

"""What do people do with a report of harm in these tests?"""

from typing import Any

from sqlalchemy import select, update

from models.dose.dose_sessions import DoseSession
from models.oversight.adverse_events import AdverseEvent, AdverseEventAssessment
from models.oversight.holds import Hold
from models.people.patients import Patient
from rules.terms import EnrolmentState, Role, Seriousness, SessionState, Severity
from tests.factories import people
from tests.stage import Stage
from workflows.oversight import adverse_events
from workflows.oversight.adverse_events import Judged
from workflows.oversight.harm_reports import HarmReport
from workflows.platform.actor import Actor

NO = dict.fromkeys(Seriousness, False)
MILD = Judged(NO, Severity.MILD, {"words": "headache, gone"})
SEVERE = Judged(NO, Severity.SEVERE, {"words": "lay in bed"})
SERIOUS = Judged({**NO, Seriousness.HOSPITALIZATION: True}, Severity.MODERATE, {})
SPRAVATO_AT_HOME = HarmReport(own_words="I used my friend's Spravato at home yesterday")


def report(stage: Stage, actor: Actor, told: HarmReport | None = None) -> AdverseEvent:
    """Report harm; a headache, if nothing is said."""
    told = told or HarmReport(own_words="My head hurts.")
    return stage.does(actor, lambda work: adverse_events.report(work, told))


def triage(
    stage: Stage,
    event: AdverseEvent,
    judged: Judged = MILD,
    actor: Actor | None = None,
    **more: Any,
) -> AdverseEvent:
    """Look at a report for the first time, as the safety officer if nobody is named."""
    actor = actor or officer(stage)
    return stage.does(actor, lambda work: adverse_events.triage(work, event.id, judged, **more))


def assess(stage: Stage, event: AdverseEvent, judged: Judged = MILD) -> AdverseEventAssessment:
    """Judge it."""
    return stage.does(officer(stage), lambda work: adverse_events.assess(work, event.id, judged))


def close(stage: Stage, event: AdverseEvent) -> AdverseEvent:
    """Close it."""
    return stage.does(officer(stage), lambda work: adverse_events.close(work, event.id))


def reopen(stage: Stage, event: AdverseEvent) -> AdverseEvent:
    """Open it again."""
    return stage.does(officer(stage), lambda work: adverse_events.reopen(work, event.id))


def officer(stage: Stage) -> Actor:
    """Give the safety officer."""
    return Actor(stage.evening.officer.id, frozenset({Role.SAFETY_OFFICER}))


def open_holds(stage: Stage) -> set[str]:
    """Give the codes of what holds the next dose."""
    return {row.code for row in stage.rows(Hold) if row.released_at is None}


def enrolment(stage: Stage) -> EnrolmentState:
    """Read where the patient stands."""
    query = select(Patient.enrolment).where(Patient.id == stage.evening.patient.id)
    return stage.given(lambda session: session.scalars(query).one())


def in_session(stage: Stage, state: SessionState = SessionState.MONITORING) -> None:
    """Let the session be under way."""
    change = update(DoseSession).values(state=state)
    stage.given(lambda session: session.execute(change))


def another_patient(stage: Stage) -> Patient:
    """Add a patient of nobody's."""
    return stage.given(lambda session: people.a_patient(session, stage.clock.now()))


def user(stage: Stage, *roles: Role) -> Actor:
    """Add somebody who knows nobody."""
    made = stage.given(lambda session: people.a_user(session, stage.clock.now(), *roles))
    return Actor(made.id, frozenset(roles))

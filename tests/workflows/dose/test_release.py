"""Is nobody let go against the gate, and everybody with it?"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import DoseSession, ReleaseCheck
from models.oversight.holds import Escalation
from models.platform.decisions import GateDecision
from models.platform.trail import AuditEvent, Deadline, Event
from rules.terms import Outcome, SessionState, SubjectKind, VitalPurpose
from tests.factories.dose import a_reading, a_scheduled_session
from workflows.dose import emergencies, release
from workflows.dose.release import LastLook
from workflows.platform.errors import NotNow, NotPermitted

WELL = LastLook(
    moaas=5,
    state_check={"q1": 0, "q2": 0, "q3": 0, "q4": 0},
    oriented=True,
    walks_unaided=True,
    vomiting=False,
    distress=False,
    suicidal_thoughts=False,
    sitter_attests=True,
)


def called(session) -> list[str]:
    """Give what was called about, apart from the harm reports that come of it."""
    query = select(Escalation.code).where(Escalation.subject_type == SubjectKind.DOSE_SESSION)
    return list(session.scalars(query))


def decide(runtime, made, look=WELL, actor=None) -> release.ReleaseSeen:
    with runtime.begin(actor or made.as_sitter) as work:
        check = release.decide(work, made.dose_session.id, look)
        return release.read_one(work, check.id)


@pytest.fixture
def measured(session, clock, watched):
    """Two hours later, with the last reading."""
    clock.advance(minutes=121)
    a_reading(session, clock.now(), watched, purpose=VitalPurpose.RELEASE)
    session.commit()
    return watched


def test_a_well_person_is_let_go_after_two_hours(runtime, session, clock, measured):
    seen = decide(runtime, measured)
    assert seen.decision.outcome is Outcome.CLEAR
    assert (seen.dose_session.state, seen.dose_session.released_at) == (
        SessionState.RELEASED,
        clock.now(),
    )
    # Dosed at 10:00 in Denver: not before six in the morning there, and not before twelve hours.
    assert seen.dose_session.no_driving_until == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    open_ones = select(Deadline).where(
        Deadline.subject_id == measured.dose_session.id, Deadline.settled_at.is_(None)
    )
    assert session.scalars(open_ones).all() == []
    assert "release.decided" in session.scalars(select(AuditEvent.action)).all()
    assert "release.decided" in session.scalars(select(Event.kind)).all()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"moaas": 4}, "release_criteria_unmet"),
        ({"state_check": {"q1": 2, "q2": 0, "q3": 0, "q4": 0}}, "release_criteria_unmet"),
        ({"walks_unaided": False}, "release_criteria_unmet"),
        ({"vomiting": True}, "release_criteria_unmet"),
        ({"sitter_attests": None}, "release_criteria_unmet"),
        ({"oriented": None}, "release_criteria_unmet"),
    ],
)
def test_a_no_is_kept_and_the_watch_goes_on(runtime, session, measured, answer, code):
    seen = decide(runtime, measured, replace(WELL, **answer))
    assert (seen.decision.outcome, seen.decision.codes) == (Outcome.STOP, [code])
    assert seen.dose_session.state is SessionState.MONITORING
    assert session.scalars(select(ReleaseCheck)).one().decision_id == seen.decision.id
    assert session.scalars(select(GateDecision)).one().outcome is Outcome.STOP


def test_nobody_is_let_go_before_two_hours(runtime, session, clock, watched):
    clock.advance(minutes=119)
    a_reading(session, clock.now(), watched)
    session.commit()
    assert "monitoring_incomplete" in decide(runtime, watched).decision.codes


def test_nobody_is_let_go_without_the_last_reading(runtime, clock, watched):
    clock.advance(minutes=121)
    assert "monitoring_incomplete" in decide(runtime, watched).decision.codes


def test_nobody_is_let_go_during_an_emergency(runtime, measured):
    with runtime.begin(measured.as_sitter) as work:
        emergencies.raise_emergency(work, measured.dose_session.id, emergencies.CallForHelp())
    assert decide(runtime, measured).decision.outcome is Outcome.STOP
    with runtime.begin(measured.as_prescriber) as work:
        emergencies.close_emergency(work, measured.dose_session.id, "seen on video, awake")
    assert decide(runtime, measured).dose_session.state is SessionState.RELEASED


def test_a_suicidal_thought_at_the_end_stops_and_calls_a_clinician(runtime, session, measured):
    seen = decide(runtime, measured, replace(WELL, suicidal_thoughts=True))
    assert seen.decision.outcome is Outcome.STOP
    assert called(session) == ["suicide_risk_high"]


def test_somebody_hard_to_wake_at_the_end_is_an_emergency(runtime, session, measured):
    seen = decide(runtime, measured, replace(WELL, moaas=2))
    assert seen.dose_session.state is SessionState.EMERGENCY
    assert called(session) == ["emergency_unresponsive"]


@pytest.mark.parametrize("who", ["as_patient", "as_coach", "as_prescriber"])
def test_only_the_sitter_lets_go(runtime, measured, who):
    with pytest.raises(NotPermitted):
        decide(runtime, measured, actor=getattr(measured, who))


def test_a_session_without_a_dose_cannot_be_released(runtime, session, clock):
    made = a_scheduled_session(session, clock.now())
    session.commit()
    with pytest.raises(NotNow):
        decide(runtime, made)


def test_what_was_released_stays_released(runtime, session, measured):
    decide(runtime, measured)
    with pytest.raises(NotNow):
        decide(runtime, measured)
    state = select(DoseSession.state).where(DoseSession.id == measured.dose_session.id)
    assert session.scalars(state).one() is SessionState.RELEASED

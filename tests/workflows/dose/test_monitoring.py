"""Is every look kept, and does an alarming one call for help in the same commit?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import DoseSession, MonitoringCheck
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.people.patients import Patient
from models.platform.trail import AuditEvent, Deadline, Event, Notification
from rules.terms import (
    DeadlineKind,
    Deviation,
    HoldSource,
    SessionState,
    SubjectKind,
    Symptom,
    Urgency,
)
from tests.factories.dose import a_reading, a_scheduled_session
from workflows.dose import monitoring
from workflows.dose.monitoring import Look
from workflows.platform.errors import NotFound, NotPermitted
from workflows.platform.idempotency import OnceKey


def called(session) -> list[str]:
    """Give what was called about, apart from the harm reports that come of it."""
    query = select(Escalation.code).where(Escalation.subject_type == SubjectKind.DOSE_SESSION)
    return list(session.scalars(query))


def look(runtime, watched, actor=None, **seen):
    with runtime.begin(actor or watched.as_sitter) as work:
        return monitoring.record_check(work, watched.dose_session.id, Look(**seen))


def test_a_look_leaves_its_row_audit_and_event(runtime, session, clock, watched):
    clock.advance(minutes=15)
    check = look(runtime, watched, moaas=5, state_check={"q1": 1}, symptoms={Symptom.NAUSEA})
    kept = session.scalars(select(MonitoringCheck)).one()
    assert (kept.id, kept.moaas, kept.symptoms) == (check.id, 5, ["nausea"])
    assert kept.answers["state_check"] == {"q1": 1}
    assert (kept.alarm_codes, kept.urgency) == ([], None)
    assert "monitoring.checked" in session.scalars(select(AuditEvent.action)).all()
    assert "monitoring.checked" in session.scalars(select(Event.kind)).all()
    assert session.scalars(select(Escalation)).all() == []


def test_the_phones_own_time_is_kept_beside_ours_and_never_believed_about_the_future(
    runtime, clock, watched
):
    early, late = clock.now() + timedelta(minutes=5), clock.now() + timedelta(hours=3)
    clock.advance(minutes=15)
    check = look(runtime, watched, moaas=5, device_at=early)
    assert (check.device_at, check.checked_at, check.received_at) == (early, early, clock.now())
    check = look(runtime, watched, moaas=5, device_at=late)
    assert (check.device_at, check.checked_at) == (late, clock.now())


def test_a_look_brought_late_does_not_answer_the_one_due_now(runtime, session, clock, watched):
    at = clock.now() + timedelta(minutes=15)
    clock.advance(minutes=31)
    look(runtime, watched, moaas=5, device_at=at)
    open_ones = session.scalars(
        select(Deadline.due_at).where(
            Deadline.kind == DeadlineKind.MONITOR_CHECK, Deadline.settled_at.is_(None)
        )
    ).all()
    assert min(open_ones) == watched.dose_session.dosed_at + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        ({"moaas": 2}, "emergency_unresponsive"),
        ({"breaths_per_minute": 7}, "emergency_respiratory"),
        ({"symptoms": frozenset({Symptom.CHEST_PAIN})}, "emergency_cardiac_neuro"),
        ({"symptoms": frozenset({Symptom.WHEEZING})}, "emergency_anaphylaxis"),
    ],
)
def test_a_sign_of_danger_calls_everybody_at_once(runtime, session, watched, seen, code):
    safety_version = watched.patient.safety_version
    check = look(runtime, watched, **seen)
    assert (check.alarm_codes, check.urgency) == ([code], Urgency.EMERGENCY_SERVICES)
    assert called(session) == [code]
    assert set(session.scalars(select(Hold.source))) == {
        HoldSource.EMERGENCY,
        HoldSource.ADVERSE_EVENT,
    }
    state = select(DoseSession.state).where(DoseSession.id == watched.dose_session.id)
    assert session.scalars(state).one() is SessionState.EMERGENCY
    told = session.scalars(select(Notification.user_id)).all()
    assert watched.prescriber.id in told
    report = session.scalars(select(AdverseEvent)).one()
    assert (report.report["source"], report.report["codes"]) == ("watch", [code])
    assert report.dose_session_id == watched.dose_session.id
    triage = select(Deadline.due_at).where(Deadline.subject_id == report.id)
    assert session.scalars(triage).one() == runtime.clock.now() + timedelta(minutes=15)
    risen = session.scalars(select(Patient.safety_version)).one()
    assert risen > safety_version


def test_the_same_alarm_again_is_one_call_and_one_report(runtime, session, watched):
    look(runtime, watched, moaas=1)
    look(runtime, watched, moaas=1)
    assert called(session) == ["emergency_unresponsive"]
    assert len(session.scalars(select(AdverseEvent)).all()) == 1
    assert len(session.scalars(select(Hold)).all()) == 2


def test_a_symptom_meets_the_pressure_just_measured(runtime, session, clock, watched):
    a_reading(session, clock.now(), watched, systolic_mmhg=184, diastolic_mmhg=101)
    session.commit()
    check = look(runtime, watched, symptoms=frozenset({Symptom.HEADACHE}))
    assert check.alarm_codes == ["emergency_hypertensive"]


def test_a_suicidal_word_holds_the_next_dose_and_calls_a_clinician(runtime, session, watched):
    check = look(runtime, watched, symptoms=frozenset({Symptom.SUICIDAL_INTENT}))
    assert (check.alarm_codes, check.urgency) == (["suicide_risk_high"], Urgency.CLINICIAN)
    assert HoldSource.SUICIDE_RISK in session.scalars(select(Hold.source)).all()


@pytest.mark.parametrize("state", list(SessionState))
def test_a_look_is_kept_in_every_state(runtime, session, clock, state):
    made = a_scheduled_session(session, clock.now(), state=state)
    session.commit()
    assert look(runtime, made, moaas=1).alarm_codes == ["emergency_unresponsive"]


def test_a_sitter_who_leaves_is_a_call_and_settles_nothing(runtime, session, clock, watched):
    clock.advance(minutes=15)
    with runtime.begin(watched.as_patient) as work:
        check = monitoring.record_sitter_left(work, watched.dose_session.id)
    assert check.alarm_codes == ["sitter_left_early"]
    assert called(session) == ["sitter_left_early"]
    settled = select(Deadline).where(Deadline.settled_at.is_not(None))
    assert session.scalars(settled).all() == []


@pytest.mark.parametrize(
    ("deviation", "code"),
    [
        (Deviation.SPILLED, "administration_deviation"),
        (Deviation.VOMITED, "administration_deviation"),
        (Deviation.TOOK_MORE, "overdose_reported"),
    ],
)
def test_a_deviation_is_kept_and_called(runtime, session, watched, deviation, code):
    with runtime.begin(watched.as_patient) as work:
        check = monitoring.record_deviation(work, watched.dose_session.id, deviation, "oh dear")
    assert check.alarm_codes == [code]
    assert session.scalars(select(MonitoringCheck)).one().answers["deviation"] == deviation
    assert called(session) == [code]


def test_the_sitters_duties_come_with_their_times(runtime, clock, watched):
    with runtime.begin(watched.as_sitter) as work:
        duties = monitoring.read_duties(work, watched.dose_session.id)
    assert [duty.kind for duty in duties].count(DeadlineKind.MONITOR_CHECK) == 8
    assert len(duties) == 10


def test_a_retry_is_one_look(runtime, session, watched):
    once = OnceKey("key", b"same")
    for _ in range(2):
        with runtime.begin(watched.as_sitter, once) as work:
            monitoring.record_check(work, watched.dose_session.id, Look(moaas=5))
    assert len(session.scalars(select(MonitoringCheck)).all()) == 1


def test_another_sitter_finds_no_such_session(runtime, session, clock, watched):
    other = a_scheduled_session(session, clock.now())
    session.commit()
    with pytest.raises(NotFound):
        look(runtime, watched, actor=other.as_sitter)


def test_a_coach_does_not_watch(runtime, watched):
    with pytest.raises(NotPermitted):
        look(runtime, watched, actor=watched.as_coach)

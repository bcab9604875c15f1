"""Is a silence noticed, and does it climb until a human answers?"""

from datetime import timedelta

from sqlalchemy import select, text, update

from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Escalation, Hold
from models.platform.trail import AuditEvent, Deadline, Event, Notification
from rules.terms import DeadlineKind, Rung, SessionState, Symptom
from tests.factories.dose import Evening, a_scheduled_session
from workflows.dose import monitoring, watch
from workflows.oversight import escalations
from workflows.platform import sweep
from workflows.platform.actor import SYSTEM


def told(session, watched: Evening) -> list[tuple[str, object]]:
    rows = session.scalars(
        select(Notification)
        .where(Notification.patient_id == watched.patient.id)
        .order_by(Notification.created_at, Notification.id)
    )
    return [(row.template, row.user_id) for row in rows]


def the_escalation(session, code: str) -> Escalation:
    query = select(Escalation).where(Escalation.code == code)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def test_a_dose_writes_down_every_look_it_asks_for(session, watched):
    due = session.execute(
        select(Deadline.kind, Deadline.due_at)
        .where(Deadline.subject_id == watched.dose_session.id)
        .order_by(Deadline.due_at)
    ).all()
    dosed_at = watched.dose_session.dosed_at
    looks = [at - dosed_at for kind, at in due if kind == DeadlineKind.MONITOR_CHECK]
    assert looks == [timedelta(minutes=15 * turn) for turn in range(1, 9)]
    others = {(kind, (at - dosed_at) // timedelta(minutes=1)) for kind, at in due}
    assert {
        (DeadlineKind.VITALS_40_MINUTES, 40),
        (DeadlineKind.VITALS_120_MINUTES, 120),
        (DeadlineKind.PROLONGED_EFFECT, 180),
        (DeadlineKind.PROLONGED_EFFECT, 360),
        (DeadlineKind.SESSION_ABANDONED, 720),
    } <= others


def test_a_dose_told_late_asks_for_no_look_in_the_past(runtime, session, clock):
    made = a_scheduled_session(
        session, clock.now(), state=SessionState.MONITORING, dosed_at=clock.now()
    )
    session.commit()
    clock.advance(minutes=50)
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        watch.start_watch(work, made.dose_session)
    due = session.scalars(
        select(Deadline.due_at).where(Deadline.subject_id == made.dose_session.id)
    ).all()
    assert min(due) == made.dose_session.dosed_at + timedelta(minutes=60)
    assert len(due) == 5 + 1 + 3


def test_a_look_is_missed_only_after_its_grace(runtime, session, clock, watched):
    clock.advance(minutes=19, seconds=59)
    assert sweep.run_once(runtime) == 0
    clock.advance(seconds=1)
    assert sweep.run_once(runtime) == 1
    assert told(session, watched) == [("answer_at_once", watched.sitter.user_id)]


def test_a_missed_look_leaves_row_audit_event_and_job(runtime, session, clock, watched):
    clock.advance(minutes=20)
    sweep.run_once(runtime)
    missed = session.scalars(select(Deadline).where(Deadline.missed_at.is_not(None))).one()
    raised = the_escalation(session, "monitor_check_missed")
    assert (missed.missed_at, raised.subject_id) == (clock.now(), watched.dose_session.id)
    actions = session.scalars(
        select(AuditEvent.action).where(AuditEvent.patient_id == watched.patient.id)
    ).all()
    assert {"deadline.missed", "escalation.raised"} <= set(actions)
    kinds = session.scalars(select(Event.kind).where(Event.patient_id == watched.patient.id)).all()
    assert {"deadline.missed", "escalation.raised"} <= set(kinds)
    notice = session.scalars(select(Notification)).one()
    jobs = session.execute(text("SELECT task_name, args FROM procrastinate_jobs")).all()
    assert jobs == [("deliver_notification", {"notification_id": str(notice.id)})]


def test_silence_climbs_the_ladder_until_a_human_acknowledges(runtime, session, clock, watched):
    clock.advance(minutes=20)
    sweep.run_once(runtime)
    seen = [the_escalation(session, "monitor_check_missed").rung]
    for _ in range(5):
        clock.advance(minutes=3)
        sweep.run_once(runtime)
        seen.append(the_escalation(session, "monitor_check_missed").rung)
    assert seen == [1, 2, 3, 4, 5, 5]
    asked = told(session, watched)
    assert asked[:5] == [
        ("answer_at_once", watched.sitter.user_id),
        ("answer_please", watched.patient.user_id),
        ("reach_somebody", None),
        ("somebody_needs_you", watched.coach.id),
        ("somebody_needs_you_now", watched.prescriber.id),
    ]
    # The second silence, at the top: it rings again, also with the safety officer and the sitter.
    again = {watched.prescriber.id, watched.officer.id, watched.sitter.user_id}
    assert {user for _, user in asked[5:]} == again


def test_an_acknowledged_call_climbs_no_more(runtime, session, clock, watched):
    clock.advance(minutes=20)
    sweep.run_once(runtime)
    raised = the_escalation(session, "monitor_check_missed")
    with runtime.begin(watched.as_coach) as work:
        escalations.acknowledge(work, raised.id)
    asked = told(session, watched)
    clock.advance(minutes=14)
    assert sweep.run_once(runtime) == 0
    assert told(session, watched) == asked
    assert the_escalation(session, "monitor_check_missed").acknowledged_by == watched.coach.id


def test_two_looks_missed_in_a_row_call_everybody_near(runtime, session, clock, watched):
    clock.advance(minutes=35)
    sweep.run_once(runtime)
    assert the_escalation(session, "monitor_check_missed").rung == Rung.EMERGENCY_CONTACT.value
    assert ("reach_somebody", None) in told(session, watched)


def test_three_looks_missed_in_a_row_call_a_clinician(runtime, session, clock, watched):
    clock.advance(minutes=50)
    sweep.run_once(runtime)
    assert the_escalation(session, "monitor_check_missed").rung == Rung.ON_CALL_CLINICIAN.value
    assert ("somebody_needs_you_now", watched.prescriber.id) in told(session, watched)


def test_the_sitters_own_look_is_the_answer_and_starts_the_count_again(
    runtime, session, clock, watched
):
    clock.advance(minutes=20)
    sweep.run_once(runtime)
    with runtime.begin(watched.as_sitter) as work:
        monitoring.record_check(work, watched.dose_session.id, monitoring.Look(moaas=5))
    raised = the_escalation(session, "monitor_check_missed")
    assert raised.acknowledged_by == watched.sitter.user_id
    clock.advance(minutes=16)  # the look of minute 30 is missed: the first again, not the second
    sweep.run_once(runtime)
    open_ones = session.scalars(
        select(Escalation).where(Escalation.acknowledged_at.is_(None))
    ).all()
    assert [one.rung for one in open_ones] == [Rung.SITTER.value]


def test_the_patients_own_look_does_not_silence_the_call(runtime, session, clock, watched):
    clock.advance(minutes=20)
    sweep.run_once(runtime)
    with runtime.begin(watched.as_patient) as work:
        monitoring.record_check(work, watched.dose_session.id, monitoring.Look(moaas=5))
    assert the_escalation(session, "monitor_check_missed").acknowledged_at is None


def test_a_look_in_time_leaves_nothing_to_call_about(runtime, session, clock, watched):
    clock.advance(minutes=12)
    with runtime.begin(watched.as_sitter) as work:
        monitoring.record_check(work, watched.dose_session.id, monitoring.Look(moaas=5))
    clock.advance(minutes=10)
    assert sweep.run_once(runtime) == 0


def test_a_look_that_says_the_sitter_left_is_no_look(runtime, session, clock, watched):
    look = monitoring.Look(symptoms=frozenset({Symptom.SITTER_LEFT}))
    clock.advance(minutes=15)
    with runtime.begin(watched.as_patient) as work:
        monitoring.record_check(work, watched.dose_session.id, look)
    clock.advance(minutes=5)
    sweep.run_once(runtime)
    codes = set(session.scalars(select(Escalation.code)))
    assert {"sitter_left_early", "monitor_check_missed"} <= codes


def test_no_reading_at_the_peak_is_called_after_its_window(runtime, session, clock, watched):
    session.execute(
        update(Deadline)
        .where(Deadline.kind == DeadlineKind.MONITOR_CHECK)
        .values(settled_at=clock.now())
    )
    session.commit()
    clock.advance(minutes=59)
    assert sweep.run_once(runtime) == 0
    clock.advance(minutes=1)
    sweep.run_once(runtime)
    assert the_escalation(session, "home_bp_40min_missing").rung == Rung.SITTER.value


def test_an_effect_that_lasts_calls_a_clinician_and_then_becomes_an_emergency(
    runtime, session, clock, watched
):
    clock.advance(minutes=180)
    sweep.run_once(runtime)
    assert the_escalation(session, "prolonged_effect").rung == Rung.ON_CALL_CLINICIAN.value
    assert state(session, watched) is SessionState.MONITORING
    clock.advance(minutes=180)
    sweep.run_once(runtime)
    assert state(session, watched) is SessionState.EMERGENCY
    assert "prolonged_effect" in session.scalars(select(Hold.code)).all()


def test_a_watch_that_nobody_ended_is_unaccounted_for(runtime, session, clock, watched):
    clock.advance(hours=12)
    sweep.run_once(runtime)
    assert state(session, watched) is SessionState.UNACCOUNTED
    assert "session_unaccounted" in session.scalars(select(Hold.code)).all()
    assert the_escalation(session, "session_unaccounted").rung == Rung.SITTER.value


def test_a_clearance_that_nobody_spent_is_asked_about(runtime, session, clock):
    made = a_scheduled_session(session, clock.now(), state=SessionState.CLEARED)
    session.commit()
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        watch.expect_dose(work, made.dose_session, clock.now() + timedelta(minutes=30))
    clock.advance(hours=2, minutes=30)
    sweep.run_once(runtime)
    assert state(session, made) is SessionState.UNACCOUNTED


def test_a_session_that_was_closed_meanwhile_is_left_alone(runtime, session, clock, watched):
    session.execute(
        update(DoseSession)
        .where(DoseSession.id == watched.dose_session.id)
        .values(state=SessionState.CLOSED)
    )
    session.commit()
    clock.advance(hours=13)
    assert sweep.run_once(runtime) == 13
    assert session.scalars(select(Escalation)).all() == []


def state(session, watched: Evening) -> SessionState:
    return session.scalars(
        select(DoseSession.state).where(DoseSession.id == watched.dose_session.id)
    ).one()

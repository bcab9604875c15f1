"""Who may answer a call, and is only a human's answer one?"""

import pytest
from sqlalchemy import select

from models.oversight.holds import Escalation
from models.platform.trail import AuditEvent, Deadline, Event, Notification
from rules.terms import Role, Rung, SubjectKind
from tests.factories.dose import a_monitored_session, a_shift
from tests.factories.people import a_licensed_prescriber, a_user
from workflows.oversight import escalations
from workflows.platform import sweep
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import NotFound, NotPermitted

CODE = "monitor_check_missed"


@pytest.fixture
def made(session, clock):
    made = a_monitored_session(session, clock.now())
    session.commit()
    return made


@pytest.fixture
def raised(runtime, made):
    return raise_one(runtime, made)


def raise_one(runtime, made, code=CODE, **more) -> Escalation:
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        subject = (SubjectKind.DOSE_SESSION, made.dose_session.id)
        return escalations.raise_one(work, code, subject=subject, **more)


def acknowledge(runtime, actor, raised) -> Escalation:
    with runtime.begin(actor) as work:
        return escalations.acknowledge(work, raised.id)


def test_an_answer_stops_the_climb_and_leaves_its_trace(runtime, session, clock, made, raised):
    row = acknowledge(runtime, made.as_coach, raised)
    assert (row.acknowledged_by, row.acknowledged_at) == (made.coach.id, clock.now())
    assert all(session.scalars(select(Deadline.settled_at)))
    assert "escalation.acknowledged" in session.scalars(select(AuditEvent.action)).all()
    assert "escalation.acknowledged" in session.scalars(select(Event.kind)).all()


def test_the_first_answer_counts(runtime, clock, made, raised):
    acknowledge(runtime, made.as_sitter, raised)
    clock.advance(minutes=1)
    assert acknowledge(runtime, made.as_coach, raised).acknowledged_by == made.sitter.user_id


def test_whoever_is_on_call_may_answer_for_a_patient_they_do_not_know(
    runtime, session, clock, raised
):
    doctor = a_licensed_prescriber(session, clock.now())
    session.commit()
    actor = Actor(doctor.id, frozenset({Role.PRESCRIBER}))
    with pytest.raises(NotFound):
        acknowledge(runtime, actor, raised)
    a_shift(session, doctor, clock.now())
    session.commit()
    assert acknowledge(runtime, actor, raised).acknowledged_by == doctor.id


def test_a_stranger_finds_no_call_and_a_patient_may_not_answer(
    runtime, session, clock, made, raised
):
    stranger = a_user(session, clock.now(), Role.COACH)
    session.commit()
    with pytest.raises(NotFound):
        acknowledge(runtime, Actor(stranger.id, frozenset({Role.COACH})), raised)
    with pytest.raises(NotPermitted):
        acknowledge(runtime, made.as_patient, raised)


def test_the_sitter_of_another_session_finds_no_call(runtime, session, clock, raised):
    other = a_monitored_session(session, clock.now())
    session.commit()
    with pytest.raises(NotFound):
        acknowledge(runtime, other.as_sitter, raised)


def test_the_list_shows_what_is_mine_to_answer(runtime, session, clock, made, raised):
    other = a_monitored_session(session, clock.now())
    session.commit()
    clock.advance(minutes=1)
    second = raise_one(runtime, made, "prolonged_effect")
    raise_one(runtime, other)
    with runtime.begin(made.as_coach) as work:
        rows = escalations.read_open(work).calls
        assert [row.id for row in rows] == [raised.id, second.id]
        after = (rows[0].opened_at, rows[0].id)
        assert [row.id for row in escalations.read_open(work, after).calls] == [second.id]
    listed = session.scalars(select(AuditEvent.patient_id).where(AuditEvent.outcome == "listed"))
    assert set(listed) == {made.patient.id}
    officer = Actor(other.officer.id, frozenset({Role.SAFETY_OFFICER}))
    with runtime.begin(officer) as work:
        assert len(escalations.read_open(work).calls) == 3


def test_with_nobody_on_call_the_prescriber_and_the_safety_officers_are_told(
    runtime, session, made
):
    raise_one(runtime, made, "emergency_unresponsive")
    told = set(session.scalars(select(Notification.user_id)))
    assert told == {made.prescriber.id, made.officer.id}


def test_an_open_call_is_called_louder_and_never_doubled(runtime, session, made, raised):
    again = raise_one(runtime, made, rung=Rung.COACH)
    assert again.id == raised.id
    assert again.rung == Rung.COACH.value
    assert len(session.scalars(select(Escalation)).all()) == 1


def test_at_the_top_it_rings_again_and_again(runtime, session, clock, made):
    raise_one(runtime, made, "emergency_unresponsive")
    counts = []
    for _ in range(3):
        clock.advance(minutes=3)
        assert sweep.run_once(runtime) == 1
        counts.append(len(session.scalars(select(Notification)).all()))
    assert counts == [4, 6, 8]


def test_a_call_answered_between_select_and_job_is_left_alone(runtime, session, clock, raised):
    clock.advance(minutes=3)
    with runtime.begin(SYSTEM) as work:
        found = sweep.overdue(work)
    row = session.scalars(select(Escalation).where(Escalation.id == raised.id)).one()
    row.acknowledged_at, row.acknowledged_by = clock.now(), raised.id
    session.commit()
    before = len(session.scalars(select(Notification)).all())
    for deadline_id in found:
        sweep.note_if_missed(runtime, str(deadline_id))
    assert len(session.scalars(select(Notification)).all()) == before

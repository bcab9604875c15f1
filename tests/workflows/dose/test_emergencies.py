"""Is a call for help always kept, and does everything follow from it in the same commit?"""

import pytest
from sqlalchemy import select, update

from models.dose.dose_sessions import DoseSession, EmergencyCall
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.people.accounts import Credential
from models.platform.trail import AuditEvent, Event, Notification
from rules.states import after_emergency
from rules.terms import HoldSource, Role, Rung, SessionState, SubjectKind
from tests.factories.dose import a_scheduled_session
from tests.factories.people import a_user
from workflows.dose import emergencies
from workflows.dose.emergencies import CallForHelp
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound, NotNow, NotPermitted, RecordForbids
from workflows.platform.idempotency import OnceKey


def call(runtime, made, actor=None, **said):
    with runtime.begin(actor or made.as_sitter) as work:
        return emergencies.raise_emergency(work, made.dose_session.id, CallForHelp(**said))


def called(session) -> list[str]:
    """Give what was called about, apart from the harm reports that come of it."""
    query = select(Escalation.code).where(Escalation.subject_type == SubjectKind.DOSE_SESSION)
    return list(session.scalars(query))


def state(session, made) -> SessionState:
    query = select(DoseSession.state).where(DoseSession.id == made.dose_session.id)
    return session.scalars(query).one()


@pytest.mark.parametrize("before", list(SessionState))
def test_a_call_is_kept_in_every_state(runtime, session, clock, before):
    made = a_scheduled_session(session, clock.now(), state=before)
    session.commit()
    call(runtime, made)
    assert session.scalars(select(EmergencyCall.code)).all() == ["emergency"]
    assert state(session, made) is after_emergency(before)


def test_a_call_holds_the_next_dose_and_reaches_the_clinician_on_call(runtime, session, watched):
    call(runtime, watched, code="emergency_unresponsive", words="won't wake up")
    holds = session.execute(select(Hold.source, Hold.code)).all()
    assert (HoldSource.EMERGENCY, "emergency_unresponsive") in holds
    assert called(session) == ["emergency_unresponsive"]
    rungs = set(session.scalars(select(Escalation.rung)))
    assert rungs == {Rung.ON_CALL_CLINICIAN.value}
    told = session.execute(select(Notification.user_id, Notification.template)).all()
    assert (watched.prescriber.id, "somebody_needs_you_now") in told
    assert (watched.coach.id, "help_was_called") in told
    assert session.scalars(select(AdverseEvent.dose_session_id)).all() == [watched.dose_session.id]
    assert "emergency.raised" in session.scalars(select(AuditEvent.action)).all()
    assert "emergency.raised" in session.scalars(select(Event.kind)).all()


def test_a_second_call_is_kept_too_and_rings_again(runtime, session, watched):
    call(runtime, watched)
    first = len(session.scalars(select(Notification)).all())
    call(runtime, watched, words="still")
    assert len(session.scalars(select(EmergencyCall)).all()) == 2
    assert len(session.scalars(select(Notification)).all()) > first
    assert len(session.scalars(select(AdverseEvent)).all()) == 1


def test_a_retry_of_the_same_call_is_one_call(runtime, session, watched):
    for _ in range(2):
        with runtime.begin(watched.as_sitter, OnceKey("k", b"same")) as work:
            emergencies.raise_emergency(work, watched.dose_session.id, CallForHelp())
    assert len(session.scalars(select(EmergencyCall)).all()) == 1


def test_a_call_on_an_old_session_is_kept_while_another_one_is_under_way(
    runtime, session, clock, watched
):
    old = DoseSession(
        **{
            name: getattr(watched.dose_session, name)
            for name in ("patient_id", "plan_id", "product_id", "molecule", "route", "setting")
        },
        number=2,
        dose_mg_hundredths=10_000,
        state=SessionState.CLOSED,
        scheduled_at=clock.now(),
        time_zone="UTC",
        created_by=watched.patient.user_id,
        created_at=clock.now(),
    )
    session.add(old)
    session.commit()
    with runtime.begin(watched.as_patient) as work:
        kept = emergencies.raise_emergency(work, old.id, CallForHelp())
    assert kept.dose_session_id == old.id
    assert called(session) == ["emergency"]
    assert state(session, watched) is SessionState.MONITORING


def test_a_call_for_the_patient_finds_the_session_under_way(runtime, session, watched):
    with runtime.begin(watched.as_coach) as work:
        kept = emergencies.raise_for_patient(work, watched.patient.id, CallForHelp())
    assert kept.dose_session_id == watched.dose_session.id
    assert state(session, watched) is SessionState.EMERGENCY


def test_a_call_without_any_session_is_kept(runtime, session, clock):
    made = a_scheduled_session(session, clock.now())
    session.commit()
    with runtime.begin(made.as_patient) as work:
        kept = emergencies.raise_for_patient(work, made.patient.id, CallForHelp())
    assert kept.dose_session_id is None
    assert session.scalars(select(Hold.source)).all() == [HoldSource.EMERGENCY]


def test_only_a_prescriber_ends_an_emergency(runtime, session, watched):
    call(runtime, watched)
    for actor in (watched.as_sitter, watched.as_coach, watched.as_patient):
        with pytest.raises(NotPermitted), runtime.begin(actor) as work:
            emergencies.close_emergency(work, watched.dose_session.id, "all is well")
    with runtime.begin(watched.as_prescriber) as work:
        emergencies.close_emergency(work, watched.dose_session.id, "seen on video, awake")
    assert state(session, watched) is SessionState.MONITORING
    ended = select(Hold.released_by).where(Hold.source == HoldSource.EMERGENCY)
    assert session.scalars(ended).all() == [watched.prescriber.id]


def test_a_licence_that_is_not_in_force_ends_no_emergency(runtime, session, watched):
    call(runtime, watched)
    theirs = update(Credential).where(Credential.user_id == watched.prescriber.id)
    session.execute(theirs.values(state="NY"))
    session.commit()
    with pytest.raises(RecordForbids) as refused, runtime.begin(watched.as_prescriber) as work:
        emergencies.close_emergency(work, watched.dose_session.id, "seen on video, awake")
    assert refused.value.code == "prescriber_not_licensed_in_state"
    assert state(session, watched) is SessionState.EMERGENCY


def test_what_is_no_emergency_cannot_be_ended(runtime, watched):
    with pytest.raises(NotNow), runtime.begin(watched.as_prescriber) as work:
        emergencies.close_emergency(work, watched.dose_session.id, "all is well")


def test_nobody_ends_an_emergency_of_their_own(runtime, session, watched):
    call(runtime, watched)
    both = Actor(watched.patient.user_id, frozenset({Role.PRESCRIBER, Role.PATIENT}))
    with pytest.raises((NotFound, RecordForbids)), runtime.begin(both) as work:
        emergencies.close_emergency(work, watched.dose_session.id, "I am fine")


def test_a_stranger_finds_nobody_to_call_for(runtime, session, clock, watched):
    stranger = a_user(session, clock.now(), Role.COACH)
    session.commit()
    with pytest.raises(NotFound):
        call(runtime, watched, actor=Actor(stranger.id, frozenset({Role.COACH})))

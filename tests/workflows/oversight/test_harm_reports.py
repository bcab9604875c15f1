"""Is every report of harm kept and acted on, whoever brings it?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.dose.dose_sessions import DoseSession
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.people.patients import CareTeamMember
from models.platform.trail import AuditEvent, Deadline, Event, Notification
from rules.terms import EnrolmentState, HarmSignal, Role, SessionState, SubjectKind
from tests.factories import people
from tests.factories.dose import a_scheduled_session
from tests.factories.oversight import an_adverse_event, an_office_session
from tests.workflows.oversight.harm import (
    SPRAVATO_AT_HOME,
    another_patient,
    enrolment,
    in_session,
    officer,
    open_holds,
    report,
    user,
)
from workflows.aftercare import coaching
from workflows.aftercare.coaching import Written
from workflows.oversight import adverse_events
from workflows.oversight.harm_reports import HarmReport
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound


def test_the_list_does_not_show_another_teams_patients(stage):
    def enter(session):
        elsewhere = a_scheduled_session(session, stage.clock.now())
        an_adverse_event(session, stage.clock.now(), elsewhere.patient)
        an_adverse_event(session, stage.clock.now(), None)

    stage.given(enter)
    mine = report(stage, stage.evening.as_patient)
    for actor in (stage.evening.as_coach, stage.evening.as_prescriber, stage.evening.as_patient):
        seen = stage.does(actor, lambda work: adverse_events.read_all(work, None, 25))
        assert [row.id for row in seen] == [mine.id]


def test_the_safety_officer_keeps_the_whole_register(stage):
    stage.given(lambda session: an_adverse_event(session, stage.clock.now(), None))
    report(stage, stage.evening.as_patient)
    seen = stage.does(officer(stage), lambda work: adverse_events.read_all(work, None, 25))
    assert len(seen) == 2


def test_the_register_goes_on_after_equal_times(stage):
    now = stage.clock.now()
    stage.given(lambda session: [an_adverse_event(session, now, None) for _ in range(5)])
    first = stage.does(officer(stage), lambda work: adverse_events.read_all(work, None, 2))
    place = (first[1].aware_at, first[1].id)
    rest = stage.does(officer(stage), lambda work: adverse_events.read_all(work, place, 25))
    assert len({row.id for row in (*first[:2], *rest)}) == 5


def test_nobody_reads_another_teams_report(stage):
    theirs = stage.given(
        lambda session: an_adverse_event(
            session, stage.clock.now(), people.a_patient(session, stage.clock.now())
        )
    )
    with pytest.raises(NotFound):
        stage.does(stage.evening.as_coach, lambda work: adverse_events.read_one(work, theirs.id))


def test_a_patients_report_keeps_their_words_and_holds_the_next_dose(stage):
    before = stage.safety_version()
    event = report(stage, stage.evening.as_patient)
    assert (event.own_words, event.patient_id) == ("My head hurts.", stage.evening.patient.id)
    assert (event.reporter_verified, event.incomplete_icsr) == (True, False)
    assert open_holds(stage) == {"open_adverse_event"}
    assert stage.safety_version() > before
    assert event.triage_due_at == stage.clock.now() + timedelta(hours=24)


def test_a_report_leaves_its_trace_and_calls_people(stage):
    event = report(stage, stage.evening.as_patient)
    told = {row.user_id for row in stage.rows(Notification)}
    assert {stage.evening.officer.id, stage.evening.prescriber.id} <= told
    assert "adverse_event.reported" in {row.action for row in stage.rows(AuditEvent)}
    assert "adverse_event.reported" in {row.kind for row in stage.rows(Event)}
    deadline = next(row for row in stage.rows(Deadline) if row.subject_id == event.id)
    assert (deadline.kind, deadline.due_at) == ("ae_triage", event.triage_due_at)


def test_a_report_under_way_is_due_in_fifteen_minutes_and_calls_at_once(stage):
    in_session(stage)
    event = report(stage, stage.evening.as_sitter)
    assert event.dose_session_id == stage.evening.dose_session.id
    assert event.triage_due_at == stage.clock.now() + timedelta(minutes=15)
    assert [row.code for row in stage.rows(Escalation)] == ["harm_reported_live"]


def test_an_office_session_under_way_is_live_too(stage):
    now, patient = stage.clock.now(), stage.evening.patient
    office = stage.given(
        lambda session: an_office_session(session, now, patient, state="monitoring")
    )
    event = report(stage, stage.evening.as_patient)
    assert event.office_session_id == office.id
    assert event.triage_due_at == now + timedelta(minutes=15)


@pytest.mark.parametrize("who", ["as_patient", "as_coach", "as_prescriber"])
def test_whoever_knows_the_patient_reports_by_id(stage, who):
    told = HarmReport(own_words="Fell.", patient_id=stage.evening.patient.id)
    event = report(stage, getattr(stage.evening, who), told)
    assert (event.patient_id, event.reporter_verified) == (stage.evening.patient.id, True)


def test_the_office_reports_what_somebody_said_on_the_telephone(stage):
    told = HarmReport(own_words="Called in.", patient_id=stage.evening.patient.id)
    event = report(stage, user(stage, Role.ADMIN), told)
    assert event.patient_id == stage.evening.patient.id


@pytest.mark.parametrize("state", [SessionState.MONITORING, SessionState.CLOSED])
def test_the_sitter_reports_about_their_own_session(stage, state):
    in_session(stage, state)
    told = HarmReport(dose_session_id=stage.evening.dose_session.id)
    event = report(stage, stage.evening.as_sitter, told)
    assert event.dose_session_id == stage.evening.dose_session.id
    assert event.reporter_verified


def test_a_sitter_of_one_person_needs_no_id(stage):
    in_session(stage, SessionState.CLOSED)
    assert report(stage, stage.evening.as_sitter).patient_id == stage.evening.patient.id


def test_of_two_people_nobody_can_tell_whom_the_sitter_means(stage):
    def enter(session):
        other = people.a_patient(session, stage.clock.now())
        people.a_sitter(session, stage.clock.now(), other, user_id=stage.evening.sitter.user_id)

    stage.given(enter)
    event = report(stage, stage.evening.as_sitter)
    assert (event.patient_id, event.incomplete_icsr) == (None, True)


def test_a_patient_who_sits_for_somebody_speaks_of_them_while_the_session_runs(stage):
    in_session(stage)
    other = another_patient(stage)

    def enter(session):
        change = {"sitter_user_id": other.user_id}
        session.execute(update(DoseSession).values(**change))

    stage.given(enter)
    both = Actor(other.user_id, frozenset({Role.PATIENT, Role.SITTER}))
    assert report(stage, both).patient_id == stage.evening.patient.id


def test_a_stranger_stops_the_dose_but_suspends_nobody(stage):
    told = HarmReport(
        own_words="She had a seizure.",
        signals=(HarmSignal.SEIZURE,),
        patient_id=stage.evening.patient.id,
    )
    event = report(stage, user(stage, Role.COACH), told)
    assert (event.patient_id, event.reporter_verified) == (stage.evening.patient.id, False)
    assert open_holds(stage) == {"open_adverse_event"}
    assert enrolment(stage) is EnrolmentState.COURSE_ACTIVE


def test_a_report_by_nobody_about_nobody_is_kept(stage):
    event = report(stage, Actor(None, frozenset({Role.SYSTEM})), HarmReport())
    assert (event.patient_id, event.reporter_id, event.reporter_role) == (None, None, "")
    assert event.incomplete_icsr
    assert {row.user_id for row in stage.rows(Notification)} == {stage.evening.officer.id}


def test_a_wrong_id_keeps_nothing_out(stage):
    told = HarmReport(own_words="Sick.", dose_session_id=stage.evening.officer.id)
    assert report(stage, stage.evening.as_patient, told).patient_id == stage.evening.patient.id


def test_the_same_report_twice_is_kept_once(stage):
    told = HarmReport(own_words="Sick.")
    both = [
        stage.does(
            stage.evening.as_patient, lambda work: adverse_events.report(work, told), key="k"
        ).id
        for _ in range(2)
    ]
    assert both[0] == both[1]
    assert len(stage.rows(AdverseEvent)) == 1


def test_a_serious_report_suspends_the_treatment_and_calls(stage):
    told = HarmReport(own_words="ER", signals=(HarmSignal.EMERGENCY_DEPARTMENT_VISIT,))
    assert report(stage, stage.evening.as_patient, told).serious
    assert enrolment(stage) is EnrolmentState.SUSPENDED
    assert [row.code for row in stage.rows(Escalation)] == ["harm_reported"]


def test_spravato_at_home_is_a_report_and_never_a_session(stage):
    sessions = len(stage.rows(DoseSession))
    event = report(stage, stage.evening.as_patient, SPRAVATO_AT_HOME)
    assert event.serious
    assert event.report["signals"] == ["esketamine_outside_clinic"]
    assert enrolment(stage) is EnrolmentState.SUSPENDED
    assert open_holds(stage) == {"open_adverse_event", "concurrent_esketamine_course"}
    assert len(stage.rows(DoseSession)) == sessions


def test_spravato_at_our_own_site_is_no_sign(stage):
    now, patient = stage.clock.now(), stage.evening.patient
    stage.given(
        lambda session: an_office_session(
            session, now - timedelta(days=1), patient, last_device_at=now - timedelta(days=1)
        )
    )
    told = HarmReport(own_words="After my Spravato yesterday I felt dizzy.")
    event = report(stage, stage.evening.as_patient, told)
    assert (event.serious, event.report["signals"]) == (None, [])


def test_whoever_reported_can_add_to_it(stage):
    in_session(stage)
    event = report(stage, stage.evening.as_sitter)
    more = stage.does(
        stage.evening.as_sitter,
        lambda work: adverse_events.add(work, event.id, {"words": "He is better."}),
    )
    assert (more.adverse_event_id, more.content) == (event.id, {"words": "He is better."})


def test_harm_in_a_coaching_note_starts_day_zero(stage):
    written = Written(summary="Says there is blood in the urine.", mentions_harm=True)
    patient_id = stage.evening.patient.id
    stage.does(stage.evening.as_coach, lambda work: coaching.draft(work, patient_id, written))
    event = stage.rows(AdverseEvent)[0]
    assert (event.aware_at, event.own_words) == (stage.clock.now(), written.summary)
    assert open_holds(stage) == {"open_adverse_event", "urinary_symptoms_hold"}


def test_who_left_the_care_team_reads_nothing(stage):
    event = report(stage, stage.evening.as_patient)
    left = update(CareTeamMember).where(CareTeamMember.user_id == stage.evening.coach.id)
    stage.given(lambda session: session.execute(left.values(ended_at=stage.clock.now())))
    with pytest.raises(NotFound):
        stage.does(stage.evening.as_coach, lambda work: adverse_events.read_one(work, event.id))


def test_the_hold_says_what_it_is_for(stage):
    event = report(stage, stage.evening.as_patient)
    hold = stage.rows(Hold)[0]
    assert (hold.subject_type, hold.subject_id) == (SubjectKind.ADVERSE_EVENT, event.id)

"""Is every report of harm kept and acted on, and does only the right person let treatment go on?"""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.dose.dose_sessions import DoseSession
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.people.patients import CareTeamMember, Patient
from models.platform.trail import AuditEvent, Deadline, Event, Notification
from rules.terms import (
    AdverseEventState,
    EnrolmentState,
    HarmSignal,
    Role,
    Seriousness,
    SessionState,
    Severity,
    SubjectKind,
)
from tests.factories import people
from tests.factories.dose import a_scheduled_session
from tests.factories.oversight import an_adverse_event, an_office_session
from workflows.aftercare import coaching
from workflows.aftercare.coaching import Written
from workflows.oversight import adverse_events, holds
from workflows.oversight.adverse_events import Judged
from workflows.oversight.harm_reports import HarmReport
from workflows.platform.actor import Actor
from workflows.platform.errors import InvalidContent, NotFound, NotNow, NotPermitted, RecordForbids

NO = dict.fromkeys(Seriousness, False)
MILD = Judged(NO, Severity.MILD, {"words": "headache, gone"})
SEVERE = Judged(NO, Severity.SEVERE, {"words": "lay in bed"})
SERIOUS = Judged({**NO, Seriousness.HOSPITALIZATION: True}, Severity.MODERATE, {})
SPRAVATO_AT_HOME = HarmReport(own_words="I used my friend's Spravato at home yesterday")


def report(stage, actor, told=None) -> AdverseEvent:
    told = told or HarmReport(own_words="My head hurts.")
    return stage.does(actor, lambda work: adverse_events.report(work, told))


def triage(stage, event, judged=MILD, actor=None, **more) -> AdverseEvent:
    actor = actor or officer(stage)
    return stage.does(actor, lambda work: adverse_events.triage(work, event.id, judged, **more))


def assess(stage, event, judged=MILD):
    return stage.does(officer(stage), lambda work: adverse_events.assess(work, event.id, judged))


def close(stage, event):
    return stage.does(officer(stage), lambda work: adverse_events.close(work, event.id))


def reopen(stage, event):
    return stage.does(officer(stage), lambda work: adverse_events.reopen(work, event.id))


def officer(stage) -> Actor:
    return Actor(stage.evening.officer.id, frozenset({Role.SAFETY_OFFICER}))


def open_holds(stage) -> set[str]:
    return {row.code for row in stage.rows(Hold) if row.released_at is None}


def enrolment(stage) -> EnrolmentState:
    query = select(Patient.enrolment).where(Patient.id == stage.evening.patient.id)
    return stage.given(lambda session: session.scalars(query).one())


def in_session(stage, state=SessionState.MONITORING) -> None:
    change = update(DoseSession).values(state=state)
    stage.given(lambda session: session.execute(change))


def another_patient(stage) -> Patient:
    return stage.given(lambda session: people.a_patient(session, stage.clock.now()))


def user(stage, *roles) -> Actor:
    made = stage.given(lambda session: people.a_user(session, stage.clock.now(), *roles))
    return Actor(made.id, frozenset(roles))


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
        people.a_sitter(
            session, stage.clock.now(), other, user_id=stage.evening.sitter.user_id
        )

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


def test_only_a_prescriber_ends_the_course_of_spravato(stage):
    event = report(stage, stage.evening.as_patient, SPRAVATO_AT_HOME)
    triage(stage, event, MILD)
    assess(stage, event, MILD)
    assert open_holds(stage) == {"open_adverse_event", "concurrent_esketamine_course"}


def test_a_mild_event_lets_go_when_somebody_has_looked(stage):
    event = triage(stage, report(stage, stage.evening.as_patient))
    assert (event.state, event.serious) == (AdverseEventState.TRIAGED, False)
    assert open_holds(stage) == set()
    hold = stage.rows(Hold)[0]
    assert hold.released_by == stage.evening.officer.id
    assert all(row.settled_at for row in stage.rows(Deadline) if row.kind == "ae_triage")


@pytest.mark.parametrize("judged", [SEVERE, SERIOUS])
def test_a_grave_event_waits_for_a_prescriber(stage, judged):
    event = triage(stage, report(stage, stage.evening.as_patient), judged)
    assert open_holds(stage) == {"open_adverse_event"}
    hold_id = stage.rows(Hold)[0].id
    reason = "Talked it over with the patient; treatment may go on."
    with pytest.raises(NotPermitted):
        stage.does(officer(stage), lambda work: holds.release_hold(work, hold_id, reason))
    prescriber = stage.evening.as_prescriber
    stage.does(prescriber, lambda work: holds.release_hold(work, hold_id, reason))
    assert open_holds(stage) == set()
    assert event.triaged_by == stage.evening.officer.id


def test_a_serious_judgement_suspends(stage):
    triage(stage, report(stage, stage.evening.as_patient), SERIOUS)
    assert enrolment(stage) is EnrolmentState.SUSPENDED


def test_triage_answers_the_call(stage):
    in_session(stage)
    triage(stage, report(stage, stage.evening.as_sitter))
    assert all(row.acknowledged_at for row in stage.rows(Escalation))


def test_a_report_is_looked_at_for_the_first_time_once(stage):
    event = triage(stage, report(stage, stage.evening.as_patient))
    with pytest.raises(NotNow):
        triage(stage, event)


def test_a_hold_for_harm_is_not_released_before_anybody_has_looked(stage):
    report(stage, stage.evening.as_patient)
    hold_id = stage.rows(Hold)[0].id
    with pytest.raises(RecordForbids) as refused:
        stage.does(
            stage.evening.as_prescriber,
            lambda work: holds.release_hold(work, hold_id, "No reason to wait, I am sure of it."),
        )
    assert refused.value.code == "open_adverse_event"


def test_a_report_without_a_patient_is_given_to_one_and_holds(stage):
    event = report(stage, Actor(None, frozenset({Role.SYSTEM})), HarmReport(own_words="Ill."))
    given = triage(stage, event, SEVERE, patient_id=stage.evening.patient.id)
    assert given.patient_id == stage.evening.patient.id
    assert open_holds(stage) == {"open_adverse_event"}


def test_a_report_is_given_to_nobody_who_does_not_exist(stage):
    event = report(stage, Actor(None, frozenset({Role.SYSTEM})), HarmReport(own_words="Ill."))
    with pytest.raises(InvalidContent):
        triage(stage, event, patient_id=stage.evening.officer.id)


def test_a_report_stays_with_its_patient(stage):
    event, other = report(stage, stage.evening.as_patient), another_patient(stage)
    with pytest.raises(RecordForbids) as refused:
        triage(stage, event, patient_id=other.id)
    assert refused.value.code == "report_has_patient"


def test_nobody_judges_their_own_harm(stage):
    now = stage.clock.now()

    def enter(session):
        me = people.a_user(session, now, Role.PATIENT, Role.SAFETY_OFFICER)
        return an_adverse_event(session, now, people.a_patient(session, now, user_id=me.id))

    event = stage.given(enter)
    myself = Actor(event.reporter_id, frozenset({Role.PATIENT, Role.SAFETY_OFFICER}))
    with pytest.raises(RecordForbids) as refused:
        triage(stage, event, actor=myself)
    assert refused.value.code == "own_record"


@pytest.mark.parametrize("who", ["as_patient", "as_sitter", "as_coach"])
def test_only_clinicians_judge(stage, who):
    event = report(stage, stage.evening.as_patient)
    with pytest.raises(NotPermitted):
        triage(stage, event, actor=getattr(stage.evening, who))


def test_judging_comes_after_looking(stage):
    with pytest.raises(NotNow):
        assess(stage, report(stage, stage.evening.as_patient))


def test_every_judgement_is_kept_and_the_newest_counts(stage):
    event = triage(stage, report(stage, stage.evening.as_patient))
    numbers = [assess(stage, event, judged).number for judged in (MILD, SEVERE)]
    assert numbers == [1, 2]
    kept = next(row for row in stage.rows(AdverseEvent) if row.id == event.id)
    assert kept.severity_grade == Severity.SEVERE.grade


def test_a_graver_judgement_holds_again(stage):
    event = triage(stage, report(stage, stage.evening.as_patient))
    assess(stage, event, SERIOUS)
    assert open_holds(stage) == {"open_adverse_event"}


def test_a_judgement_that_is_no_graver_leaves_a_release_alone(stage):
    event = triage(stage, report(stage, stage.evening.as_patient), SEVERE)
    hold_id = stage.rows(Hold)[0].id
    stage.does(
        stage.evening.as_prescriber,
        lambda work: holds.release_hold(work, hold_id, "Talked it over; treatment may go on."),
    )
    assess(stage, event, SEVERE)
    assert open_holds(stage) == set()


def test_opening_again_holds_again(stage):
    event = triage(stage, report(stage, stage.evening.as_patient))
    assess(stage, event)
    close(stage, event)
    assert open_holds(stage) == set()
    again = reopen(stage, event)
    assert (again.state, again.closed_at) == (AdverseEventState.UNDER_ASSESSMENT, None)
    assert open_holds(stage) == {"open_adverse_event"}


def test_only_what_was_closed_is_opened_again(stage):
    with pytest.raises(NotNow):
        reopen(stage, report(stage, stage.evening.as_patient))


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
    assert open_holds(stage) == {"open_adverse_event"}


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

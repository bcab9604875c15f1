"""Does only the right person let treatment go on after a report of harm?"""

import pytest

from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.platform.trail import Deadline
from rules.terms import AdverseEventState, EnrolmentState, Role, Severity
from tests.factories import people
from tests.factories.oversight import an_adverse_event
from tests.workflows.oversight.harm import (
    MILD,
    SERIOUS,
    SEVERE,
    SPRAVATO_AT_HOME,
    another_patient,
    assess,
    close,
    enrolment,
    in_session,
    officer,
    open_holds,
    reopen,
    report,
    triage,
)
from workflows.oversight.harm_reports import HarmReport
from workflows.plan.hold_release import release_hold
from workflows.platform.actor import Actor
from workflows.platform.errors import InvalidContent, NotNow, NotPermitted, RecordForbids


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
        stage.does(officer(stage), lambda work: release_hold(work, hold_id, reason))
    prescriber = stage.evening.as_prescriber
    stage.does(prescriber, lambda work: release_hold(work, hold_id, reason))
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
            lambda work: release_hold(work, hold_id, "No reason to wait, I am sure of it."),
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
        lambda work: release_hold(work, hold_id, "Talked it over; treatment may go on."),
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

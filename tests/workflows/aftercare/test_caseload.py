"""Does the coach see who needs them first, and in one statement for any number of patients?"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Escalation, Hold
from models.people.patients import CareTeamMember, Patient
from models.platform.trail import AuditEvent
from rules.aftercare.caseload import Need
from rules.terms import FollowUpKind, HoldSource, Role, SessionState, SubjectKind
from tests.clock import HandClock
from tests.factories import people, preparation
from tests.factories.aftercare import a_draft_note, a_follow_up
from tests.stage import Stage
from workflows.aftercare import caseload
from workflows.aftercare.caseload import Case, Place
from workflows.platform.errors import NotPermitted
from workflows.platform.runtime import Runtime

HOUR = timedelta(hours=1)
TRACES = 2  # one insert for all patients shown, one for the look itself


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give a coach with one patient for whom nothing waits."""
    return Stage(runtime, clock, state=SessionState.CANCELLED)


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Give every statement that reads or writes, from now on."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH", "INSERT", "UPDATE")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def read(stage: Stage, after: Place | None = None, most: int = 50) -> list[Case]:
    return stage.does(stage.evening.as_coach, lambda work: caseload.read(work, after, most))


def an_escalation(rows: Session, stage: Stage, patient: Patient) -> None:
    now = stage.clock.now()
    rows.add(
        Escalation(
            patient_id=patient.id,
            code="follow_up_overdue",
            subject_type=SubjectKind.PATIENT,
            subject_id=patient.id,
            opened_at=now,
            climbed_at=now,
        )
    )


def a_hold(rows: Session, stage: Stage, patient: Patient) -> None:
    rows.add(
        Hold(
            patient_id=patient.id,
            source=HoldSource.COACH,
            code="care_team_hold",
            subject_type=SubjectKind.PATIENT,
            subject_id=patient.id,
            placed_at=stage.clock.now(),
        )
    )


def dosed(hours_ago: float, **over: Any) -> Callable[[Session, Stage, Patient], None]:
    def add(rows: Session, stage: Stage, _patient: Patient) -> None:
        at = stage.clock.now() - timedelta(hours=hours_ago)
        a_follow_up(rows, stage.evening.dose_session, at, **over)

    return add


def planned(days: float) -> Callable[[Session, Stage, Patient], None]:
    def plan(rows: Session, stage: Stage, _patient: Patient) -> None:
        at = stage.clock.now() + timedelta(days=days)
        rows.execute(update(DoseSession).values(state=SessionState.SCHEDULED, scheduled_at=at))

    return plan


def a_draft(rows: Session, stage: Stage, patient: Patient) -> None:
    a_draft_note(rows, patient, stage.evening.coach, stage.clock.now())


def a_meeting(rows: Session, stage: Stage, patient: Patient) -> None:
    slot = preparation.a_slot(rows, stage.evening.coach, stage.clock.now() + HOUR)
    preparation.an_appointment(rows, patient, slot)


WAITING = [
    (an_escalation, Need.ESCALATION_OPEN),
    (a_hold, Need.HOLD_OPEN),
    (dosed(37), Need.FOLLOW_UP_OVERDUE),
    (planned(3), Need.READINESS_INCOMPLETE),
    (dosed(24), Need.FOLLOW_UP_DUE),
    (a_draft, Need.NOTE_UNSIGNED),
    (a_meeting, Need.APPOINTMENT_UPCOMING),
]


def test_somebody_for_whom_nothing_waits_is_not_on_the_list(stage: Stage) -> None:
    assert read(stage) == []


@pytest.mark.parametrize(("enter", "need"), WAITING)
def test_each_reason_puts_the_patient_on_the_list(
    stage: Stage, enter: Callable[[Session, Stage, Patient], None], need: Need
) -> None:
    stage.given(lambda rows: enter(rows, stage, stage.evening.patient))
    [case] = read(stage)
    assert (case.patient_id, case.most_urgent) == (stage.evening.patient.id, need)
    assert [reason.need for reason in case.reasons] == [need]
    assert (case.given_name, case.family_name) == ("Pat", "Ient")


@pytest.mark.parametrize("enter", [dosed(5), planned(8), dosed(0, kind=FollowUpKind.WEEKS_12)])
def test_what_is_not_due_yet_does_not_wait(
    stage: Stage, enter: Callable[[Session, Stage, Patient], None]
) -> None:
    stage.given(lambda rows: enter(rows, stage, stage.evening.patient))
    assert read(stage) == []


def test_a_patient_who_is_ready_needs_nobody_before_a_session(stage: Stage) -> None:
    evening, now = stage.evening, stage.clock.now()
    stage.given(lambda rows: planned(3)(rows, stage, evening.patient))
    stage.given(lambda rows: preparation.a_ready_patient(rows, evening.patient, evening.coach, now))
    assert read(stage) == []


def test_everything_that_waits_is_one_line_worst_first(stage: Stage) -> None:
    for enter in (a_meeting, a_hold, a_draft, an_escalation):
        stage.given(lambda rows, e=enter: e(rows, stage, stage.evening.patient))
    [case] = read(stage)
    assert [reason.need for reason in case.reasons] == [
        Need.ESCALATION_OPEN,
        Need.HOLD_OPEN,
        Need.NOTE_UNSIGNED,
        Need.APPOINTMENT_UPCOMING,
    ]


def more_patients(stage: Stage, count: int) -> list[Patient]:
    now = stage.clock.now()

    def enter(rows: Session) -> list[Patient]:
        made = [people.a_patient(rows, now) for _ in range(count)]
        for number, patient in enumerate(made):
            people.a_care_team(rows, now, patient, coach=stage.evening.coach)
            (an_escalation if number % 3 == 0 else a_hold)(rows, stage, patient)
        return made

    return stage.given(enter)


@pytest.mark.parametrize("patients", [1, 5, 50])
def test_the_list_is_one_statement_for_any_number_of_patients(
    stage: Stage, statements: list[str], patients: int
) -> None:
    more_patients(stage, patients)
    statements.clear()
    assert len(read(stage)) == patients
    assert len(statements) == 1 + TRACES


def test_the_pages_together_are_the_whole_list_in_order(stage: Stage) -> None:
    more_patients(stage, 7)
    whole = read(stage)
    seen: list[Case] = []
    after = None
    while page := read(stage, after, 2)[:2]:
        seen += page
        after = page[-1].place
    assert seen == whole
    ranks = [case.most_urgent.rank for case in whole]
    assert ranks == sorted(ranks)


def test_every_patient_shown_has_a_trace_of_it(stage: Stage) -> None:
    shown = {patient.id for patient in more_patients(stage, 3)}
    read(stage)
    traces = [row for row in stage.rows(AuditEvent) if row.action == "caseload.read"]
    assert {row.patient_id for row in traces if row.outcome == "listed"} == shown


def test_a_coach_sees_own_patients_only_while_they_care_for_them(stage: Stage) -> None:
    stage.given(lambda rows: a_hold(rows, stage, stage.evening.patient))
    other = Stage(stage.runtime, stage.clock, state=SessionState.CANCELLED)
    assert read(other) == []
    ended = update(CareTeamMember).values(ended_at=stage.clock.now())
    mine = CareTeamMember.user_id == stage.evening.coach.id
    stage.given(lambda rows: rows.execute(ended.where(mine)))
    assert read(stage) == []


def test_another_coachs_draft_is_not_mine_to_sign(stage: Stage) -> None:
    now = stage.clock.now()
    colleague = stage.given(lambda rows: people.a_user(rows, now, Role.COACH))
    stage.given(lambda rows: a_draft_note(rows, stage.evening.patient, colleague, now))
    assert read(stage) == []


@pytest.mark.parametrize("who", ["as_patient", "as_prescriber", "as_sitter"])
def test_the_list_is_a_coachs(stage: Stage, who: str) -> None:
    with pytest.raises(NotPermitted):
        stage.does(getattr(stage.evening, who), caseload.read)

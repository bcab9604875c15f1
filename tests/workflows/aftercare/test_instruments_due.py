"""Does the house look, remind and put on the desk what was not answered, at the right hour?"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from models.people.patients import Patient
from models.platform.base import new_id
from models.platform.trail import Deadline, Notification
from rules.terms import DeadlineKind, EnrolmentState, Instrument, SessionState
from tests.factories import intake
from tests.stage import Stage
from workflows.aftercare import caseload, instruments_due
from workflows.intake import assessments
from workflows.oversight import desk
from workflows.platform import sweep
from workflows.platform.templates import template_for
from workflows.platform.work import Work

DAY = timedelta(days=1)


def dosed(stage: Stage, time_zone: str = "America/Denver") -> datetime:
    """Let everything be answered, and the first dose be taken now."""
    at = stage.clock.now()

    def enter(rows: Session) -> None:
        evening = stage.evening
        intake.a_submitted_intake(rows, at, evening.patient)
        intake.all_assessments(rows, at, evening.patient)
        rows.execute(
            update(Patient).values(time_zone=time_zone, enrolment=EnrolmentState.COURSE_ACTIVE)
        )
        rows.execute(update(DoseSession).values(state=SessionState.CANCELLED))
        rows.add(
            DoseTaken(
                id=new_id(),
                patient_id=evening.patient.id,
                dose_session_id=evening.dose_session.id,
                cleared=False,
                dose_mg_hundredths=10_000,
                taken_at=at,
                local_date=at.date().isoformat(),
                no_driving_until=at + DAY,
                received_at=at,
                recorded_by=evening.patient.user_id,
            )
        )

    stage.given(enter)
    looks(stage, at)
    return at


def looks(stage: Stage, at: datetime) -> None:
    """Keep a look for this moment, and sweep."""
    patient_id = stage.evening.patient.id
    stage.does(stage.evening.as_patient, lambda work: _look(work, patient_id, at))
    sweep.run_once(stage.runtime)


def _look(work: Work, patient_id: UUID, at: datetime) -> None:
    instruments_due.read(work, patient_id)
    instruments_due.look_at(work, patient_id, at)


def says(stage: Stage, instrument: Instrument) -> None:
    """Let the patient answer one instrument."""
    patient_id = stage.evening.patient.id
    told = intake.CLEAR_ANSWERS[instrument]
    stage.clock.advance(minutes=1)
    stage.does(
        stage.evening.as_patient,
        lambda work: assessments.answer(work, patient_id, instrument, told),
        key=str(new_id()),
    )
    sweep.run_once(stage.runtime)


def reminders(stage: Stage) -> int:
    """Count the reminders to the patient."""
    return sum(row.template == instruments_due.REMINDER for row in stage.rows(Notification))


def on_desk(stage: Stage) -> list[str]:
    """Give the codes of the prescriber's desk that are about questions."""
    queue = stage.does(stage.evening.as_prescriber, desk.read_desk)
    return [item.code for item in queue if item.kind == "instruments_overdue"]


def on_list(stage: Stage) -> bool:
    """Say whether the coach's list has it."""
    cases = stage.does(stage.evening.as_coach, caseload.read)
    needs = {reason.need for case in cases for reason in case.reasons}
    return "instruments_overdue" in needs


def next_look(stage: Stage) -> datetime:
    """Give the moment of the next look."""
    open_ = [
        row.due_at
        for row in stage.rows(Deadline)
        if row.kind == DeadlineKind.INSTRUMENTS and not (row.missed_at or row.settled_at)
    ]
    return min(open_)


def goes_to(stage: Stage, at: datetime) -> None:
    """Let time pass up to a moment, and sweep."""
    stage.clock.advance(seconds=(at - stage.clock.now()).total_seconds())
    sweep.run_once(stage.runtime)


# The clock stands at 17:00 UTC on 23 November 2026, which is 10:00 in Denver.
@pytest.mark.parametrize(
    ("zone", "reminder"),
    [
        ("America/Denver", datetime(2026, 11, 30, 17, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 30, 15, 0, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2026, 11, 30, 20, 0, tzinfo=UTC)),
    ],
)
def test_a_week_after_the_first_dose_the_patient_is_reminded_in_the_morning(
    stage: Stage, zone: str, reminder: datetime
) -> None:
    dosed(stage, zone)
    assert next_look(stage) == reminder
    goes_to(stage, reminder - timedelta(seconds=1))
    assert reminders(stage) == 0
    goes_to(stage, reminder)
    assert reminders(stage) == 1
    goes_to(stage, reminder + timedelta(hours=5))
    assert reminders(stage) == 1


def test_what_was_missed_comes_on_desk_and_list_and_goes_with_the_answer(stage: Stage) -> None:
    at = dosed(stage)
    closes = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)  # midnight in Denver after 2 December
    goes_to(stage, at + 7 * DAY)
    goes_to(stage, closes - timedelta(seconds=1))
    assert (on_desk(stage), on_list(stage)) == ([], False)
    goes_to(stage, closes)
    assert (on_desk(stage), on_list(stage)) == (["instruments_overdue"], True)
    says(stage, Instrument.PHQ9)
    assert on_list(stage)
    says(stage, Instrument.GAD7)
    assert (on_desk(stage), on_list(stage)) == ([], False)


def test_who_answers_in_time_is_reminded_of_the_next_week_only(stage: Stage) -> None:
    at = dosed(stage)
    goes_to(stage, at + 6 * DAY)
    says(stage, Instrument.PHQ9)
    says(stage, Instrument.GAD7)
    goes_to(stage, at + 10 * DAY)
    assert (reminders(stage), on_desk(stage)) == (0, [])
    goes_to(stage, at + 14 * DAY)
    assert reminders(stage) == 1


# On 14 March 2027 Denver loses an hour; the morning stays the morning.
def test_the_morning_of_a_reminder_follows_the_clock_of_the_place(stage: Stage) -> None:
    stage.clock.advance(days=105)  # 8 March 2027, 10:00 in Denver
    dosed(stage)
    assert next_look(stage) == datetime(2027, 3, 15, 16, 0, tzinfo=UTC)


def test_nobody_is_asked_who_has_left(stage: Stage) -> None:
    at = dosed(stage)
    stage.given(
        lambda rows: rows.execute(update(Patient).values(enrolment=EnrolmentState.WITHDRAWN))
    )
    goes_to(stage, at + 40 * DAY)
    assert (reminders(stage), on_desk(stage)) == (0, [])


def test_a_message_says_nothing_clinical() -> None:
    words = template_for(instruments_due.REMINDER)
    assert words.title != template_for("something_new").title
    assert not any(name in words.body.lower() for name in (*Instrument, "score", "depress"))


def test_item_9_is_owed_until_the_screen_is_whole(stage: Stage) -> None:
    dosed(stage)
    evening = stage.evening
    sad = {**intake.CLEAR_ANSWERS[Instrument.PHQ9], "q9": 1}
    stage.clock.advance(minutes=1)
    patient_id = evening.patient.id
    for told in (sad, intake.CLEAR_ANSWERS[Instrument.PHQ9]):
        stage.does(
            evening.as_patient,
            lambda work, told=told: assessments.answer(work, patient_id, Instrument.PHQ9, told),
            key=str(new_id()),
        )
        stage.clock.advance(minutes=1)
    assert "after_item_9" in occasions(stage)
    says(stage, Instrument.CSSRS)
    assert "after_item_9" not in occasions(stage)


def occasions(stage: Stage) -> set[str]:
    """Give why something is due now."""
    patient_id = stage.evening.patient.id
    found = stage.does(stage.evening.as_coach, lambda work: instruments_due.read(work, patient_id))
    return {one.occasion for one in found.items}

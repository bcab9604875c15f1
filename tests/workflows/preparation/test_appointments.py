"""Does a meeting belong to one person, move in one step, and count only when it was held?"""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from models.people.patients import Patient
from models.platform.trail import Notification
from models.preparation.appointments import Appointment, Slot
from rules.terms import AppointmentKind, AppointmentState, Role
from tests.factories import people
from tests.factories.preparation import a_slot, an_appointment
from tests.stage import Stage
from workflows.platform.errors import (
    ChangedSinceRead,
    InvalidContent,
    NotFound,
    NotNow,
    NotPermitted,
    RecordForbids,
)
from workflows.preparation import appointments

HOUR = timedelta(hours=1)


def slot(stage: Stage, hours: float = 1, **over: object) -> Slot:
    at = stage.clock.now() + timedelta(hours=hours)
    return stage.given(lambda rows: a_slot(rows, stage.evening.coach, at, **over))


def book(stage: Stage, chosen: Slot, key: str | None = None) -> Appointment:
    evening = stage.evening
    return stage.does(
        evening.as_patient,
        lambda work: appointments.book(work, evening.patient.id, chosen.id),
        key,
    )


def another_patient(stage: Stage) -> Patient:
    now = stage.clock.now()
    other = stage.given(lambda rows: people.a_patient(rows, now))
    stage.given(lambda rows: people.a_care_team(rows, now, other, coach=stage.evening.coach))
    return other


def test_the_second_person_to_book_a_slot_is_refused(stage: Stage) -> None:
    chosen, other = slot(stage), another_patient(stage)
    book(stage, chosen)
    with pytest.raises(RecordForbids) as refused:
        stage.does(
            stage.evening.as_coach, lambda work: appointments.book(work, other.id, chosen.id)
        )
    assert refused.value.code == "slot_taken"


def test_a_repeated_request_gives_the_same_booking(stage: Stage) -> None:
    chosen = slot(stage)
    assert book(stage, chosen, "tap").id == book(stage, chosen, "tap").id
    assert len(stage.rows(Appointment)) == 1


def test_a_slot_of_a_stranger_is_not_there(stage: Stage) -> None:
    now = stage.clock.now()
    stranger = stage.given(lambda rows: people.a_user(rows, now, Role.COACH))
    theirs = stage.given(lambda rows: a_slot(rows, stranger, now + HOUR))
    with pytest.raises(NotFound):
        book(stage, theirs)


def test_a_slot_that_has_passed_is_refused(stage: Stage) -> None:
    with pytest.raises(RecordForbids) as refused:
        book(stage, slot(stage, hours=-1))
    assert refused.value.code == "slot_past"


def test_nobody_is_in_two_meetings_at_once(stage: Stage) -> None:
    book(stage, slot(stage))
    at = stage.clock.now() + HOUR + timedelta(minutes=10)
    doctors = stage.given(lambda rows: a_slot(rows, stage.evening.prescriber, at))
    with pytest.raises(RecordForbids) as refused:
        book(stage, doctors)
    assert refused.value.code == "appointment_overlaps"


def test_moving_frees_the_old_slot_in_the_same_step(stage: Stage) -> None:
    old, new, other = slot(stage, 1), slot(stage, 3), another_patient(stage)
    booked = book(stage, old)
    room = booked.video_link
    moved = stage.does(
        stage.evening.as_patient,
        lambda work: appointments.move(work, booked.id, new.id, booked.version),
    )
    assert (moved.slot_id, moved.starts_at) == (new.id, new.starts_at)
    assert moved.video_link != room
    stage.does(stage.evening.as_coach, lambda work: appointments.book(work, other.id, old.id))


def test_moving_to_a_taken_slot_changes_nothing(stage: Stage) -> None:
    old, new, other = slot(stage, 1), slot(stage, 3), another_patient(stage)
    booked = book(stage, old)
    stage.given(lambda rows: an_appointment(rows, other, new))
    with pytest.raises(RecordForbids) as refused:
        stage.does(
            stage.evening.as_patient,
            lambda work: appointments.move(work, booked.id, new.id, booked.version),
        )
    assert refused.value.code == "slot_taken"
    assert {row.slot_id for row in stage.rows(Appointment)} == {old.id, new.id}


def test_a_meeting_does_not_turn_into_another_kind(stage: Stage) -> None:
    booked, coaching = book(stage, slot(stage)), slot(stage, 3, kind=AppointmentKind.COACHING)
    with pytest.raises(RecordForbids) as refused:
        stage.does(
            stage.evening.as_patient,
            lambda work: appointments.move(work, booked.id, coaching.id, booked.version),
        )
    assert refused.value.code == "slot_kind_differs"


def test_an_edit_of_an_old_version_is_refused(stage: Stage) -> None:
    booked = book(stage, slot(stage))
    with pytest.raises(ChangedSinceRead):
        stage.does(stage.evening.as_patient, lambda work: appointments.cancel(work, booked.id, 99))


def test_a_cancelled_slot_can_be_booked_again(stage: Stage) -> None:
    chosen = slot(stage)
    booked = book(stage, chosen)
    cancelled = stage.does(
        stage.evening.as_coach, lambda work: appointments.cancel(work, booked.id, booked.version)
    )
    assert cancelled.state is AppointmentState.CANCELLED
    assert book(stage, chosen).id != booked.id
    with pytest.raises(NotNow):
        stage.does(stage.evening.as_coach, lambda work: appointments.cancel(work, booked.id, None))


def hold(stage: Stage, appointment_id: UUID, *, attended: bool | None = True) -> Appointment:
    return stage.does(
        stage.evening.as_coach,
        lambda work: appointments.hold(work, appointment_id, None, sitter_attended=attended),
    )


def test_a_held_preparation_ends_every_clearance(stage: Stage) -> None:
    booked, before = book(stage, slot(stage)), stage.safety_version()
    stage.clock.advance(hours=2)
    held = hold(stage, booked.id)
    assert (held.state, held.held_at) == (AppointmentState.HELD, stage.clock.now())
    assert held.sitter_attended is True
    assert stage.safety_version() > before


def test_a_meeting_is_not_held_before_it_begins(stage: Stage) -> None:
    booked = book(stage, slot(stage))
    with pytest.raises(RecordForbids) as refused:
        hold(stage, booked.id)
    assert refused.value.code == "appointment_not_begun"


def test_a_preparation_says_whether_the_sitter_was_there(stage: Stage) -> None:
    booked = book(stage, slot(stage))
    stage.clock.advance(hours=2)
    with pytest.raises(InvalidContent):
        hold(stage, booked.id, attended=None)


def test_only_the_host_says_that_a_meeting_was_held(stage: Stage) -> None:
    booked = book(stage, slot(stage))
    stage.clock.advance(hours=2)
    for actor in (stage.evening.as_prescriber, stage.evening.as_patient):
        with pytest.raises(NotPermitted):
            stage.does(
                actor,
                lambda work: appointments.hold(work, booked.id, None, sitter_attended=True),
            )


def test_a_missed_meeting_prepares_nobody(stage: Stage) -> None:
    booked = book(stage, slot(stage))
    stage.clock.advance(hours=2)
    missed = stage.does(
        stage.evening.as_coach, lambda work: appointments.no_show(work, booked.id, None)
    )
    assert (missed.state, missed.held_at) == (AppointmentState.NO_SHOW, None)
    assert "appointment_missed" in {row.template for row in stage.rows(Notification)}


def test_only_those_who_meet_get_the_room(stage: Stage) -> None:
    booked, evening = book(stage, slot(stage)), stage.evening
    for actor in (evening.as_patient, evening.as_coach):
        room = stage.does(actor, lambda work: appointments.room(work, booked.id))
        assert room.url == booked.video_link
        assert len(room.url.rsplit("/", 1)[1]) >= 43
    with pytest.raises(NotPermitted):
        stage.does(evening.as_prescriber, lambda work: appointments.room(work, booked.id))
    with pytest.raises(NotPermitted):
        stage.does(evening.as_sitter, lambda work: appointments.room(work, booked.id))


def test_the_room_is_sealed_in_the_database(stage: Stage) -> None:
    booked = book(stage, slot(stage))
    sealed = stage.given(
        lambda rows: rows.execute(text("SELECT video_link FROM appointment")).scalar_one()
    )
    assert booked.video_link.encode() not in bytes(sealed)


def test_the_room_closes_with_the_meeting(stage: Stage) -> None:
    booked = book(stage, slot(stage))
    stage.does(stage.evening.as_patient, lambda work: appointments.cancel(work, booked.id, None))
    with pytest.raises(NotNow):
        stage.does(stage.evening.as_patient, lambda work: appointments.room(work, booked.id))


def test_the_other_side_is_told_and_nobody_else(stage: Stage) -> None:
    book(stage, slot(stage))
    told = {row.user_id for row in stage.rows(Notification)}
    assert told == {stage.evening.coach.id}


def test_the_diary_shows_what_i_host_and_the_list_what_the_patient_has(stage: Stage) -> None:
    evening, booked = stage.evening, book(stage, slot(stage))
    diary = stage.does(evening.as_coach, appointments.diary)
    listed = stage.does(
        evening.as_patient, lambda work: appointments.of_patient(work, evening.patient.id)
    )
    assert [row.id for row in diary] == [row.id for row in listed] == [booked.id]
    assert stage.does(evening.as_prescriber, appointments.diary) == []

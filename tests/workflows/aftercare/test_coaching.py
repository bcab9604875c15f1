"""Does a signed note stay, does harm in a note become a report, and who reads what?"""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.aftercare.aftercare import CoachingNote
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from rules.terms import NoteState
from tests.factories.preparation import a_slot, an_appointment
from tests.stage import Stage
from workflows.aftercare import coaching
from workflows.aftercare.coaching import Written
from workflows.platform.errors import ChangedSinceRead, NotFound, NotNow, NotPermitted

QUIET = Written(summary="We talked about sleep.", mentions_harm=False)
HARM = Written(summary="She fell on the stairs.", mentions_harm=True)


def draft(stage: Stage, written: Written = QUIET, key: str | None = None) -> CoachingNote:
    evening = stage.evening
    return stage.does(
        evening.as_coach, lambda work: coaching.draft(work, evening.patient.id, written), key
    )


def signed(stage: Stage) -> CoachingNote:
    note = draft(stage)
    return stage.does(
        stage.evening.as_coach, lambda work: coaching.sign(work, note.id, note.version)
    )


def test_a_draft_is_edited_and_signed_by_its_author(stage: Stage) -> None:
    note = draft(stage)
    better = Written(summary="We talked about sleep and work.", mentions_harm=False)
    edited = stage.does(
        stage.evening.as_coach, lambda work: coaching.edit(work, note.id, better, note.version)
    )
    assert edited.summary == better.summary
    done = stage.does(
        stage.evening.as_coach, lambda work: coaching.sign(work, note.id, edited.version)
    )
    assert (done.state, done.signed_at) == (NoteState.SIGNED, stage.clock.now())
    assert done.signed_by == stage.evening.coach.id


def test_a_signed_note_is_changed_by_nobody(stage: Stage) -> None:
    note = signed(stage)
    with pytest.raises(NotNow):
        stage.does(
            stage.evening.as_coach, lambda work: coaching.edit(work, note.id, HARM, note.version)
        )
    with pytest.raises(NotNow):
        stage.does(stage.evening.as_coach, lambda work: coaching.sign(work, note.id, None))
    for attack in ("UPDATE coaching_note SET signed_at = now()", "DELETE FROM coaching_note"):
        with pytest.raises(DBAPIError):
            stage.given(lambda rows, sql=attack: rows.execute(text(sql)))


def test_an_amendment_is_a_new_note_that_points_back(stage: Stage) -> None:
    note = signed(stage)
    more = Written(summary="It was Tuesday, not Monday.", mentions_harm=False)
    amendment = stage.does(stage.evening.as_coach, lambda work: coaching.amend(work, note.id, more))
    assert (amendment.amends_id, amendment.state) == (note.id, NoteState.DRAFT)
    kept = next(row for row in stage.rows(CoachingNote) if row.id == note.id)
    assert kept.summary == QUIET.summary


def test_a_draft_is_edited_and_not_amended(stage: Stage) -> None:
    note = draft(stage)
    with pytest.raises(NotNow):
        stage.does(stage.evening.as_coach, lambda work: coaching.amend(work, note.id, QUIET))


def test_an_edit_of_an_old_version_is_refused(stage: Stage) -> None:
    note = draft(stage)
    with pytest.raises(ChangedSinceRead):
        stage.does(stage.evening.as_coach, lambda work: coaching.edit(work, note.id, HARM, 7))
    assert not stage.rows(AdverseEvent)


def test_harm_in_a_note_is_a_report_in_the_same_act(stage: Stage) -> None:
    before = stage.safety_version()
    note = draft(stage, HARM)
    [event] = stage.rows(AdverseEvent)
    assert note.adverse_event_id == event.id
    assert (event.own_words, event.aware_at) == (HARM.summary, stage.clock.now())
    assert (event.reporter_id, event.reporter_role) == (stage.evening.coach.id, "coach")
    assert [hold.subject_id for hold in stage.rows(Hold)] == [event.id]
    assert stage.safety_version() > before


def test_harm_added_while_editing_is_reported_once(stage: Stage) -> None:
    note = draft(stage)
    for _ in range(2):
        note = stage.does(
            stage.evening.as_coach,
            lambda work, n=note: coaching.edit(work, n.id, HARM, n.version),
        )
    assert len(stage.rows(AdverseEvent)) == 1


def test_a_repeated_draft_is_one_note_and_one_report(stage: Stage) -> None:
    assert draft(stage, HARM, "tap").id == draft(stage, HARM, "tap").id
    assert (len(stage.rows(CoachingNote)), len(stage.rows(AdverseEvent))) == (1, 1)


def test_the_patient_reads_signed_notes_and_no_draft(stage: Stage) -> None:
    evening, note, unfinished = stage.evening, signed(stage), draft(stage)
    for actor in (evening.as_patient, evening.as_prescriber):
        listed = stage.does(actor, lambda work: coaching.of_patient(work, evening.patient.id))
        assert [row.id for row in listed] == [note.id]
        assert stage.does(actor, lambda work: coaching.read(work, note.id)).id == note.id
        with pytest.raises(NotFound):
            stage.does(actor, lambda work: coaching.read(work, unfinished.id))
    mine = stage.does(evening.as_coach, lambda work: coaching.of_patient(work, evening.patient.id))
    assert {row.id for row in mine} == {note.id, unfinished.id}


@pytest.mark.parametrize("who", ["as_patient", "as_prescriber", "as_sitter"])
def test_only_a_coach_writes_notes(stage: Stage, who: str) -> None:
    with pytest.raises(NotPermitted):
        stage.does(
            getattr(stage.evening, who),
            lambda work: coaching.draft(work, stage.evening.patient.id, QUIET),
        )


def test_a_note_is_about_a_meeting_of_this_patient(stage: Stage) -> None:
    other, now = Stage(stage.runtime, stage.clock), stage.clock.now()
    slot = stage.given(lambda rows: a_slot(rows, stage.evening.coach, now))
    mine = stage.given(lambda rows: an_appointment(rows, stage.evening.patient, slot))
    theirs_at = stage.given(lambda rows: a_slot(rows, other.evening.coach, now))
    theirs = stage.given(lambda rows: an_appointment(rows, other.evening.patient, theirs_at))
    patient_id = stage.evening.patient.id
    note = stage.does(
        stage.evening.as_coach,
        lambda work: coaching.draft(work, patient_id, QUIET, appointment_id=mine.id),
    )
    assert note.appointment_id == mine.id
    with pytest.raises(NotFound):
        stage.does(
            stage.evening.as_coach,
            lambda work: coaching.draft(work, patient_id, QUIET, appointment_id=theirs.id),
        )

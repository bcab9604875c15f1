"""What is written down after coaching? A draft, then a signed note that never changes again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from models.aftercare.aftercare import CoachingNote
from models.dose.dose_sessions import DoseSession
from models.people.patients import Patient
from models.preparation.appointments import Appointment
from rules.oversight.danger_words import Danger, dangers_in
from rules.permissions import Permission
from rules.terms import HoldSource, NoteState, SubjectKind
from workflows.aftercare import harm
from workflows.intake import found_medicines
from workflows.oversight import escalations, holds
from workflows.platform import access
from workflows.platform.errors import ChangedSinceRead, NotFound, NotNow
from workflows.platform.work import Work, command, reading

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A summary for the record; whether it speaks of harm has to be said, yes or no."""

    summary: str
    mentions_harm: bool
    harm_words: str | None = None


@command(permit=Permission.WRITE_COACHING_NOTE, audit="coaching_note.drafted", once=True)
def draft(
    work: Work,
    patient_id: UUID,
    written: Written,
    appointment_id: UUID | None = None,
    dose_session_id: UUID | None = None,
) -> CoachingNote:
    """Begin a note; harm in it becomes a report at once, signed or not."""
    patient = access.patient(work, patient_id, lock=True)
    if appointment_id is not None:
        _belongs(access.record(work, Appointment, appointment_id).patient_id, patient)
    if dose_session_id is not None:
        _belongs(access.record(work, DoseSession, dose_session_id).patient_id, patient)
    note = _new_note(work, patient.id, written)
    note.appointment_id, note.dose_session_id = appointment_id, dose_session_id
    _act_on_words(work, note, written)
    return note


@command(permit=Permission.WRITE_COACHING_NOTE, audit="coaching_note.edited")
def edit(work: Work, note_id: UUID, written: Written, version: int | None) -> CoachingNote:
    """Change a draft of one's own."""
    note = _own_draft(work, note_id, version)
    before, note.summary = note.summary, written.summary
    note.mentions_harm = written.mentions_harm
    _act_on_words(work, note, written, before)
    return note


@command(permit=Permission.WRITE_COACHING_NOTE, audit="coaching_note.signed")
def sign(work: Work, note_id: UUID, version: int | None) -> CoachingNote:
    """Sign a draft of one's own; from now on nobody changes it, and the patient reads it."""
    note = _own_draft(work, note_id, version)
    note.state = NoteState.SIGNED
    note.signed_at, note.signed_by = work.now, work.actor.user_id
    return note


@command(permit=Permission.WRITE_COACHING_NOTE, audit="coaching_note.amended", once=True)
def amend(work: Work, note_id: UUID, written: Written) -> CoachingNote:
    """Begin a new note that points back at a signed one."""
    signed = access.record(work, CoachingNote, note_id, lock=True)
    if signed.state is not NoteState.SIGNED:
        raise NotNow(signed.state, allowed=(NoteState.SIGNED,))
    note = _new_note(work, signed.patient_id, written)
    note.amends_id = signed.id
    note.appointment_id, note.dose_session_id = signed.appointment_id, signed.dose_session_id
    _act_on_words(work, note, written, signed.summary)
    return note


@reading(permit=Permission.READ_COACHING_NOTE, audit="coaching_note.read")
def read(work: Work, note_id: UUID) -> CoachingNote:
    """Read one note; somebody else's draft is not there."""
    note = access.record(work, CoachingNote, note_id)
    if note.state is not NoteState.SIGNED and note.author_id != work.actor.user_id:
        raise NotFound
    return note


@reading(permit=Permission.READ_COACHING_NOTE, audit="coaching_note.listed")
def of_patient(
    work: Work, patient_id: UUID, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[CoachingNote]:
    """List the signed notes about a patient and one's own drafts, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(CoachingNote)
        .where(CoachingNote.patient_id == patient.id, _readable(work))
        .order_by(CoachingNote.written_at.desc(), CoachingNote.id.desc())
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(CoachingNote.written_at, CoachingNote.id) < tuple_(*after))
    return list(work.session.scalars(query))


def _readable(work: Work) -> ColumnElement[bool]:
    return or_(CoachingNote.state == NoteState.SIGNED, CoachingNote.author_id == work.actor.user_id)


def _new_note(work: Work, patient_id: UUID, written: Written) -> CoachingNote:
    note = CoachingNote(
        patient_id=patient_id,
        author_id=work.actor.person,
        summary=written.summary,
        mentions_harm=written.mentions_harm,
        written_at=work.now,
    )
    work.session.add(note)
    return note


def _belongs(whose: UUID, patient: Patient) -> None:
    if whose != patient.id:
        raise NotFound


def _own_draft(work: Work, note_id: UUID, version: int | None) -> CoachingNote:
    note = access.record(work, CoachingNote, note_id, lock=True)
    if note.state is not NoteState.DRAFT:
        raise NotNow(note.state, allowed=(NoteState.DRAFT,))
    if note.author_id != work.actor.user_id:
        raise NotFound
    if version is not None and note.version != version:
        raise ChangedSinceRead
    return note


def _act_on_words(work: Work, note: CoachingNote, written: Written, before: str = "") -> None:
    """Take up harm and medicines that the words tell of, ticked or not, signed or not."""
    patient = access.patient(work, note.patient_id, lock=True)
    _report_harm(work, note, written)
    work.session.flush()
    work.session.refresh(patient)  # the report has raised its version
    found_medicines.in_words(
        work, patient, _all_words(written), found_medicines.Source.COACHING_NOTE, before
    )


def _report_harm(work: Work, note: CoachingNote, written: Written) -> None:
    """Once a note; what comes later about the same harm is added to the report itself."""
    dangers = dangers_in(_all_words(written))
    if note.adverse_event_id is not None or not (written.mentions_harm or dangers):
        return
    event = harm.report(
        work,
        note.patient_id,
        own_words=written.harm_words or written.summary,
        told={"from": "coaching_note", "coaching_note_id": str(note.id)},
        signals=tuple(dict.fromkeys(danger.signal for danger in dangers)),
        dose_session_id=note.dose_session_id,
    )
    note.adverse_event_id = event.id
    _hold_for(work, event.id, dangers)


def _hold_for(work: Work, event_id: UUID, dangers: tuple[Danger, ...]) -> None:
    """Hold under the name of the harm too, where it has a rule of its own."""
    subject = (SubjectKind.ADVERSE_EVENT, event_id)
    for code in dict.fromkeys(danger.hold for danger in dangers if danger.hold):
        holds.place(work, HoldSource.SYSTEM, code, subject)
        escalations.raise_one(work, code, subject=subject)


def _all_words(written: Written) -> str:
    return f"{written.summary}\n{written.harm_words or ''}"

"""What does a licensed author note apart from the record, for nobody else's eyes?

Such a note is no part of what a patient is given or what is exported (45 CFR 164.501), so nothing
that the record needs may live only here: harm in it becomes a report at once.
"""

from uuid import UUID

from sqlalchemy import exists, select

from models.aftercare.aftercare import PrivateNote
from models.people.patients import Patient
from rules.permissions import Permission
from workflows.aftercare import harm
from workflows.people import credentials
from workflows.platform import access
from workflows.platform.errors import ChangedSinceRead, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 100


@command(permit=Permission.WRITE_PRIVATE_NOTE, audit="private_note.written", once=True)
def write(
    work: Work, patient_id: UUID, body: str, *, mentions_harm: bool, harm_words: str | None
) -> PrivateNote:
    """Write a private note; harm in it is reported in the same act, in words meant for that."""
    patient = access.patient(work, patient_id, lock=True)
    _refuse_unlicensed(work, patient)
    note = PrivateNote(
        patient_id=patient.id,
        author_id=work.actor.person,
        body=body,
        mentions_harm=mentions_harm,
        written_at=work.now,
    )
    work.session.add(note)
    _report_harm(work, note, harm_words)
    return note


@command(permit=Permission.WRITE_PRIVATE_NOTE, audit="private_note.edited")
def edit(
    work: Work,
    note_id: UUID,
    body: str,
    version: int | None,
    *,
    mentions_harm: bool,
    harm_words: str | None,
) -> PrivateNote:
    """Change a private note of one's own."""
    note = access.record(work, PrivateNote, note_id, lock=True)
    if note.author_id != work.actor.user_id:
        raise NotFound
    if version is not None and note.version != version:
        raise ChangedSinceRead
    note.body, note.mentions_harm = body, mentions_harm
    _report_harm(work, note, harm_words)
    return note


@reading(permit=Permission.READ_PRIVATE_NOTE, audit="private_note.listed")
def mine(work: Work, patient_id: UUID) -> list[PrivateNote]:
    """List my own private notes about a patient, newest first; nobody else's are there."""
    patient = access.patient(work, patient_id)
    query = (
        select(PrivateNote)
        .where(PrivateNote.patient_id == patient.id, PrivateNote.author_id == work.actor.user_id)
        .order_by(PrivateNote.written_at.desc(), PrivateNote.id.desc())
        .limit(PAGE)
    )
    return list(work.session.scalars(query))


def _refuse_unlicensed(work: Work, patient: Patient) -> None:
    """A coach without a licence keeps no notes apart from the record."""
    me, today = work.actor.user_id, work.now.date()
    licensed = exists().where(credentials.in_force(me, "licence", today, patient.state))
    if not work.session.scalar(select(licensed)):
        raise RecordForbids("Private notes need a licence.", code="licence_missing")


def _report_harm(work: Work, note: PrivateNote, harm_words: str | None) -> None:
    if note.mentions_harm and note.adverse_event_id is None:
        event = harm.report(
            work, note.patient_id, own_words=harm_words, told={"from": "private_note"}
        )
        note.adverse_event_id = event.id

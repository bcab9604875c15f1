"""How does a client write, sign and amend coaching notes?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin, if_match, set_version
from rules.terms import NoteState
from workflows.aftercare import coaching
from workflows.aftercare.coaching import Written

blp = Blueprint("coaching", description="Notes after coaching, for the record.")
LONGEST_NOTE = 20_000


class NoteTextIn(Schema):
    """A summary for the record; say yes or no to whether it speaks of harm."""

    summary = fields.Text(LONGEST_NOTE, required=True)
    mentions_harm = fields.Truth(required=True)
    harm_words = fields.Text(4000, load_default=None, allow_none=True)


class CoachingNoteIn(NoteTextIn):
    """A new note, and what it is about."""

    appointment_id = fields.Id(load_default=None, allow_none=True)
    dose_session_id = fields.Id(load_default=None, allow_none=True)


class CoachingNoteOut(Schema):
    """A note of the record."""

    id = fields.Id()
    patient_id = fields.Id()
    author_id = fields.Id()
    appointment_id = fields.Id(allow_none=True)
    dose_session_id = fields.Id(allow_none=True)
    amends_id = fields.Id(allow_none=True)
    state = fields.Choice(NoteState)
    summary = fields.Text(LONGEST_NOTE)
    mentions_harm = fields.Truth()
    adverse_event_id = fields.Id(allow_none=True)
    written_at = fields.Instant()
    signed_at = fields.Instant(allow_none=True)
    signed_by = fields.Id(allow_none=True)
    version = fields.Whole()


@blp.route("/patients/<uuid:patient_id>/coaching-notes")
class CoachingNotes(MethodView):
    """The notes about a patient."""

    @blp.operation("draft_coaching_note", refuses=(409,), once=True)
    @blp.arguments(CoachingNoteIn())
    @blp.response(201, CoachingNoteOut())
    def post(self, note: dict[str, Any], patient_id: UUID) -> object:
        """Begin a note; harm that it mentions becomes a report in the same act."""
        about = {name: note.pop(name) for name in ("appointment_id", "dose_session_id")}
        with begin() as work:
            drafted = coaching.draft(work, patient_id, Written(**note), **about)
        set_version(drafted)
        return drafted

    @blp.operation("list_coaching_notes")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(CoachingNoteOut)())
    def get(self, query: dict[str, Any], patient_id: UUID) -> object:
        """List the signed notes about a patient and one's own drafts, newest first."""
        with begin() as work:
            found = coaching.of_patient(work, patient_id, query["after"], query["limit"])
        return page(found, query["limit"], "written_at")


@blp.route("/coaching-notes/<uuid:note_id>")
class OneCoachingNote(MethodView):
    """One note."""

    @blp.operation("read_coaching_note", versioned=True)
    @blp.response(200, CoachingNoteOut())
    def get(self, note_id: UUID) -> object:
        """Read one note."""
        with begin() as work:
            note = coaching.read(work, note_id)
        set_version(note)
        return note

    @blp.operation("edit_coaching_note", refuses=(409,), versioned=True)
    @blp.arguments(NoteTextIn())
    @blp.response(200, CoachingNoteOut())
    def patch(self, text: dict[str, Any], note_id: UUID) -> object:
        """Change a draft of one's own."""
        with begin() as work:
            note = coaching.edit(work, note_id, Written(**text), if_match())
        set_version(note)
        return note


@blp.route("/coaching-notes/<uuid:note_id>/signature")
class CoachingNoteSignature(MethodView):
    """The end of the draft."""

    @blp.operation("sign_coaching_note", refuses=(409,), versioned=True)
    @blp.response(200, CoachingNoteOut())
    def post(self, note_id: UUID) -> object:
        """Sign a draft of one's own; from now on it never changes."""
        with begin() as work:
            note = coaching.sign(work, note_id, if_match())
        set_version(note)
        return note


@blp.route("/coaching-notes/<uuid:note_id>/amendments")
class CoachingNoteAmendments(MethodView):
    """What was learnt later."""

    @blp.operation("amend_coaching_note", refuses=(409,), once=True)
    @blp.arguments(NoteTextIn())
    @blp.response(201, CoachingNoteOut())
    def post(self, text: dict[str, Any], note_id: UUID) -> object:
        """Begin a new note that points back at a signed one."""
        with begin() as work:
            note = coaching.amend(work, note_id, Written(**text))
        set_version(note)
        return note

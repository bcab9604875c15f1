"""How does a client keep private notes apart from the record?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, if_match, set_version
from workflows.aftercare import private_notes

blp = Blueprint("private_notes", description="Notes that only their licensed author reads.")
LONGEST_NOTE = 20_000


class PrivateNoteIn(Schema):
    """A note for its author alone; what is harm goes into the report, in words for that."""

    body = fields.Text(LONGEST_NOTE, required=True)
    mentions_harm = fields.Truth(required=True)
    harm_words = fields.Text(4000, load_default=None, allow_none=True)


class PrivateNoteOut(Schema):
    """A note for its author alone."""

    id = fields.Id()
    patient_id = fields.Id()
    body = fields.Text(LONGEST_NOTE)
    mentions_harm = fields.Truth()
    adverse_event_id = fields.Id(allow_none=True)
    written_at = fields.Instant()
    version = fields.Whole()


class PrivateNotesOut(Schema):
    """My private notes about a patient."""

    items = fields.List(fields.Nested(PrivateNoteOut()), 100)


@blp.route("/patients/<uuid:patient_id>/private-notes")
class PrivateNotes(MethodView):
    """My own notes."""

    @blp.operation("write_private_note", refuses=(409,), once=True)
    @blp.arguments(PrivateNoteIn())
    @blp.response(201, PrivateNoteOut())
    def post(self, note: dict[str, Any], patient_id: UUID) -> object:
        """Write a note that only its licensed author reads."""
        with begin() as work:
            written = private_notes.write(work, patient_id, **note)
        set_version(written)
        return written

    @blp.operation("list_private_notes")
    @blp.response(200, PrivateNotesOut())
    def get(self, patient_id: UUID) -> object:
        """List my own private notes about a patient."""
        with begin() as work:
            return {"items": private_notes.mine(work, patient_id)}


@blp.route("/private-notes/<uuid:note_id>")
class OnePrivateNote(MethodView):
    """One of my own notes."""

    @blp.operation("edit_private_note", refuses=(409,), versioned=True)
    @blp.arguments(PrivateNoteIn())
    @blp.response(200, PrivateNoteOut())
    def patch(self, note: dict[str, Any], note_id: UUID) -> object:
        """Change a private note of one's own."""
        with begin() as work:
            written = private_notes.edit(work, note_id, version=if_match(), **note)
        set_version(written)
        return written

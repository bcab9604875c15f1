"""How does a patient take the whole record away: for a machine, and for reading?"""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Documented, HouseField, Schema
from api.platform.request import begin
from rules.terms import CopyFormat, Language
from workflows.people import record_document, record_exports, record_pages

JSON, PDF = "application/json", "application/pdf"
MOST_ROWS = 1_000_000

blp = Blueprint("record_exports", description="The whole record, to take away.")


class RecordExportIn(Schema):
    """Whether what was told in confidence comes along; others at home may find the copy."""

    in_confidence = fields.Truth(load_default=False)


class Texts(HouseField):
    """Words by a name."""

    def documented(self) -> Documented:
        """Give the shape."""
        return {"type": "object", "additionalProperties": {"type": "string", "maxLength": 1000}}


class Counts(HouseField):
    """Numbers by a name."""

    def documented(self) -> Documented:
        """Give the shape."""
        count = {"type": "integer", "minimum": 0, "maximum": MOST_ROWS}
        return {"type": "object", "additionalProperties": count}


class Rows(HouseField):
    """Rows by the name of what they are; a newer version may say more of each."""

    def documented(self) -> Documented:
        """Give the shape."""
        row = {"type": "object", "additionalProperties": True}
        rows = {"type": "array", "maxItems": MOST_ROWS, "items": row}
        return {"type": "object", "additionalProperties": rows}


class RecordExportOut(Schema):
    """A whole record; `left_out` says what is not in it and why."""

    format = fields.Text(40)
    id = fields.Id()
    patient_id = fields.Id()
    made_at = fields.Instant()
    language = fields.Choice(Language)
    in_confidence = fields.Truth()
    left_out = Texts()
    people = Texts()
    counts = Counts()
    record = Rows()


@blp.route("/patients/<uuid:patient_id>/record-exports")
class RecordExports(MethodView):
    """Copies of a whole record."""

    @blp.operation("export_record")
    @blp.arguments(RecordExportIn())
    @blp.response(201, RecordExportOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Take the whole record away as JSON; a fresh second factor is needed."""
        with begin() as work:
            found = record_exports.take_away(work, patient_id, CopyFormat.JSON, **told)
        return Response(record_document.pieces(found), 201, content_type=JSON)


@blp.route("/patients/<uuid:patient_id>/record-exports/pdf")
class RecordPages(MethodView):
    """Copies of a whole record, for reading."""

    @blp.operation("export_record_for_reading")
    @blp.arguments(RecordExportIn())
    @blp.response(201, {"type": "string", "format": "binary"}, content_type=PDF)
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Take the whole record away as a PDF; a fresh second factor is needed."""
        with begin() as work:
            found = record_exports.take_away(work, patient_id, CopyFormat.PDF, **told)
        return Response(record_pages.pdf(found), 201, content_type=PDF)

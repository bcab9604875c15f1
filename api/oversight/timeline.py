"""How does a client read what happened to a patient, newest first?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from workflows.oversight import timeline

blp = Blueprint("timeline", description="Everything dated about one patient, newest first.")


class TimelineEntryOut(Schema):
    """Something that happened; the reasons are empty for whoever only coaches."""

    kind = fields.Code()
    id = fields.Id()
    at = fields.Instant()
    about = fields.Text(64, allow_none=True)
    outcome = fields.Text(64, allow_none=True)
    codes = fields.List(fields.Code(), 300)


@blp.route("/patients/<uuid:patient_id>/timeline")
class Timeline(MethodView):
    """What happened to one patient."""

    @blp.operation("read_timeline")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(TimelineEntryOut)())
    def get(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """Read one page of what happened, newest first."""
        with begin() as work:
            found = timeline.read(work, patient_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "at")

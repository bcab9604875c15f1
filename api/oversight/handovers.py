"""What did somebody leave behind that nobody has yet?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.oversight.leaving import HandoverKind, Leaving
from workflows.oversight import handovers

blp = Blueprint("handovers", description="Work that waits for somebody, because its owner left.")


class HandoverOut(Schema):
    """One thing that somebody left."""

    id = fields.Id()
    kind = fields.Choice(HandoverKind)
    why = fields.Choice(Leaving)
    role = fields.Code(allow_none=True)
    patient_id = fields.Id(allow_none=True)
    subject_id = fields.Id()
    from_user_id = fields.Id()
    to_user_id = fields.Id(allow_none=True)
    opened_at = fields.Instant()
    settled_at = fields.Instant(allow_none=True)


@blp.route("/handovers")
class Handovers(MethodView):
    """What waits for somebody."""

    @blp.operation("list_handovers")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(HandoverOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List what nobody has, longest waiting first."""
        with begin() as work:
            found = handovers.read_open(work, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "opened_at")


@blp.route("/handovers/<uuid:handover_id>/settlement")
class Settlement(MethodView):
    """The end of such a wait."""

    @blp.operation("settle_handover", refuses=(409,), once=True)
    @blp.response(201, HandoverOut())
    def post(self, handover_id: UUID) -> object:
        """Take it off the list; refused while nobody has it."""
        with begin() as work:
            return handovers.settle(work, handover_id)

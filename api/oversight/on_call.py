"""How does the office say which clinician answers, and when?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from workflows.oversight import on_call

blp = Blueprint("on_call", description="The shifts in which a licensed clinician answers.")


class OnCallShiftIn(Schema):
    """Who answers, from when to when."""

    user_id = fields.Id(required=True)
    starts_at = fields.Instant(required=True)
    ends_at = fields.Instant(required=True)


class OnCallShiftOut(Schema):
    """A shift."""

    id = fields.Id()
    user_id = fields.Id()
    starts_at = fields.Instant()
    ends_at = fields.Instant()
    cancelled_at = fields.Instant(allow_none=True)


@blp.route("/on-call-shifts")
class OnCallShifts(MethodView):
    """The roster."""

    @blp.operation("staff_on_call", refuses=(409,), once=True)
    @blp.arguments(OnCallShiftIn())
    @blp.response(201, OnCallShiftOut())
    def post(self, shift: dict[str, Any]) -> object:
        """Put a licensed clinician on call."""
        with begin() as work:
            return on_call.staff(work, **shift)

    @blp.operation("list_on_call_shifts")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(OnCallShiftOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List the shifts that are not over, soonest first."""
        with begin() as work:
            found = on_call.read_shifts(work, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "starts_at")


@blp.route("/on-call-shifts/<uuid:shift_id>/cancellation")
class OnCallCancellation(MethodView):
    """A shift taken back."""

    @blp.operation("cancel_on_call_shift", once=True)
    @blp.response(201, OnCallShiftOut())
    def post(self, shift_id: UUID) -> object:
        """Take a shift back; what it covered is no longer covered."""
        with begin() as work:
            return on_call.cancel(work, shift_id)

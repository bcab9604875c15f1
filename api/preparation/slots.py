"""How does a client offer times for meetings, and find free ones?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.terms import AppointmentKind
from workflows.preparation import slots

blp = Blueprint("slots", description="Times that coaches and prescribers offer.")


class SlotIn(Schema):
    """A time of one's own."""

    kind = fields.Choice(AppointmentKind, required=True)
    starts_at = fields.Moment(required=True)
    ends_at = fields.Moment(required=True)
    time_zone = fields.Zone(
        load_default=None, metadata={"description": "Whose wall clock it is, without offsets."}
    )


class SlotOut(Schema):
    """A time that somebody offers."""

    id = fields.Id()
    host_id = fields.Id()
    kind = fields.Choice(AppointmentKind)
    starts_at = fields.Instant()
    ends_at = fields.Instant()


class FreeSlotsQuery(PageQuery):
    """Which meetings are looked for."""

    kind = fields.Choice(AppointmentKind, load_default=None)


@blp.route("/slots")
class Slots(MethodView):
    """My own times."""

    @blp.operation("offer_slot", refuses=(409,), once=True)
    @blp.arguments(SlotIn())
    @blp.response(201, SlotOut())
    def post(self, slot: dict[str, Any]) -> object:
        """Offer a time for a meeting; two times of one person never overlap."""
        with begin() as work:
            return slots.offer(work, **slot)

    @blp.operation("list_my_slots")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(SlotOut)())
    def get(self, query: dict[str, Any]) -> object:
        """List my own free times, soonest first."""
        with begin() as work:
            found = slots.mine(work, query["after"], query["limit"])
        return page(found, query["limit"], "starts_at")


@blp.route("/patients/<uuid:patient_id>/slots")
class FreeSlots(MethodView):
    """The times that a patient can book."""

    @blp.operation("list_free_slots")
    @blp.arguments(FreeSlotsQuery(), location="query")
    @blp.response(200, page_of(SlotOut)())
    def get(self, query: dict[str, Any], patient_id: UUID) -> object:
        """List the free times of this patient's own care team, soonest first."""
        with begin() as work:
            found = slots.free_for(work, patient_id, query["kind"], query["after"], query["limit"])
        return page(found, query["limit"], "starts_at")

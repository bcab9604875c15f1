"""How is a record kept for a court, and let go again by two?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.people import legal_holds

blp = Blueprint("legal_holds", description="Records that stay, whatever their age.")


class LegalHoldIn(Schema):
    """Which matter asks for the record; the office reads it, nobody else."""

    matter = fields.Text(2000, min=20, required=True)


class LiftIn(Schema):
    """Why the matter is over."""

    reason = fields.Text(2000, min=20, required=True)


class LegalHoldOut(Schema):
    """A hold, and whether somebody asked to lift it."""

    id = fields.Id()
    patient_id = fields.Id()
    matter = fields.Text(2000)
    placed_by = fields.Id()
    placed_at = fields.Instant()
    lift_asked_by = fields.Id(allow_none=True)
    lift_asked_at = fields.Instant(allow_none=True)
    lift_reason = fields.Text(2000, allow_none=True)
    lifted_by = fields.Id(allow_none=True)
    lifted_at = fields.Instant(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/legal-holds")
class PatientLegalHolds(MethodView):
    """Holds on one record."""

    @blp.operation("place_legal_hold", refuses=(409,), once=True)
    @blp.arguments(LegalHoldIn())
    @blp.response(201, LegalHoldOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Keep this record for a matter of law; a fresh second factor is needed."""
        with begin() as work:
            return legal_holds.place(work, patient_id, told["matter"])


@blp.route("/legal-holds")
class LegalHolds(MethodView):
    """Every hold that stands."""

    @blp.operation("list_legal_holds")
    @blp.response(200, LegalHoldOut(many=True))
    def get(self) -> object:
        """List every hold that stands, oldest first."""
        with begin() as work:
            return legal_holds.standing(work)


@blp.route("/legal-holds/<uuid:legal_hold_id>/lift-request")
class LiftRequest(MethodView):
    """The first word that a matter is over."""

    @blp.operation("ask_to_lift_legal_hold", refuses=(409,), once=True)
    @blp.arguments(LiftIn())
    @blp.response(201, LegalHoldOut())
    def post(self, told: dict[str, Any], legal_hold_id: UUID) -> object:
        """Say that the matter is over; somebody else has to say so too."""
        with begin() as work:
            return legal_holds.ask_to_lift(work, legal_hold_id, told["reason"])


@blp.route("/legal-holds/<uuid:legal_hold_id>/lift")
class Lift(MethodView):
    """The second word."""

    @blp.operation("lift_legal_hold", refuses=(409,), once=True)
    @blp.response(201, LegalHoldOut())
    def post(self, legal_hold_id: UUID) -> object:
        """Confirm that the matter is over, as somebody else than who said so first."""
        with begin() as work:
            return legal_holds.lift(work, legal_hold_id)

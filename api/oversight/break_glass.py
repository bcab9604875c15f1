"""How does somebody read a record in an emergency, and who looks at that afterwards?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import GlassReason
from workflows.oversight import break_glass

blp = Blueprint(
    "break_glass", description="Reading one record in an emergency: timed, told, reviewed."
)


class BreakGlassIn(Schema):
    """Why the record must be read now."""

    reason = fields.Choice(GlassReason, required=True)
    words = fields.Text(2000, min=20, required=True)


class GlassReviewIn(Schema):
    """Whether there was a good reason."""

    justified = fields.Truth(required=True)
    words = fields.Text(2000, min=20, required=True)


class BreakGlassOut(Schema):
    """One look in an emergency, and until when it counts."""

    id = fields.Id()
    patient_id = fields.Id()
    reason = fields.Choice(GlassReason)
    began_at = fields.Instant()
    ends_at = fields.Instant()
    ended_at = fields.Instant(allow_none=True)
    reviewed_at = fields.Instant(allow_none=True)
    justified = fields.Truth(allow_none=True)


class GlassToReviewOut(Schema):
    """What somebody reviews; the words of whoever looked are for safety officers."""

    id = fields.Id()
    patient_id = fields.Id()
    who = fields.Text(200)
    reason = fields.Choice(GlassReason)
    words = fields.Text(2000, allow_none=True)
    began_at = fields.Instant()
    ends_at = fields.Instant()
    ended_at = fields.Instant(allow_none=True)
    review_due_at = fields.Instant()
    looks = fields.List(fields.Text(300), break_glass.MOST_LOOKS)


@blp.route("/patients/<uuid:patient_id>/break-glass")
class PatientGlass(MethodView):
    """Reading one record in an emergency."""

    @blp.operation("break_glass", refuses=(409,), once=True)
    @blp.arguments(BreakGlassIn())
    @blp.response(201, BreakGlassOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Open this record for reading, for a short time; a fresh second factor is needed."""
        with begin() as work:
            return break_glass.take(work, patient_id, told["reason"], told["words"])


@blp.route("/break-glass")
class Waiting(MethodView):
    """What waits for a review."""

    @blp.operation("list_broken_glass")
    @blp.response(200, GlassToReviewOut(many=True))
    def get(self) -> object:
        """List what nobody has reviewed yet, oldest first."""
        with begin() as work:
            return break_glass.read_waiting(work)


@blp.route("/break-glass/<uuid:glass_id>/end")
class GlassEnd(MethodView):
    """The end of such a look."""

    @blp.operation("end_break_glass", once=True)
    @blp.response(201, BreakGlassOut())
    def post(self, glass_id: UUID) -> object:
        """Close the record again before the time is over."""
        with begin() as work:
            return break_glass.end(work, glass_id)


@blp.route("/break-glass/<uuid:glass_id>/review")
class GlassReview(MethodView):
    """The review by somebody else."""

    @blp.operation("review_break_glass", refuses=(409,), once=True)
    @blp.arguments(GlassReviewIn())
    @blp.response(201, BreakGlassOut())
    def post(self, told: dict[str, Any], glass_id: UUID) -> object:
        """Say whether there was a good reason to look."""
        with begin() as work:
            return break_glass.review(work, glass_id, told["words"], justified=told["justified"])

"""How is a record made unreadable for good, by two?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.oversight import erasure
from workflows.oversight.erasure import Ground

blp = Blueprint("erasure", description="Records whose key is destroyed: asked by one, done by two.")


class ErasureIn(Schema):
    """On which ground it is asked for."""

    ground = fields.Choice(Ground, required=True)


class ErasureOut(Schema):
    """Whose key it is, who asked for what, and whether it is gone."""

    patient_id = fields.Id(attribute="id")
    ground = fields.Choice(Ground, allow_none=True)
    asked_at = fields.Instant(allow_none=True)
    asked_by = fields.Id(allow_none=True)
    erased_at = fields.Instant(allow_none=True)
    erased_by = fields.Id(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/erasure")
class ErasureAsked(MethodView):
    """The first word."""

    @blp.operation("ask_for_erasure", refuses=(409,), once=True)
    @blp.arguments(ErasureIn())
    @blp.response(201, ErasureOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Ask that a record be erased; nothing is erased by it, and somebody else has to do it."""
        with begin() as work:
            return erasure.ask(work, patient_id, told["ground"])


@blp.route("/patients/<uuid:patient_id>/erasure/withdrawal")
class ErasureWithdrawn(MethodView):
    """The word taken back."""

    @blp.operation("withdraw_erasure", refuses=(409,), once=True)
    @blp.response(201, ErasureOut())
    def post(self, patient_id: UUID) -> object:
        """Take back what was asked, while the record still stands."""
        with begin() as work:
            return erasure.withdraw(work, patient_id)


@blp.route("/patients/<uuid:patient_id>/erasure/completion")
class ErasureDone(MethodView):
    """The second word."""

    @blp.operation("erase_record", refuses=(409,), once=True)
    @blp.response(201, ErasureOut())
    def post(self, patient_id: UUID) -> object:
        """Erase it, as somebody else than who asked: from this answer on nothing of it opens."""
        with begin() as work:
            return erasure.carry_out(work, patient_id)

"""How does a client write down what the patient hopes for?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.preparation import intentions

blp = Blueprint("intentions", description="What the patient hopes for, in their own words.")


class IntentionIn(Schema):
    """What the patient hopes for."""

    words = fields.Text(2000, required=True)


class IntentionOut(Schema):
    """What the patient hoped for, and when."""

    id = fields.Id()
    words = fields.Text(2000)
    set_at = fields.Instant()


class IntentionsOut(Schema):
    """The newest intentions, the current one first."""

    items = fields.List(fields.Nested(IntentionOut()), 20)


@blp.route("/patients/<uuid:patient_id>/intentions")
class Intentions(MethodView):
    """What the patient hopes for."""

    @blp.operation("set_intention", once=True)
    @blp.arguments(IntentionIn())
    @blp.response(201, IntentionOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Write down an intention; the earlier ones stay."""
        with begin() as work:
            return intentions.set_words(work, patient_id, told["words"])

    @blp.operation("list_intentions")
    @blp.response(200, IntentionsOut())
    def get(self, patient_id: UUID) -> object:
        """Read the newest intentions, the current one first."""
        with begin() as work:
            return {"items": intentions.history(work, patient_id)}

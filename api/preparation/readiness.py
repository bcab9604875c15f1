"""How does a client see what is missing before the first dose?"""

from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.preparation.preparation import PreparationItem
from workflows.preparation import readiness

blp = Blueprint("readiness", description="Ready or not: computed, never ticked.")
_PLAIN = ("patient_id", "ready", "modules_open", "prepared_at")


class PreparationItemOut(Schema):
    """One thing of preparation, in words."""

    code = fields.Choice(PreparationItem)
    says = fields.Text(500)


class ReadinessOut(Schema):
    """What is done and what is missing; nobody can set it."""

    patient_id = fields.Id()
    ready = fields.Truth()
    done = fields.List(fields.Nested(PreparationItemOut()), len(PreparationItem))
    missing = fields.List(fields.Nested(PreparationItemOut()), len(PreparationItem))
    modules_open = fields.List(fields.Code(), 20)
    prepared_at = fields.Instant(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/readiness")
class Readiness(MethodView):
    """Ready or not."""

    @blp.operation("read_readiness")
    @blp.response(200, ReadinessOut())
    def get(self, patient_id: UUID) -> object:
        """Read what is done and what is missing before a first dose at home."""
        with begin() as work:
            found = readiness.read(work, patient_id)
        items = {
            name: [{"code": item, "says": item.says} for item in getattr(found, name)]
            for name in ("done", "missing")
        }
        return {name: getattr(found, name) for name in _PLAIN} | items

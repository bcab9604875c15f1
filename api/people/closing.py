"""How does a patient end the programme in one request?"""

from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import EnrolmentState
from workflows.people import closing

blp = Blueprint("closing", description="The end of the programme, in one step.")


class AccountClosureOut(Schema):
    """That it is over, and how long the record is kept; a copy can be taken now and later."""

    id = fields.Id()
    patient_id = fields.Id()
    was = fields.Choice(EnrolmentState)
    closed_at = fields.Instant()
    kept_until = fields.LocalDate()


@blp.route("/patients/<uuid:patient_id>/closure")
class Closure(MethodView):
    """The end of the programme."""

    @blp.operation("close_account", refuses=(409,), once=True)
    @blp.response(201, AccountClosureOut())
    def post(self, patient_id: UUID) -> object:
        """End the programme now, for no reason; my record can still be read and taken away."""
        with begin() as work:
            return closing.close(work, patient_id)

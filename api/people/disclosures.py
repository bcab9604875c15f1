"""How does a patient read what of the record left the house?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import DisclosurePurpose, RecipientKind
from workflows.people import disclosures
from workflows.people.disclosures import Given

OTHERS = tuple(kind.value for kind in RecipientKind if kind is not RecipientKind.PATIENT)

blp = Blueprint("disclosures", description="What of a record left the house.")


class DisclosureIn(Schema):
    """What somebody gave to somebody outside."""

    recipient_kind = fields.Code(OTHERS, required=True)
    recipient = fields.Text(300, required=True)
    what = fields.Text(1000, required=True)
    purpose = fields.Choice(DisclosurePurpose, required=True)


class DisclosureOut(Schema):
    """To whom, what, what for, and when."""

    id = fields.Id()
    patient_id = fields.Id()
    recipient_kind = fields.Choice(RecipientKind)
    recipient = fields.Text(300)
    what = fields.Text(1000)
    purpose = fields.Choice(DisclosurePurpose)
    disclosed_at = fields.Instant()


@blp.route("/patients/<uuid:patient_id>/disclosures")
class Disclosures(MethodView):
    """The ledger of one record."""

    @blp.operation("list_disclosures")
    @blp.response(200, DisclosureOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List what of this record left the house, newest first."""
        with begin() as work:
            return disclosures.of_patient(work, patient_id)

    @blp.operation("note_disclosure", once=True)
    @blp.arguments(DisclosureIn())
    @blp.response(201, DisclosureOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Keep what I gave to somebody outside."""
        kind = RecipientKind(told["recipient_kind"])
        given = Given(kind, told["recipient"], told["what"], told["purpose"])
        with begin() as work:
            return disclosures.note(work, patient_id, given)

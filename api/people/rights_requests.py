"""How does a patient ask for the record or for a correction, and how is it answered?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import RequestKind, RequestOutcome
from workflows.people import rights_requests
from workflows.people.record_parts import PARTS

LONGEST = 4000
TABLES = tuple(sorted(part.name for part in PARTS))
ANSWERS = (RequestOutcome.ACCEPTED.value, RequestOutcome.DENIED.value)

blp = Blueprint("rights_requests", description="Asking for the record, and for a correction.")


class AmendmentIn(Schema):
    """Which line of the record is wrong, and what would be right."""

    subject_type = fields.Code(TABLES, required=True)
    subject_id = fields.Id(required=True)
    words = fields.Text(LONGEST, required=True)


class ExtensionIn(Schema):
    """Why it takes longer; the patient reads it."""

    reason = fields.Text(LONGEST, min=20, required=True)


class AmendmentAnswerIn(Schema):
    """Whether something is put right; a denial says why, for the patient to read."""

    outcome = fields.Code(ANSWERS, required=True)
    reason = fields.Text(LONGEST, min=20, load_default=None, allow_none=True)


class DisagreementIn(Schema):
    """The patient's own statement beside a denial."""

    words = fields.Text(LONGEST, required=True)


class RightsRequestOut(Schema):
    """What was asked, until when it is answered, and how it was."""

    id = fields.Id()
    patient_id = fields.Id()
    kind = fields.Choice(RequestKind)
    subject_type = fields.Code(allow_none=True)
    subject_id = fields.Id(allow_none=True)
    words = fields.Text(LONGEST, allow_none=True)
    asked_at = fields.Instant()
    due_at = fields.Instant()
    extended_at = fields.Instant(allow_none=True)
    extension_reason = fields.Text(LONGEST, allow_none=True)
    outcome = fields.Choice(RequestOutcome, allow_none=True)
    reason = fields.Text(LONGEST, allow_none=True)
    answered_at = fields.Instant(allow_none=True)
    disagreement = fields.Text(LONGEST, allow_none=True)
    disagreed_at = fields.Instant(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/access-requests")
class AccessRequests(MethodView):
    """Requests for the whole record."""

    @blp.operation("ask_for_record", refuses=(409,), once=True)
    @blp.response(201, RightsRequestOut())
    def post(self, patient_id: UUID) -> object:
        """Ask the house for my whole record."""
        with begin() as work:
            return rights_requests.ask_access(work, patient_id)


@blp.route("/patients/<uuid:patient_id>/amendment-requests")
class AmendmentRequests(MethodView):
    """Requests for a correction."""

    @blp.operation("ask_for_amendment", refuses=(409,), once=True)
    @blp.arguments(AmendmentIn())
    @blp.response(201, RightsRequestOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Ask for one line of my record to be put right."""
        subject = (told["subject_type"], told["subject_id"])
        with begin() as work:
            return rights_requests.ask_amendment(work, patient_id, subject, told["words"])


@blp.route("/patients/<uuid:patient_id>/rights-requests")
class RightsRequests(MethodView):
    """Everything that was asked of a record."""

    @blp.operation("list_rights_requests")
    @blp.response(200, RightsRequestOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List what was asked of this record, newest first, with the answers."""
        with begin() as work:
            return rights_requests.of_patient(work, patient_id)


@blp.route("/rights-requests/<uuid:request_id>/extension")
class Extension(MethodView):
    """The one extension."""

    @blp.operation("extend_rights_request", refuses=(409,), once=True)
    @blp.arguments(ExtensionIn())
    @blp.response(201, RightsRequestOut())
    def post(self, told: dict[str, Any], request_id: UUID) -> object:
        """Take more time once, and write the patient why."""
        with begin() as work:
            return rights_requests.extend(work, request_id, told["reason"])


@blp.route("/rights-requests/<uuid:request_id>/answer")
class AmendmentAnswer(MethodView):
    """The answer to a request for a correction."""

    @blp.operation("answer_amendment", refuses=(409,), once=True)
    @blp.arguments(AmendmentAnswerIn())
    @blp.response(201, RightsRequestOut())
    def post(self, told: dict[str, Any], request_id: UUID) -> object:
        """Accept that something is wrong, or say why it is not."""
        outcome = RequestOutcome(told["outcome"])
        with begin() as work:
            return rights_requests.answer_amendment(work, request_id, outcome, told["reason"])


@blp.route("/rights-requests/<uuid:request_id>/disagreement")
class Disagreement(MethodView):
    """The patient's own statement."""

    @blp.operation("disagree_with_denial", refuses=(409,), once=True)
    @blp.arguments(DisagreementIn())
    @blp.response(201, RightsRequestOut())
    def post(self, told: dict[str, Any], request_id: UUID) -> object:
        """Put my own statement beside a denial."""
        with begin() as work:
            return rights_requests.disagree(work, request_id, told["words"])

"""How does a prescriber sign a decision about a patient, and end one?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import ApprovalDecision, EnrolmentState
from workflows.plan import approvals, enrolment
from workflows.plan.approvals import Verdict

blp = Blueprint("approvals", description="Decisions signed by a prescriber; nothing auto-approves.")


class ApprovalIn(Schema):
    """The decision; `product_code` from the home list belongs to a decision for home."""

    evaluation_id = fields.Id(required=True)
    decision = fields.Choice(ApprovalDecision, required=True)
    product_code = fields.Text(64, load_default=None)
    rationale = fields.Text(4000, required=True)
    conditions = fields.List(fields.Text(500), 20, load_default=tuple)
    sessions_allowed = fields.Whole(1, 6, load_default=None)
    expires_at = fields.Instant(load_default=None)
    signature = fields.Text(200, required=True)


class ApprovalEndIn(Schema):
    """Why an approval ends before its time."""

    reason = fields.Code(
        ("patient_withdrew", "clinical_change", "licence_or_authority", "other"), required=True
    )


class ApprovalOut(Schema):
    """A signed decision."""

    id = fields.Id()
    patient_id = fields.Id()
    evaluation_id = fields.Id()
    decision_id = fields.Id(allow_none=True)
    prescriber_id = fields.Id()
    decision = fields.Choice(ApprovalDecision)
    conditions = fields.List(fields.Text(500), 20, allow_none=True)
    rationale = fields.Text(4000)
    signed_at = fields.Instant()
    expires_at = fields.Instant()
    sessions_allowed = fields.Whole()
    ended_at = fields.Instant(allow_none=True)
    end_reason = fields.Text(64, allow_none=True)


class EnrolmentOut(Schema):
    """Where a patient stands in the programme."""

    id = fields.Id()
    enrolment = fields.Choice(EnrolmentState)


@blp.route("/patients/<uuid:patient_id>/approvals")
class Approvals(MethodView):
    """One patient's decisions."""

    @blp.operation("decide_eligibility", refuses=(409,), once=True)
    @blp.arguments(ApprovalIn())
    @blp.response(201, ApprovalOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Decide: home, in the office only, declined, or more information."""
        verdict = Verdict(**told | {"conditions": tuple(told["conditions"])})
        with begin() as work:
            return approvals.decide(work, patient_id, verdict)

    @blp.operation("list_approvals")
    @blp.response(200, ApprovalOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List the decisions about a patient, newest first."""
        with begin() as work:
            return approvals.read_approvals(work, patient_id)


@blp.route("/approvals/<uuid:approval_id>/end")
class ApprovalEnd(MethodView):
    """The early end of an approval."""

    @blp.operation("end_approval", refuses=(409,), once=True)
    @blp.arguments(ApprovalEndIn())
    @blp.response(201, ApprovalOut())
    def post(self, told: dict[str, Any], approval_id: UUID) -> object:
        """End an approval; its plans end with it."""
        with begin() as work:
            return approvals.end_approval(work, approval_id, told["reason"])


@blp.route("/patients/<uuid:patient_id>/suspension/end")
class SuspensionEnd(MethodView):
    """The end of a suspension."""

    @blp.operation("lift_suspension", refuses=(409,), once=True)
    @blp.response(201, EnrolmentOut())
    def post(self, patient_id: UUID) -> object:
        """Let a suspended patient go on, or back to a decision."""
        with begin() as work:
            return enrolment.lift_suspension(work, patient_id)

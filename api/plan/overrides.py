"""How does a prescriber let one soft finding pass, with a reason?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import SubjectKind
from workflows.plan import overrides

blp = Blueprint("overrides", description="One soft finding at a time; a hard stop never passes.")


class OverrideIn(Schema):
    """Which finding, and why it may pass this time."""

    code = fields.Code(required=True)
    rationale = fields.Text(
        2000,
        required=True,
        metadata={"description": "As long as the parameter sheet asks for; 30 signs at least."},
    )
    unrelated = fields.Truth(
        required=True,
        metadata={"description": "You are no relative of this patient; a relative may not."},
    )


class OverrideOut(Schema):
    """A finding that was let pass."""

    id = fields.Id()
    patient_id = fields.Id()
    decision_id = fields.Id()
    subject_type = fields.Choice(SubjectKind)
    subject_id = fields.Id()
    code = fields.Code()
    overridden_by = fields.Id()
    overridden_at = fields.Instant()
    expires_at = fields.Instant()
    voided_at = fields.Instant(allow_none=True)
    void_reason = fields.Text(64, allow_none=True)
    needs_cosigner = fields.Truth()
    cosigned_by = fields.Id(allow_none=True)
    cosigned_at = fields.Instant(allow_none=True)


@blp.route("/gate-decisions/<uuid:decision_id>/overrides")
class Overrides(MethodView):
    """What is let pass of one decision."""

    @blp.operation("override_hold", refuses=(409,), once=True)
    @blp.arguments(OverrideIn())
    @blp.response(201, OverrideOut())
    def post(self, told: dict[str, Any], decision_id: UUID) -> object:
        """Let one soft finding of a decision pass, minutes after proving one's second factor."""
        with begin() as work:
            return overrides.override_hold(work, decision_id, **told)


@blp.route("/overrides/<uuid:override_id>/cosignature")
class OverrideCosignature(MethodView):
    """The second signature."""

    @blp.operation("cosign_override", refuses=(409,), once=True)
    @blp.response(201, OverrideOut())
    def post(self, override_id: UUID) -> object:
        """Sign beside the prescriber; the finding passes from now on."""
        with begin() as work:
            return overrides.cosign_override(work, override_id)


@blp.route("/overrides/<uuid:override_id>/withdrawal")
class OverrideWithdrawal(MethodView):
    """An override taken back."""

    @blp.operation("withdraw_override", refuses=(409,), once=True)
    @blp.response(201, OverrideOut())
    def post(self, override_id: UUID) -> object:
        """Take an override back; the finding holds again."""
        with begin() as work:
            return overrides.withdraw_override(work, override_id)


@blp.route("/patients/<uuid:patient_id>/overrides")
class PatientOverrides(MethodView):
    """What was let pass for one patient."""

    @blp.operation("list_overrides")
    @blp.response(200, OverrideOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List what was let pass, newest first."""
        with begin() as work:
            return overrides.read_overrides(work, patient_id)

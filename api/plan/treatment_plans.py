"""How does a prescriber plan a course at home?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.plan.catalogue import ProductClaimIn, claim_of
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, if_match, set_version
from rules.terms import Molecule, PlanState, Route, Setting
from workflows.plan import treatment_plans
from workflows.plan.treatment_plans import NewDose, NewPlan

STATE = r"^[A-Z]{2}$"
DOSE = {"min": 1, "max": 100_000}
WEIGHT = {"min": 20_000, "max": 400_000}

blp = Blueprint("treatment_plans", description="A course at home: product, dose, number, spacing.")


class DoseStepIn(Schema):
    """The dose planned from a session on."""

    from_session = fields.Whole(1, 6, required=True)
    dose_mg_hundredths = fields.Whole(**DOSE, required=True)


class TreatmentPlanIn(Schema):
    """A draft; the product by code of the home list, never by free text."""

    approval_id = fields.Id(required=True)
    product_code = fields.Text(64, required=True)
    product_claim = fields.Nested(ProductClaimIn(), load_default=None, allow_none=True)
    dose_mg_hundredths = fields.Whole(**DOSE, required=True)
    session_count = fields.Whole(1, 6, required=True)
    spacing_hours = fields.Whole(1, 24 * 60, required=True)
    titration = fields.List(fields.Nested(DoseStepIn()), 6, load_default=tuple)
    weight_g = fields.Whole(**WEIGHT, required=True)
    weighed_at = fields.Instant(required=True)
    dose_rationale = fields.Text(2000, load_default=None, allow_none=True)
    end_condition = fields.Text(1000, required=True)
    residue_instruction = fields.Code(("spit", "swallow"), load_default="spit")
    benzodiazepine_plan = fields.Text(1000, load_default=None, allow_none=True)
    booster_mg_hundredths = fields.Whole(
        **DOSE,
        load_default=None,
        allow_none=True,
        metadata={"description": "One second part in each session; left out: none."},
    )


class SignatureIn(Schema):
    """The state where the patient is now, as asked today, and the signer's own name."""

    patient_state = fields.Pattern(STATE, 2, required=True)
    signature = fields.Text(200, required=True)


class DoseChangeIn(Schema):
    """Another dose, and why."""

    to_mg_hundredths = fields.Whole(**DOSE, required=True)
    rationale = fields.Text(2000, min=30, required=True)
    patient_state = fields.Pattern(STATE, 2, required=True)
    weight_g = fields.Whole(**WEIGHT, load_default=None)
    weighed_at = fields.Instant(load_default=None)


class WeightIn(Schema):
    """A fresh weight."""

    weight_g = fields.Whole(**WEIGHT, required=True)
    weighed_at = fields.Instant(required=True)


class TreatmentPlanOut(Schema):
    """A plan as it stands."""

    id = fields.Id()
    patient_id = fields.Id()
    approval_id = fields.Id()
    state = fields.Choice(PlanState)
    product_id = fields.Id()
    molecule = fields.Choice(Molecule)
    route = fields.Choice(Route)
    setting = fields.Choice(Setting)
    dose_mg_hundredths = fields.Whole()
    booster_mg_hundredths = fields.Whole(allow_none=True)
    session_count = fields.Whole()
    spacing_hours = fields.Whole()
    titration = fields.List(fields.Nested(DoseStepIn()), 6, allow_none=True)
    weight_g = fields.Whole(allow_none=True)
    weighed_at = fields.Instant(allow_none=True)
    end_condition = fields.Text(1000)
    residue_instruction = fields.Code()
    drafted_at = fields.Instant()
    signed_at = fields.Instant(allow_none=True)
    signed_by = fields.Id(allow_none=True)
    ended_at = fields.Instant(allow_none=True)
    version = fields.Whole()


@blp.route("/patients/<uuid:patient_id>/treatment-plans")
class TreatmentPlans(MethodView):
    """One patient's plans."""

    @blp.operation("draft_plan", refuses=(409,), once=True)
    @blp.arguments(TreatmentPlanIn())
    @blp.response(201, TreatmentPlanOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Draft a course under an approval for home."""
        says = claim_of(told.pop("product_claim"))
        wanted = NewPlan(**told | {"titration": tuple(told["titration"]), "says": says})
        with begin() as work:
            return treatment_plans.draft_plan(work, patient_id, wanted)

    @blp.operation("list_plans")
    @blp.response(200, TreatmentPlanOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List a patient's plans, newest first."""
        with begin() as work:
            return treatment_plans.read_plans(work, patient_id)


@blp.route("/treatment-plans/<uuid:plan_id>")
class OneTreatmentPlan(MethodView):
    """One plan."""

    @blp.operation("read_plan", versioned=True)
    @blp.response(200, TreatmentPlanOut())
    def get(self, plan_id: UUID) -> object:
        """Read one plan."""
        with begin() as work:
            plan = treatment_plans.read_plan(work, plan_id)
        set_version(plan)
        return plan


@blp.route("/treatment-plans/<uuid:plan_id>/signature")
class PlanSignature(MethodView):
    """The signature under a plan."""

    @blp.operation("sign_plan", versioned=True)
    @blp.arguments(SignatureIn())
    @blp.response(200, TreatmentPlanOut())
    def put(self, told: dict[str, Any], plan_id: UUID) -> object:
        """Sign a plan; the gate judges the dose and everything behind it."""
        with begin() as work:
            plan = treatment_plans.sign_plan(
                work, plan_id, if_match(), told["patient_state"], told["signature"]
            )
        set_version(plan)
        return plan


@blp.route("/treatment-plans/<uuid:plan_id>/dose")
class PlanDose(MethodView):
    """The planned dose."""

    @blp.operation("change_dose", versioned=True)
    @blp.arguments(DoseChangeIn())
    @blp.response(200, TreatmentPlanOut())
    def put(self, told: dict[str, Any], plan_id: UUID) -> object:
        """Change the dose: less at once, more only through the gate."""
        with begin() as work:
            plan = treatment_plans.change_dose(work, plan_id, if_match(), NewDose(**told))
        set_version(plan)
        return plan


@blp.route("/treatment-plans/<uuid:plan_id>/weights")
class PlanWeights(MethodView):
    """The weight behind the dose per kilogram."""

    @blp.operation("record_weight", refuses=(409,), once=True)
    @blp.arguments(WeightIn())
    @blp.response(201, TreatmentPlanOut())
    def post(self, told: dict[str, Any], plan_id: UUID) -> object:
        """Enter a fresh weight."""
        with begin() as work:
            return treatment_plans.record_weight(
                work, plan_id, told["weight_g"], told["weighed_at"]
            )


@blp.route("/treatment-plans/<uuid:plan_id>/suspension")
class PlanSuspension(MethodView):
    """A plan that stands still."""

    @blp.operation("suspend_plan", versioned=True)
    @blp.response(200, TreatmentPlanOut())
    def put(self, plan_id: UUID) -> object:
        """Stop every dose of a plan until it is signed again."""
        with begin() as work:
            plan = treatment_plans.suspend_plan(work, plan_id, if_match())
        set_version(plan)
        return plan


@blp.route("/treatment-plans/<uuid:plan_id>/end")
class PlanEnd(MethodView):
    """The end of a plan."""

    @blp.operation("end_plan", versioned=True)
    @blp.response(200, TreatmentPlanOut())
    def put(self, plan_id: UUID) -> object:
        """End a plan for good."""
        with begin() as work:
            plan = treatment_plans.end_plan(work, plan_id, if_match())
        set_version(plan)
        return plan

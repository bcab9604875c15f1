"""How does a prescriber write down a live evaluation and a query of the state's record?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.plan import evaluations
from workflows.plan.evaluations import Meeting, Query

STATE = r"^[A-Z]{2}$"
MODALITIES = ("video", "in_person")
IDENTITY = ("photo_id_on_live_video", "photo_id_in_person", "known_to_prescriber", "not_checked")
PDMP_RESULTS = (
    "nothing_of_concern",
    "ketamine_elsewhere",
    "esketamine_elsewhere",
    "opioid_elsewhere",
    "benzodiazepine_elsewhere",
    "stimulant_elsewhere",
    "other_controlled",
)

blp = Blueprint("evaluations", description="What the prescriber saw before a decision.")


class PdmpQueryIn(Schema):
    """A look into the state's medicine record; the report itself stays there.

    One report may show several prescriptions: `also_found` names every class beside `result`.
    """

    checked_at = fields.Instant(required=True)
    result = fields.Code(PDMP_RESULTS, required=True)
    also_found = fields.List(fields.Code(PDMP_RESULTS), len(PDMP_RESULTS), load_default=list)
    reference = fields.Text(64, required=True)


class StatePdmpQueryIn(PdmpQueryIn):
    """The same between evaluations, with the state whose record it was."""

    patient_state = fields.Pattern(STATE, 2, required=True)


class EvaluationIn(Schema):
    """A live meeting, by video or in person; audio alone is none."""

    held_at = fields.Instant(required=True)
    minutes = fields.Whole(1, 480, required=True)
    modality = fields.Code(MODALITIES, required=True)
    patient_state = fields.Pattern(STATE, 2, required=True)
    identity_verified = fields.Truth(required=True)
    identity_method = fields.Code(IDENTITY, required=True)
    capacity = fields.Truth(required=True)
    diagnosis_documented = fields.Truth(required=True)
    diagnoses = fields.List(fields.Code(), 20, required=True)
    pdmp = fields.Nested(PdmpQueryIn(), load_default=None, allow_none=True)
    findings = fields.Answers(load_default=None, allow_none=True)


class EvaluationOut(Schema):
    """An evaluation as it was recorded."""

    id = fields.Id()
    patient_id = fields.Id()
    prescriber_id = fields.Id()
    held_at = fields.Instant()
    minutes = fields.Whole()
    modality = fields.Code()
    patient_state = fields.Text(2)
    identity_verified = fields.Truth()
    identity_method = fields.Code()
    capacity = fields.Truth()
    diagnosis_documented = fields.Truth()
    diagnoses = fields.List(fields.Code(), 20)
    pdmp_checked_at = fields.Instant(allow_none=True)
    pdmp_results = fields.List(fields.Code(), len(PDMP_RESULTS))
    recorded_at = fields.Instant()


class PdmpQueryOut(Schema):
    """A query as it was recorded."""

    id = fields.Id()
    patient_id = fields.Id()
    prescriber_id = fields.Id()
    patient_state = fields.Text(2)
    checked_at = fields.Instant()
    results = fields.List(fields.Code(), len(PDMP_RESULTS))
    recorded_at = fields.Instant()


@blp.route("/patients/<uuid:patient_id>/evaluations")
class Evaluations(MethodView):
    """One patient's evaluations."""

    @blp.operation("record_evaluation", refuses=(409,), once=True)
    @blp.arguments(EvaluationIn())
    @blp.response(201, EvaluationOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Record a live evaluation; it decides nothing yet."""
        pdmp = _query(told["pdmp"]) if told["pdmp"] else None
        meeting = Meeting(**told | {"diagnoses": tuple(told["diagnoses"]), "pdmp": pdmp})
        with begin() as work:
            return evaluations.record_evaluation(work, patient_id, meeting)

    @blp.operation("list_evaluations")
    @blp.response(200, EvaluationOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List a patient's evaluations, newest first."""
        with begin() as work:
            return evaluations.read_evaluations(work, patient_id)


@blp.route("/patients/<uuid:patient_id>/pdmp-queries")
class PdmpQueries(MethodView):
    """Queries between evaluations."""

    @blp.operation("record_pdmp_query", refuses=(409,), once=True)
    @blp.arguments(StatePdmpQueryIn())
    @blp.response(201, PdmpQueryOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Record a fresh query of the state's record; each order needs one."""
        state = told.pop("patient_state")
        with begin() as work:
            return evaluations.record_pdmp_query(work, patient_id, state, _query(told))


def _query(told: dict[str, Any]) -> Query:
    return Query(**told | {"also_found": tuple(told["also_found"])})

"""How does a client send the answers to an instrument, and a prescriber what they mean?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.intake.crisis import InstructionOut, help_now
from api.intake.instruments import EDITION
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.terms import Instrument
from workflows.intake import assessments

if TYPE_CHECKING:
    from models.intake.intake import Assessment

LARGEST_CHANGE = 100

blp = Blueprint("assessments", description="Instruments, their scores and what they alarm about.")


class ItemAnswer(fields.Scalar):
    """A whole number, true, false or null; never a word."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return int(value) if type(value) is int else fields.Truth().deserialize(value)

    def documented(self) -> fields.Documented:
        """Give the kinds of answer."""
        return {"type": ["integer", "boolean"], "minimum": 0, "maximum": 10}


class AssessmentIn(Schema):
    """The answers to one instrument, by item; what was skipped is left out or null.

    `edition` is the one that was put on the screen; the newest if it is not named.
    """

    instrument = fields.Choice(Instrument, required=True)
    edition = fields.Pattern(EDITION, 16, load_default=None)
    answers = fields.Answers(ItemAnswer(), most=30, required=True)


class ClusterSumOut(Schema):
    """The sum of one cluster; null while an answer is missing."""

    name = fields.Code()
    sum = fields.Whole(allow_none=True)


class ScoreChangeOut(Schema):
    """How the total compares with the last one before treatment; below zero is better."""

    baseline = fields.Whole(allow_none=True)
    change = fields.Whole(-LARGEST_CHANGE, LARGEST_CHANGE, allow_none=True)
    response = fields.Truth(allow_none=True)
    remission = fields.Truth(allow_none=True)
    reliable = fields.Truth(allow_none=True)
    meaningful = fields.Truth(allow_none=True)


class AssessmentOut(Schema):
    """What the answers score; without every answer there is no total."""

    id = fields.Id()
    patient_id = fields.Id()
    instrument = fields.Choice(Instrument)
    instrument_version = fields.Code()
    taken_at = fields.Instant()
    complete = fields.Truth()
    total = fields.Whole(allow_none=True)
    band = fields.Code(allow_none=True)
    positive = fields.Truth(allow_none=True)
    clusters = fields.List(fields.Nested(ClusterSumOut()), 10)
    change = fields.Nested(ScoreChangeOut(), allow_none=True)
    alarms = fields.List(fields.Code(), 10)
    answer_next = fields.Choice(Instrument, allow_none=True)
    crisis = fields.Nested(InstructionOut(), allow_none=True)


class RiskAssessmentIn(Schema):
    """What a prescriber found."""

    words = fields.Text(8000, required=True)
    safety_plan = fields.Truth(required=True)
    cleared = fields.Truth(required=True)


class RiskAssessmentOut(Schema):
    """A prescriber's own assessment of one set of answers."""

    id = fields.Id()
    assessment_id = fields.Id()
    assessed_by = fields.Id()
    assessed_at = fields.Instant()
    words = fields.Text(8000)
    safety_plan = fields.Truth()
    cleared = fields.Truth()


@blp.route("/patients/<uuid:patient_id>/assessments")
class Assessments(MethodView):
    """The answered instruments of one patient."""

    @blp.operation("answer_instrument", once=True)
    @blp.arguments(AssessmentIn())
    @blp.response(201, AssessmentOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Answer an instrument; in danger, whom to call comes in the same answer."""
        with begin() as work:
            return _shown(assessments.answer(work, patient_id, **told))

    @blp.operation("list_assessments")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(AssessmentOut)())
    def get(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """List the answered instruments, newest first."""
        limit = wanted["limit"]
        with begin() as work:
            rows = assessments.list_of_patient(work, patient_id, wanted["after"], limit)
        shown = page(rows, limit, "taken_at")
        return {"items": [_shown(row) for row in shown.items], "next": shown.next}


@blp.route("/assessments/<uuid:assessment_id>/risk-assessments")
class RiskAssessments(MethodView):
    """What a prescriber found about answers that raised an alarm."""

    @blp.operation("assess_risk", refuses=(409,), once=True)
    @blp.arguments(RiskAssessmentIn())
    @blp.response(201, RiskAssessmentOut())
    def post(self, found: dict[str, Any], assessment_id: UUID) -> object:
        """Record your own assessment after talking with the patient."""
        with begin() as work:
            return assessments.assess_risk(work, assessment_id, **found)


def _shown(row: "Assessment") -> dict[str, Any]:
    alarms = row.result["alarms"]
    needed = assessments.calls_for_help(row)
    missing = assessments.CSSRS_NEEDED in alarms
    plain = ("id", "patient_id", "instrument", "instrument_version", "taken_at", "complete")
    return {name: getattr(row, name) for name in plain} | {
        "total": row.result["total"],
        "band": row.result["band"],
        "positive": row.result.get("positive"),
        "clusters": [
            {"name": name, "sum": total}
            for name, total in (row.result.get("clusters") or {}).items()
        ],
        "change": row.result.get("change"),
        "alarms": alarms,
        "answer_next": Instrument.CSSRS if missing else None,
        "crisis": help_now(needed=needed),
    }

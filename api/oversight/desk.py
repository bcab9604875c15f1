"""How does a prescriber see who needs them first, one whole case, and what is left to review?"""

from uuid import UUID

from flask.views import MethodView

from api.dose.dose_sessions import DoseSessionOut
from api.oversight.holds import HoldOut
from api.plan.approvals import ApprovalOut
from api.plan.evaluations import EvaluationOut
from api.plan.orders import OrderOut
from api.plan.overrides import OverrideOut
from api.plan.treatment_plans import TreatmentPlanOut
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.decisions import ClinicalGateDecisionOut
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import AdverseEventState, EnrolmentState, SubjectKind
from workflows.oversight import case_packet, desk
from workflows.plan import session_review

MOST = 50

blp = Blueprint("desk", description="The prescriber's desk, nearest to harm first.")


class DeskItemOut(Schema):
    """One thing that waits."""

    kind = fields.Code(desk.ORDER)
    patient_id = fields.Id()
    given_name = fields.Text(200)
    family_name = fields.Text(200)
    subject_id = fields.Id()
    code = fields.Text(64, min=0)
    due_at = fields.Instant()


class CasePatientOut(Schema):
    """Who it is."""

    id = fields.Id()
    given_name = fields.Text(200)
    family_name = fields.Text(200)
    born_on = fields.Text(10)
    state = fields.Text(2, min=0)
    time_zone = fields.Text(64)
    enrolment = fields.Choice(EnrolmentState)
    suspended_for = fields.Text(64, min=0)
    material_change_at = fields.Instant(allow_none=True)


class CaseIntakeOut(Schema):
    """The history in force."""

    id = fields.Id()
    number = fields.Whole()
    submitted_at = fields.Instant()


class CaseScoreOut(Schema):
    """The newest score of one instrument."""

    id = fields.Id()
    instrument = fields.Code()
    complete = fields.Truth()
    taken_at = fields.Instant()


class CaseEventOut(Schema):
    """A harm report."""

    id = fields.Id()
    state = fields.Choice(AdverseEventState)
    serious = fields.Truth(allow_none=True)
    severity_grade = fields.Whole(1, 5, allow_none=True)
    aware_at = fields.Instant()
    triage_due_at = fields.Instant()


class CaseEscalationOut(Schema):
    """Something nobody has answered yet."""

    id = fields.Id()
    code = fields.Code()
    subject_type = fields.Choice(SubjectKind)
    subject_id = fields.Id()
    rung = fields.Whole()
    opened_at = fields.Instant()


class CasePacketOut(Schema):
    """One patient on one page, newest first in every list."""

    patient = fields.Nested(CasePatientOut())
    intake = fields.Nested(CaseIntakeOut(), allow_none=True)
    scores = fields.List(fields.Nested(CaseScoreOut()), MOST)
    evaluations = fields.List(fields.Nested(EvaluationOut()), MOST)
    approvals = fields.List(fields.Nested(ApprovalOut()), MOST)
    plans = fields.List(fields.Nested(TreatmentPlanOut()), MOST)
    orders = fields.List(fields.Nested(OrderOut()), MOST)
    sessions = fields.List(fields.Nested(DoseSessionOut()), MOST)
    decisions = fields.List(fields.Nested(ClinicalGateDecisionOut()), MOST)
    overrides = fields.List(fields.Nested(OverrideOut()), MOST)
    holds = fields.List(fields.Nested(HoldOut()), MOST)
    adverse_events = fields.List(fields.Nested(CaseEventOut()), MOST)
    escalations = fields.List(fields.Nested(CaseEscalationOut()), MOST)


class SessionReviewOut(Schema):
    """A session that a prescriber has looked at."""

    id = fields.Id()
    patient_id = fields.Id()
    number = fields.Whole()
    reviewed_at = fields.Instant()
    reviewed_by = fields.Id()


@blp.route("/desk")
class Desk(MethodView):
    """What waits for me."""

    @blp.operation("read_desk")
    @blp.response(200, DeskItemOut(many=True))
    def get(self) -> object:
        """Read everything that waits for me, nearest to harm first."""
        with begin() as work:
            return desk.read_desk(work)


@blp.route("/patients/<uuid:patient_id>/case")
class Case(MethodView):
    """One patient's case."""

    @blp.operation("read_case")
    @blp.response(200, CasePacketOut())
    def get(self, patient_id: UUID) -> object:
        """Read one patient's case on one page."""
        with begin() as work:
            return case_packet.read_case(work, patient_id)


@blp.route("/dose-sessions/<uuid:dose_session_id>/review")
class SessionReview(MethodView):
    """A prescriber's look at a session."""

    @blp.operation("review_session", refuses=(409,), once=True)
    @blp.response(201, SessionReviewOut())
    def post(self, dose_session_id: UUID) -> object:
        """Review a session; the first, and every third, open the next dose."""
        with begin() as work:
            return session_review.review_session(work, dose_session_id)

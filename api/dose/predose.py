"""How does a client answer before a dose, and read what the gate decided?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.dose.device_clock import ClockReadingIn, clock_reading
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.decisions import ClinicalGateDecisionOut, ExplanationOut, GateDecisionOut
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.dose import boosters, predose, start
from workflows.dose.predose import PredoseAnswers
from workflows.dose.start import TakenDose
from workflows.oversight import explaining

blp = Blueprint("predose", description="Before a dose: answers, decisions, clearances, the start.")

_MOST_MG_HUNDREDTHS = 1_000_000


class DayAnswersIn(Schema):
    """How today was. A question left out or answered "unknown" was not answered."""

    device_at = fields.Instant(load_default=None)
    last_food_at = fields.Moment(load_default=None)
    last_fluid_at = fields.Moment(load_default=None)
    slow_stomach = fields.TriState()
    last_alcohol_at = fields.Moment(load_default=None)
    alcohol_24h = fields.TriState()
    cannabis_24h = fields.TriState()
    opioid_24h = fields.TriState()
    benzodiazepine_24h = fields.TriState()
    sedative_24h = fields.TriState()
    stimulant_today = fields.TriState()
    psychedelic_7d = fields.TriState()
    grapefruit_today = fields.TriState()
    grapefruit_3d = fields.TriState()
    acute_illness = fields.TriState()
    mouth_sores = fields.TriState()
    antihypertensive_missed = fields.TriState()
    sleep_minutes = fields.Whole(0, 1440, load_default=None)
    pregnant_or_unsure = fields.TriState()
    medicines_changed = fields.TriState()
    health_changed = fields.TriState()
    psychotic_symptoms = fields.TriState()
    manic_symptoms = fields.TriState()
    no_driving_promised = fields.TriState()
    esketamine_elsewhere = fields.TriState()
    ketamine_elsewhere = fields.TriState()
    units_left = fields.Whole(0, 100, load_default=None)
    medicines_list_number = fields.Whole(
        1,
        1_000_000,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The number of the intake whose list was shown and attested; without it "
            "the answers are kept, and material_change_unreviewed stops the dose."
        },
    )


class HomeAnswersIn(Schema):
    """How the place is, looked at tonight."""

    address_confirmed = fields.TriState()
    address_state = fields.Pattern(r"^[A-Z]{2}$", 2, load_default=None)
    emergency_plan_confirmed = fields.TriState()
    phone_charged = fields.TriState()
    second_phone = fields.TriState()
    safe_place = fields.TriState()
    nobody_to_care_for = fields.TriState()
    no_flame_or_stove = fields.TriState()
    nothing_scheduled = fields.TriState()
    means_secured = fields.TriState()
    suicidal_12_months = fields.TriState()


class SuicideScreenIn(Schema):
    """The answers to the C-SSRS screener by item id; the wording comes with a licence."""

    q1 = fields.TriState()
    q2 = fields.TriState()
    q3 = fields.TriState()
    q4 = fields.TriState()
    q5 = fields.TriState()
    q6 = fields.TriState()
    q6_recent = fields.TriState()


class PredoseCheckIn(Schema):
    """The fresh answers for one dose; nothing is taken over from last time."""

    day = fields.Nested(DayAnswersIn(), required=True)
    home = fields.Nested(HomeAnswersIn(), required=True)
    suicide_screen = fields.Nested(SuicideScreenIn(), required=True)
    clock = fields.Nested(ClockReadingIn(), load_default=None, allow_none=True)


class SitterAttestationIn(Schema):
    """The sitter's own word for tonight."""

    present = fields.TriState()
    sober_24h = fields.TriState()
    caring_for_others = fields.TriState()
    can_call_emergency = fields.TriState()


class SitterAttestationOut(Schema):
    """When the sitter gave their word."""

    id = fields.Id()
    dose_session_id = fields.Id()
    attested_at = fields.Instant()


class ClearanceOut(Schema):
    """Permission of the gate for one dose."""

    id = fields.Id()
    dose_session_id = fields.Id()
    dose_mg_hundredths = fields.Whole()
    issued_at = fields.Instant()
    expires_at = fields.Instant()


class DoseStartIn(Schema):
    """Which clearance is spent."""

    clearance_id = fields.Id(required=True)


class DoseReportIn(Schema):
    """A dose that was taken, with or without permission; when and how much may be unknown."""

    dose_session_id = fields.Id(load_default=None)
    taken_at = fields.Instant(
        load_default=None, allow_none=True, metadata={"description": "Left out: now."}
    )
    device_at = fields.Instant(load_default=None)
    dose_mg_hundredths = fields.Whole(
        1,
        _MOST_MG_HUNDREDTHS,
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out: not known."},
    )
    deviation = fields.Text(2000, load_default=None)


class DoseTakenOut(Schema):
    """A dose in the record."""

    id = fields.Id()
    dose_session_id = fields.Id(allow_none=True)
    clearance_id = fields.Id(allow_none=True)
    booster_of = fields.Id(allow_none=True)
    cleared = fields.Truth()
    dose_mg_hundredths = fields.Whole(allow_none=True)
    taken_at = fields.Instant()
    received_at = fields.Instant()
    no_driving_until = fields.Instant(allow_none=True)


@blp.route("/dose-sessions/<uuid:dose_session_id>/sitter-attestations")
class SitterAttestations(MethodView):
    """The sitter's word."""

    @blp.operation("attest_as_sitter", refuses=(409,), once=True)
    @blp.arguments(SitterAttestationIn())
    @blp.response(201, SitterAttestationOut())
    def post(self, answers: dict[str, Any], dose_session_id: UUID) -> object:
        """Give your own word as the sitter for this session."""
        with begin() as work:
            return predose.attest(work, dose_session_id, answers)


@blp.route("/dose-sessions/<uuid:dose_session_id>/predose-checks")
class PredoseChecks(MethodView):
    """The fresh answers."""

    @blp.operation("submit_predose_check", refuses=(409,), once=True)
    @blp.arguments(PredoseCheckIn())
    @blp.response(201, GateDecisionOut())
    def post(self, check: dict[str, Any], dose_session_id: UUID) -> object:
        """Submit the pre-dose check and get the gate's decision."""
        answers = PredoseAnswers(**(check | {"clock": clock_reading(check["clock"])}))
        with begin() as work:
            return predose.submit_check(work, dose_session_id, answers)


@blp.route("/gate-decisions/<uuid:decision_id>")
class OneGateDecision(MethodView):
    """One decision of the gates."""

    @blp.operation("read_gate_decision")
    @blp.response(200, GateDecisionOut())
    def get(self, decision_id: UUID) -> object:
        """Read one decision again, with every reason."""
        with begin() as work:
            return predose.read_decision(work, decision_id)


@blp.route("/gate-decisions/<uuid:decision_id>/clinical")
class OneClinicalGateDecision(MethodView):
    """One decision of the gates, for clinicians."""

    @blp.operation("read_clinical_gate_decision")
    @blp.response(200, ClinicalGateDecisionOut())
    def get(self, decision_id: UUID) -> object:
        """Read one decision in the words of the clinic."""
        with begin() as work:
            return predose.read_clinical_decision(work, decision_id)


@blp.route("/gate-decisions/<uuid:decision_id>/explanation")
class OneExplanation(MethodView):
    """The quickest way on."""

    @blp.operation("explain_gate_decision", refuses=(409,))
    @blp.response(200, ExplanationOut())
    def get(self, decision_id: UUID) -> object:
        """Read the quickest way on: who can change what, from when, and who may override."""
        with begin() as work:
            return explaining.explain(work, decision_id)


@blp.route("/dose-sessions/<uuid:dose_session_id>/clearance")
class OneClearance(MethodView):
    """The open clearance."""

    @blp.operation("read_clearance")
    @blp.response(200, ClearanceOut())
    def get(self, dose_session_id: UUID) -> object:
        """Read the clearance that is open now, if there is one."""
        with begin() as work:
            return predose.read_clearance(work, dose_session_id)


@blp.route("/dose-sessions/<uuid:dose_session_id>/start")
class DoseStart(MethodView):
    """The dose itself."""

    @blp.operation("start_dose", refuses=(409,), once=True)
    @blp.arguments(DoseStartIn())
    @blp.response(201, DoseTakenOut())
    def post(self, spent: dict[str, Any], dose_session_id: UUID) -> object:
        """Spend the clearance and take the dose; the watch starts now."""
        with begin() as work:
            return start.start(work, dose_session_id, spent["clearance_id"])


@blp.route("/dose-sessions/<uuid:dose_session_id>/booster")
class Booster(MethodView):
    """The second part of a dose."""

    @blp.operation("take_booster", refuses=(409,), once=True)
    @blp.response(201, DoseTakenOut())
    def post(self, dose_session_id: UUID) -> object:
        """Take the second part that your plan prescribes; a no is not to be argued with."""
        with begin() as work:
            return boosters.take_booster(work, dose_session_id)


@blp.route("/doses-taken")
class DosesTaken(MethodView):
    """Doses reported as taken."""

    @blp.operation("report_dose_taken", once=True)
    @blp.arguments(DoseReportIn())
    @blp.response(201, DoseTakenOut())
    def post(self, told: dict[str, Any]) -> object:
        """Report a dose that was taken without a clearance; it is always kept and watched."""
        with begin() as work:
            return start.report_taken(work, taken_in(told))


def taken_in(told: dict[str, Any]) -> TakenDose:
    """Read what somebody says was taken."""
    deviation = told.pop("deviation")
    return TakenDose(**told, deviation={"words": deviation} if deviation else None)

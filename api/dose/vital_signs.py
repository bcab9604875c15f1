"""How does a phone bring what the cuff says?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.dose.device_clock import ClockReadingIn, clock_reading
from api.dose.instructions import AlarmedOut, alarmed
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import Symptom, VitalPurpose, VitalSource
from workflows.dose import vital_signs
from workflows.dose.device_clock import ClockReading
from workflows.dose.vital_signs import Measured
from workflows.platform.work import Work

if TYPE_CHECKING:
    from models.dose.dose_sessions import VitalSigns

SKEW = "How far the phone may be ahead (or behind, below zero) at worst; null: not measured."
blp = Blueprint("vital_signs", description="Blood pressure, heart rate and oxygen of a session.")


class VitalSignsIn(Schema):
    """One reading; what was not measured is left out."""

    source = fields.Choice(VitalSource, required=True)
    systolic_mmhg = fields.Whole(1, 400, load_default=None)
    diastolic_mmhg = fields.Whole(1, 400, load_default=None)
    heart_rate_bpm = fields.Whole(1, 400, load_default=None)
    spo2_percent = fields.Whole(1, 100, load_default=None)
    cuff_serial = fields.Text(64, min=0, load_default="")
    symptoms = fields.List(fields.Choice(Symptom), len(Symptom), load_default=list)
    for_release = fields.Truth(load_default=False)
    device_at = fields.Instant(load_default=None)
    clock = fields.Nested(ClockReadingIn(), load_default=None, allow_none=True)


class VitalSignsOut(AlarmedOut):
    """A reading in the record; an implausible one is kept and flagged."""

    id = fields.Id()
    dose_session_id = fields.Id()
    purpose = fields.Choice(VitalPurpose)
    source = fields.Choice(VitalSource)
    systolic_mmhg = fields.Whole(allow_none=True)
    diastolic_mmhg = fields.Whole(allow_none=True)
    heart_rate_bpm = fields.Whole(allow_none=True)
    spo2_percent = fields.Whole(allow_none=True)
    plausible = fields.Truth()
    measured_at = fields.Instant()
    device_at = fields.Instant(allow_none=True)
    clock_skew_seconds = fields.Whole(
        -fields.LARGEST_WHOLE, fields.LARGEST_WHOLE, allow_none=True, metadata={"description": SKEW}
    )
    received_at = fields.Instant()


@blp.route("/dose-sessions/<uuid:dose_session_id>/vital-signs")
class SessionVitalSigns(MethodView):
    """The readings of one session."""

    @blp.operation("record_vital_signs", once=True)
    @blp.arguments(VitalSignsIn())
    @blp.response(201, VitalSignsOut())
    def post(self, told: dict[str, Any], dose_session_id: UUID) -> object:
        """Record one reading; whether it is before, during or at the end follows from the dose."""
        measured = measured_in(told, clock_reading(told["clock"]))
        with begin() as work:
            return _told(work, vital_signs.record_vitals(work, dose_session_id, measured))

    @blp.operation("list_vital_signs")
    @blp.response(200, VitalSignsOut(many=True))
    def get(self, dose_session_id: UUID) -> object:
        """List every reading of this session, in order."""
        with begin() as work:
            return [_told(work, row) for row in vital_signs.read_vitals(work, dose_session_id)]


def measured_in(told: dict[str, Any], clock: ClockReading | None) -> Measured:
    """Read what the cuff says."""
    return Measured(**(told | {"symptoms": frozenset(told["symptoms"]), "clock": clock}))


def _told(work: Work, row: "VitalSigns") -> dict[str, Any]:
    named = ("id", "dose_session_id", "purpose", "source", "plausible")
    numbers = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent")
    times = ("measured_at", "device_at", "clock_skew_seconds", "received_at")
    kept = {name: getattr(row, name) for name in (*named, *numbers, *times)}
    return kept | alarmed(row.alarm_codes, row.urgency, work.limits)

"""How does a client send a practice reading?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import VitalSource
from workflows.preparation import rehearsals
from workflows.preparation.rehearsals import CuffReading

blp = Blueprint("rehearsals", description="Practice readings from the patient's own cuff.")


class RehearsalIn(Schema):
    """A practice reading from the patient's own cuff."""

    systolic_mmhg = fields.Whole(1, 400, required=True)
    diastolic_mmhg = fields.Whole(1, 400, required=True)
    heart_rate_bpm = fields.Whole(1, 400, required=True)
    spo2_percent = fields.Whole(1, 100, load_default=None)
    source = fields.Choice(VitalSource, required=True)
    cuff_serial = fields.Code(required=True)
    device_at = fields.Instant(load_default=None)


class RehearsalOut(Schema):
    """A practice reading as it was kept; an implausible one does not count."""

    id = fields.Id()
    systolic_mmhg = fields.Whole()
    diastolic_mmhg = fields.Whole()
    heart_rate_bpm = fields.Whole()
    spo2_percent = fields.Whole(allow_none=True)
    source = fields.Choice(VitalSource)
    cuff_serial = fields.Code()
    measured_at = fields.Instant()
    device_at = fields.Instant(allow_none=True)
    received_at = fields.Instant()
    counts = fields.Truth(attribute="plausible")
    alarm_codes = fields.List(fields.Code(), 20)


@blp.route("/patients/<uuid:patient_id>/rehearsal-readings")
class RehearsalReadings(MethodView):
    """Practice readings."""

    @blp.operation("record_rehearsal_reading", once=True)
    @blp.arguments(RehearsalIn())
    @blp.response(201, RehearsalOut())
    def post(self, taken: dict[str, Any], patient_id: UUID) -> object:
        """Keep a practice reading from the patient's own cuff."""
        with begin() as work:
            return rehearsals.take(work, patient_id, CuffReading(**taken))

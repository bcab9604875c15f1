"""How does the person who watched fill in and submit the monitoring form?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.dose import monitoring_forms

blp = Blueprint("monitoring_forms", description="The form after every Spravato session.")

_FULL_DAY_MINUTES = 1_440


class MonitoringFormIn(Schema):
    """Everything the record does not know; each question is answered, none is ticked beforehand."""

    benzodiazepines = fields.Truth(required=True)
    non_benzodiazepine_sedatives = fields.Truth(required=True)
    psychostimulants = fields.Truth(required=True)
    monoamine_oxidase_inhibitors = fields.Truth(required=True)
    opioids = fields.Truth(required=True)
    minutes_until_ready_to_leave = fields.Whole(0, _FULL_DAY_MINUTES, required=True)
    vitals_acceptable_before = fields.Truth(required=True)
    vitals_acceptable_at_end = fields.Truth(required=True)
    sedation = fields.Truth(required=True)
    dissociation = fields.Truth(required=True)
    respiratory_depression = fields.Truth(required=True)
    serious_adverse_event = fields.Truth(required=True)
    serious_adverse_event_words = fields.Text(4000, load_default=None)


class PressureOnFormOut(Schema):
    """One of the three blood pressures."""

    systolic_mmhg = fields.Whole()
    diastolic_mmhg = fields.Whole()
    measured_at = fields.Instant()


class PressuresOnFormOut(Schema):
    """Before the dose, at its peak and at the end."""

    before = fields.Nested(PressureOnFormOut(), allow_none=True)
    at_40_minutes = fields.Nested(PressureOnFormOut(), allow_none=True)
    at_end = fields.Nested(PressureOnFormOut(), allow_none=True)


class MonitoringRecordOut(Schema):
    """What the record fills in by itself."""

    patient_id = fields.Id()
    site_id = fields.Id()
    observer_id = fields.Id(allow_none=True)
    treated_at = fields.Instant(allow_none=True)
    dose_mg_hundredths = fields.Whole()
    devices_used = fields.Whole(0, 10)
    lot_number = fields.Text(64, min=0)
    total_minutes = fields.Whole(allow_none=True)
    blood_pressure = fields.Nested(PressuresOnFormOut())


class MonitoringFormOut(Schema):
    """The form as it stands; without answers it is not submitted."""

    office_session_id = fields.Id()
    due_at = fields.Instant(allow_none=True)
    record = fields.Nested(MonitoringRecordOut())
    answers = fields.Answers(allow_none=True)
    submitted_at = fields.Instant(allow_none=True)
    signed_by = fields.Id(allow_none=True)


class MonitoringFormSubmittedOut(Schema):
    """The form in the record."""

    id = fields.Id()
    office_session_id = fields.Id()
    submitted_at = fields.Instant()


@blp.route("/office-sessions/<uuid:office_session_id>/monitoring-form")
class OneMonitoringForm(MethodView):
    """The form of one session."""

    @blp.operation("submit_monitoring_form", refuses=(409,), once=True)
    @blp.arguments(MonitoringFormIn())
    @blp.response(201, MonitoringFormSubmittedOut())
    def post(self, answers: dict[str, Any], office_session_id: UUID) -> object:
        """Submit the form, as the person who watched, or in their place when they have left us."""
        with begin() as work:
            return monitoring_forms.submit(work, office_session_id, answers)

    @blp.operation("read_monitoring_form")
    @blp.response(200, MonitoringFormOut())
    def get(self, office_session_id: UUID) -> object:
        """Read the form with what the record already knows."""
        with begin() as work:
            return monitoring_forms.read(work, office_session_id)

"""How does the staff of a site give a dose in the office, step by step?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.dose.emergencies import instruction_for
from rules.terms import Molecule, OfficeState, Route, Setting, Symptom, Urgency
from workflows.dose import office_sessions, office_staff, office_vitals
from workflows.dose.office_sessions import OfficeVisit, PreChecks
from workflows.dose.office_vitals import OfficeReading

blp = Blueprint(
    "office_sessions", description="Spravato, and ketamine by injection: at a site, watched."
)

_MOST_MG_HUNDREDTHS = 1_000_000


class RemsEnrolmentIn(Schema):
    """The enrolment form, signed by patient and prescriber."""

    enrolled_on = fields.LocalDate(required=True)
    reference = fields.Text(120, required=True)


class RemsEnrolmentOut(Schema):
    """The enrolment in the record."""

    id = fields.Id()
    patient_id = fields.Id()
    enrolled_on = fields.LocalDate()


class OfficeVisitIn(Schema):
    """Who comes where and when, for what; `home` is understood, and always refused."""

    patient_id = fields.Id(required=True)
    site_id = fields.Id(required=True)
    product_code = fields.Text(64, required=True)
    setting = fields.Choice(Setting, required=True)
    dose_mg_hundredths = fields.Whole(1, _MOST_MG_HUNDREDTHS, required=True)
    scheduled_at = fields.Moment(required=True)


class OfficeAnswersIn(Schema):
    """What is asked before the dose; nothing is taken over from last time."""

    pulse_oximeter = fields.TriState()
    contraindicated = fields.TriState()
    ride_home = fields.TriState()
    last_food_at = fields.Moment(load_default=None)
    last_fluid_at = fields.Moment(load_default=None)
    nasal_product_today = fields.TriState()
    last_nasal_product_at = fields.Moment(load_default=None)


class OfficePreCheckIn(Schema):
    """Who is there, and the answers."""

    prescriber_id = fields.Id(load_default=None)
    observer_id = fields.Id(load_default=None)
    answers = fields.Nested(OfficeAnswersIn(), required=True)


class OfficeReadingIn(Schema):
    """One reading, and what is seen."""

    systolic_mmhg = fields.Whole(1, 400, load_default=None)
    diastolic_mmhg = fields.Whole(1, 400, load_default=None)
    heart_rate_bpm = fields.Whole(1, 400, load_default=None)
    spo2_percent = fields.Whole(1, 100, load_default=None)
    symptoms = fields.List(fields.Choice(Symptom), 40, load_default=list)
    device_at = fields.Instant(load_default=None)


class OfficeReadingOut(Schema):
    """The reading in the record, and what to do now if it calls for something."""

    id = fields.Id()
    office_session_id = fields.Id()
    measured_at = fields.Instant()
    plausible = fields.Truth()
    alarm_codes = fields.List(fields.Code(), 20)
    urgency = fields.Choice(Urgency, allow_none=True)
    instruction = fields.Text(2000, allow_none=True)


class OfficeDeviceIn(Schema):
    """The lot of the device, syringe or bag."""

    lot_number = fields.Text(64, required=True)


class OfficeDischargeIn(Schema):
    """How the patient is at the door."""

    sedation_resolved = fields.TriState()
    dissociation_resolved = fields.TriState()
    respiration_stable = fields.TriState()
    clinically_stable = fields.TriState()


class OfficeSessionOut(Schema):
    """An office session as it stands."""

    id = fields.Id()
    patient_id = fields.Id()
    site_id = fields.Id()
    molecule = fields.Choice(Molecule)
    route = fields.Choice(Route)
    setting = fields.Choice(Setting)
    dose_mg_hundredths = fields.Whole()
    scheduled_at = fields.Instant()
    state = fields.Choice(OfficeState)
    prescriber_on_site_id = fields.Id(allow_none=True)
    observer_id = fields.Id(allow_none=True)
    devices_used = fields.Whole(0, 10)
    first_device_at = fields.Instant(allow_none=True)
    last_device_at = fields.Instant(allow_none=True)
    discharged_at = fields.Instant(allow_none=True)
    no_driving_until = fields.Instant(allow_none=True)
    form_due_at = fields.Instant(allow_none=True)
    form_submitted_at = fields.Instant(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/rems-enrolment")
class RemsEnrolments(MethodView):
    """The safety programme of Spravato."""

    @blp.operation("enrol_in_rems", refuses=(409,), once=True)
    @blp.arguments(RemsEnrolmentIn())
    @blp.response(201, RemsEnrolmentOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Record that the patient is enrolled in the Spravato safety programme."""
        with begin() as work:
            return office_sessions.enrol_in_rems(work, patient_id, **told)


@blp.route("/patients/<uuid:patient_id>/office-sessions")
class PatientOfficeSessions(MethodView):
    """The office sessions of one patient."""

    @blp.operation("list_office_sessions")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(OfficeSessionOut)())
    def get(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """List a patient's office sessions, newest first."""
        with begin() as work:
            found = office_staff.of_patient(work, patient_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "scheduled_at")


@blp.route("/certified-sites/<uuid:site_id>/office-sessions")
class SiteOfficeSessions(MethodView):
    """The office sessions of one site."""

    @blp.operation("list_site_office_sessions")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(OfficeSessionOut)())
    def get(self, wanted: dict[str, Any], site_id: UUID) -> object:
        """List the sessions of your site, newest first."""
        with begin() as work:
            found = office_staff.of_site(work, site_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "scheduled_at")


@blp.route("/office-sessions")
class OfficeSessions(MethodView):
    """Sessions at a site."""

    @blp.operation("schedule_office_session", refuses=(409,), once=True)
    @blp.arguments(OfficeVisitIn())
    @blp.response(201, OfficeSessionOut())
    def post(self, visit: dict[str, Any]) -> object:
        """Schedule a session at a certified site or clinic; Spravato never goes home."""
        with begin() as work:
            return office_sessions.schedule(work, OfficeVisit(**visit))


@blp.route("/office-sessions/<uuid:office_session_id>")
class OneOfficeSession(MethodView):
    """One session at a site."""

    @blp.operation("read_office_session")
    @blp.response(200, OfficeSessionOut())
    def get(self, office_session_id: UUID) -> object:
        """Read one office session."""
        with begin() as work:
            return office_staff.read_one(work, office_session_id)


@blp.route("/office-sessions/<uuid:office_session_id>/arrival")
class OfficeArrival(MethodView):
    """The patient comes in."""

    @blp.operation("arrive_at_office", refuses=(409,), once=True)
    @blp.response(201, OfficeSessionOut())
    def post(self, office_session_id: UUID) -> object:
        """Note that the patient is here."""
        with begin() as work:
            return office_sessions.arrive(work, office_session_id)


@blp.route("/office-sessions/<uuid:office_session_id>/pre-checks")
class OfficePreChecks(MethodView):
    """Before the dose."""

    @blp.operation("submit_office_pre_check", refuses=(409,), once=True)
    @blp.arguments(OfficePreCheckIn())
    @blp.response(201, OfficeSessionOut())
    def post(self, told: dict[str, Any], office_session_id: UUID) -> object:
        """Say who is on site, and what the patient answered today."""
        with begin() as work:
            return office_sessions.pre_check(work, office_session_id, PreChecks(**told))


@blp.route("/office-sessions/<uuid:office_session_id>/vital-signs")
class OfficeVitalSigns(MethodView):
    """What is measured."""

    @blp.operation("record_office_vital_signs", once=True)
    @blp.arguments(OfficeReadingIn())
    @blp.response(201, OfficeReadingOut())
    def post(self, taken: dict[str, Any], office_session_id: UUID) -> object:
        """Keep one reading; what it calls for is in the answer."""
        symptoms = frozenset(taken.pop("symptoms"))
        with begin() as work:
            row = office_vitals.record_vitals(
                work, office_session_id, OfficeReading(symptoms=symptoms, **taken)
            )
            limits = work.limits
        worst = row.alarm_codes[0] if row.alarm_codes else None
        return {
            "id": row.id,
            "office_session_id": row.office_session_id,
            "measured_at": row.measured_at,
            "plausible": row.plausible,
            "alarm_codes": row.alarm_codes,
            "urgency": row.urgency,
            "instruction": instruction_for(worst, limits).text if worst else None,
        }


@blp.route("/office-sessions/<uuid:office_session_id>/devices")
class OfficeDevices(MethodView):
    """The dose, device by device."""

    @blp.operation("give_office_device", refuses=(409,), once=True)
    @blp.arguments(OfficeDeviceIn())
    @blp.response(201, OfficeSessionOut())
    def post(self, device: dict[str, Any], office_session_id: UUID) -> object:
        """Give the first device, if the gate lets you, or the next one."""
        with begin() as work:
            return office_sessions.give_device(work, office_session_id, device["lot_number"])


@blp.route("/office-sessions/<uuid:office_session_id>/dosing-end")
class OfficeDosingEnd(MethodView):
    """An incomplete dose."""

    @blp.operation("end_office_dosing", refuses=(409,), once=True)
    @blp.response(201, OfficeSessionOut())
    def post(self, office_session_id: UUID) -> object:
        """Give no further device; the watch goes on as after a full dose."""
        with begin() as work:
            return office_sessions.end_dosing(work, office_session_id)


@blp.route("/office-sessions/<uuid:office_session_id>/discharge")
class OfficeDischarge(MethodView):
    """The door."""

    @blp.operation("discharge_from_office", refuses=(409,), once=True)
    @blp.arguments(OfficeDischargeIn())
    @blp.response(201, OfficeSessionOut())
    def post(self, leaving: dict[str, Any], office_session_id: UUID) -> object:
        """Let the patient go, if the full time has passed and every criterion is met."""
        with begin() as work:
            return office_sessions.discharge(work, office_session_id, leaving)


@blp.route("/office-sessions/<uuid:office_session_id>/cancellation")
class OfficeCancellation(MethodView):
    """A visit called off."""

    @blp.operation("cancel_office_session", refuses=(409,), once=True)
    @blp.response(201, OfficeSessionOut())
    def post(self, office_session_id: UUID) -> object:
        """Call an office session off before the dose."""
        with begin() as work:
            return office_sessions.cancel(work, office_session_id)

"""How is the card for helpers handed out, read, and looked back on?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.people.patients import AddressParts
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, runtime
from rules.terms import Language, Symptom
from workflows.dose import dispatch_links
from workflows.dose.dispatch_links import HandedOut

PAGE = "/help"
MOST = 50

blp = Blueprint("dispatch", description="The card for helpers: a code that shows it for minutes.")


class DispatchCodeOut(Schema):
    """A code, shown this once. Read it aloud, or show the address: what follows # stays there."""

    id = fields.Id()
    patient_id = fields.Id()
    dose_session_id = fields.Id(allow_none=True)
    made_at = fields.Instant()
    expires_at = fields.Instant()
    readings_max = fields.Whole()
    token = fields.Text(32)
    page = fields.Text(300)


class DispatchCodeIn(Schema):
    """The code, however it was written down."""

    token = fields.Text(64, required=True)


class PersonOnCard(Schema):
    """Who needs help."""

    name = fields.Text(201)
    age_years = fields.Whole(0, 150)
    sex_at_birth = fields.Text(20, allow_none=True)
    language = fields.Choice(Language)
    phone = fields.Text(40, allow_none=True)


class PlaceOnCard(Schema):
    """Where to come to; `confirmed_at` is when the patient said, for this session, I am there."""

    address = fields.Nested(AddressParts(), allow_none=True)
    confirmed_at = fields.Instant(allow_none=True)
    time_zone = fields.Text(64)


class DoseOnCard(Schema):
    """What was taken, how much, by which way and when; null is not known."""

    product = fields.Text(200, allow_none=True)
    molecule = fields.Code(allow_none=True)
    route = fields.Code(allow_none=True)
    dose_mg_hundredths = fields.Whole(allow_none=True)
    taken_at = fields.Instant()
    second_part = fields.Truth()
    as_planned = fields.Truth()


class PhoneOnCard(Schema):
    """Somebody to call."""

    name = fields.Text(200, allow_none=True)
    phone = fields.Text(40, allow_none=True)
    relation = fields.Text(100, min=0, allow_none=True)


class ReadingOnCard(Schema):
    """Vital signs."""

    systolic_mmhg = fields.Whole(allow_none=True)
    diastolic_mmhg = fields.Whole(allow_none=True)
    heart_rate_bpm = fields.Whole(allow_none=True)
    spo2_percent = fields.Whole(allow_none=True)
    measured_at = fields.Instant()


class LookOnCard(Schema):
    """How the patient looked to the sitter."""

    moaas = fields.Whole(0, 5, allow_none=True)
    symptoms = fields.List(fields.Choice(Symptom), 50)
    checked_at = fields.Instant()


class CallOnCard(Schema):
    """A call for help."""

    code = fields.Code()
    words = fields.Text(4000, allow_none=True)
    raised_at = fields.Instant()


class PacketOut(Schema):
    """The card. `missing` names what the record lacks: silence is no no."""

    written_at = fields.Instant()
    person = fields.Nested(PersonOnCard())
    place = fields.Nested(PlaceOnCard())
    taken = fields.List(fields.Nested(DoseOnCard()), MOST)
    medicines = fields.List(fields.Text(401), 200)
    medicines_complete = fields.Truth()
    allergic_to_ketamine = fields.Text(20)
    allergies_note = fields.Text(200)
    conditions = fields.List(fields.Code(), 200)
    emergency_contact = fields.Nested(PhoneOnCard(), allow_none=True)
    sitter = fields.Nested(PhoneOnCard(), allow_none=True)
    vital_signs = fields.List(fields.Nested(ReadingOnCard()), MOST)
    looks = fields.List(fields.Nested(LookOnCard()), MOST)
    calls = fields.List(fields.Nested(CallOnCard()), MOST)
    missing = fields.List(fields.Text(100), 20)


class DispatchReadingOut(Schema):
    """The card as it was shown."""

    number = fields.Whole()
    read_at = fields.Instant()
    packet = fields.Nested(PacketOut())


class DispatchLinkOut(Schema):
    """A code that was handed out, without the code, and everything that was shown for it."""

    id = fields.Id()
    dose_session_id = fields.Id(allow_none=True)
    made_at = fields.Instant()
    expires_at = fields.Instant()
    readings = fields.List(fields.Nested(DispatchReadingOut()), 10)


@blp.route("/dose-sessions/<uuid:dose_session_id>/dispatch-links")
class SessionDispatchLinks(MethodView):
    """The card of one session."""

    @blp.operation("make_dispatch_link", refuses=(409,))
    @blp.response(201, DispatchCodeOut())
    def post(self, dose_session_id: UUID) -> object:
        """Hand the card of this session out, while a dose works or help was called."""
        with begin() as work:
            return handed_out(dispatch_links.make_in_session(work, dose_session_id))


@blp.route("/patients/<uuid:patient_id>/dispatch-links")
class PatientDispatchLinks(MethodView):
    """The cards of one patient."""

    @blp.operation("make_dispatch_link_for_patient")
    @blp.response(201, DispatchCodeOut())
    def post(self, patient_id: UUID) -> object:
        """Hand the card of this patient out, outside of any session too."""
        with begin() as work:
            return handed_out(dispatch_links.make_for_patient(work, patient_id))

    @blp.operation("list_dispatch_links")
    @blp.response(200, DispatchLinkOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List who was handed the card and what was shown, newest first."""
        with begin() as work:
            return dispatch_links.of_patient(work, patient_id)


@blp.route("/escalations/<uuid:escalation_id>/dispatch-links")
class EscalationDispatchLinks(MethodView):
    """The card of whoever a call for help is about."""

    @blp.operation("make_dispatch_link_for_escalation")
    @blp.response(201, DispatchCodeOut())
    def post(self, escalation_id: UUID) -> object:
        """Hand the card out for a call for help that is mine to answer."""
        with begin() as work:
            return handed_out(dispatch_links.make_for_escalation(work, escalation_id))


@blp.route("/dispatch-readings")
class DispatchReadings(MethodView):
    """Reading the card with nothing but its code."""

    @blp.operation("open_dispatch_packet", public=True)
    @blp.arguments(DispatchCodeIn())
    @blp.response(200, PacketOut())
    def post(self, told: dict[str, Any]) -> object:
        """Read the card; a few times within minutes, and every time is kept and told."""
        with begin() as work:
            return dispatch_links.read_packet(work, told["token"])


def handed_out(made: HandedOut) -> dict[str, object]:
    """Show a link together with its code, this once."""
    link, house = made.link, runtime()
    names = ("id", "patient_id", "dose_session_id", "made_at", "expires_at")
    return {name: getattr(link, name) for name in names} | {
        "readings_max": house.limits().dispatch_readings_max,
        "token": made.code,
        "page": f"{house.settings.public_url}{PAGE}#{made.code}",
    }

"""How is a patient enrolled, read by those who may, and corrected?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin, if_match, set_version
from rules.terms import EnrolmentState, Language
from workflows.people import patients
from workflows.people.patients import Person

STATE = r"^[A-Z]{2}$"
SEXES = ("female", "male", "intersex", "not_stated")

blp = Blueprint("patients", description="Who the patients are, for those who care for them.")


class AddressParts(Schema):
    """Where help is to be sent."""

    line = fields.Text(200, required=True)
    line_2 = fields.Text(200)
    city = fields.Text(100, required=True)
    state = fields.Pattern(STATE, 2, required=True)
    postal_code = fields.Pattern(r"^[0-9]{5}(-[0-9]{4})?$", 10, required=True)
    directions = fields.Text(500, min=0)


class NamedPhone(Schema):
    """Somebody, and their telephone."""

    name = fields.Text(200, required=True)
    phone = fields.Phone(required=True)
    relation = fields.Text(100)


class ContactParts(Schema):
    """How the patient, and who else, is reached."""

    phone = fields.Phone()
    address = fields.Nested(AddressParts())
    emergency_contact = fields.Nested(NamedPhone())
    pharmacy = fields.Nested(NamedPhone())


class PatientIn(Schema):
    """Who is to be enrolled."""

    user_id = fields.Id(required=True)
    given_name = fields.Text(100, required=True)
    family_name = fields.Text(100, required=True)
    born_on = fields.LocalDate(required=True)
    sex_at_birth = fields.Code(SEXES, load_default=None)
    state = fields.Pattern(STATE, 2, required=True)
    time_zone = fields.Zone(required=True)
    contact = fields.Nested(ContactParts(), load_default=None)
    preferred_language = fields.Choice(Language, load_default=Language.ENGLISH)


class IdentityIn(Schema):
    """What a patient may correct; what is not sent stays. `contact` is replaced whole."""

    given_name = fields.Text(100)
    family_name = fields.Text(100)
    state = fields.Pattern(STATE, 2)
    time_zone = fields.Zone()
    contact = fields.Nested(ContactParts())
    preferred_language = fields.Choice(Language)


class PatientOut(Schema):
    """A patient, as far as the reader's relation to them goes; null is not yours to know."""

    id = fields.Id()
    given_name = fields.Text(100)
    family_name = fields.Text(100)
    born_on = fields.LocalDate(allow_none=True)
    sex_at_birth = fields.Text(20, allow_none=True)
    state = fields.Text(2, min=0, allow_none=True)
    time_zone = fields.Text(64, allow_none=True)
    contact = fields.Nested(ContactParts(), allow_none=True)
    enrolment = fields.Choice(EnrolmentState, allow_none=True)
    preferred_language = fields.Choice(Language, allow_none=True)
    suspended_for = fields.Text(64, min=0, allow_none=True)
    enrolled_at = fields.Instant()
    version = fields.Whole()


class EnrolledOut(Schema):
    """A patient just enrolled."""

    id = fields.Id()
    user_id = fields.Id()
    enrolment = fields.Choice(EnrolmentState)
    enrolled_at = fields.Instant()
    version = fields.Whole()


@blp.route("/patients")
class Patients(MethodView):
    """The patients somebody has to do with."""

    @blp.operation("enrol_patient", refuses=(409,), once=True)
    @blp.arguments(PatientIn())
    @blp.response(201, EnrolledOut())
    def post(self, told: dict[str, Any]) -> object:
        """Enrol somebody who came in by an invitation as a patient."""
        user_id = told.pop("user_id")
        with begin() as work:
            return patients.enrol(work, user_id, Person(**told))

    @blp.operation("list_patients")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(PatientOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List the patients I have to do with, longest enrolled first."""
        with begin() as work:
            found = patients.own_patients(work, **wanted)
        return page(found, wanted["limit"], "enrolled_at")


@blp.route("/patients/<uuid:patient_id>")
class OnePatient(MethodView):
    """One patient."""

    @blp.operation("read_patient", versioned=True)
    @blp.response(200, PatientOut())
    def get(self, patient_id: UUID) -> object:
        """Read one patient, as far as my relation to them goes."""
        with begin() as work:
            found = patients.read_patient(work, patient_id)
        set_version(found)
        return found

    @blp.operation("amend_identity", versioned=True)
    @blp.arguments(IdentityIn())
    @blp.response(200, PatientOut())
    def patch(self, changes: dict[str, Any], patient_id: UUID) -> object:
        """Correct my name, state, time zone, language or how to reach me."""
        with begin() as work:
            found = patients.amend_identity(work, patient_id, changes, version=if_match())
        set_version(found)
        return found

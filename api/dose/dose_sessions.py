"""How does a client schedule a dose at home, open the check-in, or call it off?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin, if_match, set_version
from rules.terms import Molecule, Route, SessionState, Setting
from workflows.dose import dose_sessions
from workflows.dose.dose_sessions import Appointed, Arrival

STATE = r"^[A-Z]{2}$"

blp = Blueprint("dose_sessions", description="A dose at home, from the schedule to the close.")


class DoseSessionIn(Schema):
    """When, in which time zone and with whom; product and place come from the plan."""

    plan_id = fields.Id(required=True)
    scheduled_at = fields.Moment(required=True)
    time_zone = fields.Zone(required=True)
    sitter_id = fields.Id(load_default=None)


class CheckInOpenedIn(Schema):
    """Where the patient is tonight, and the lot number on the package."""

    patient_state = fields.Pattern(STATE, 2, required=True)
    time_zone = fields.Zone(required=True)
    lot_number = fields.Text(64, required=True)
    sitter_id = fields.Id(load_default=None)


class SitterChoiceIn(Schema):
    """Who sits instead."""

    sitter_id = fields.Id(required=True)


class DoseSessionOut(Schema):
    """A dose session as it stands; plan, medicine and dose are null for the sitter."""

    id = fields.Id()
    patient_id = fields.Id()
    plan_id = fields.Id(allow_none=True)
    number = fields.Whole()
    state = fields.Choice(SessionState)
    setting = fields.Choice(Setting)
    molecule = fields.Choice(Molecule, allow_none=True)
    route = fields.Choice(Route, allow_none=True)
    dose_mg_hundredths = fields.Whole(allow_none=True)
    sitter_id = fields.Id(allow_none=True)
    scheduled_at = fields.Instant()
    time_zone = fields.Text(64)
    patient_state = fields.Text(2, min=0)
    check_in_opened_at = fields.Instant(allow_none=True)
    dosed_at = fields.Instant(allow_none=True)
    cleared_dose = fields.Truth(allow_none=True)
    no_driving_until = fields.Instant(allow_none=True)
    released_at = fields.Instant(allow_none=True)
    version = fields.Whole()


@blp.route("/dose-sessions")
class DoseSessions(MethodView):
    """All dose sessions."""

    @blp.operation("schedule_dose_session", refuses=(409,), once=True)
    @blp.arguments(DoseSessionIn())
    @blp.response(201, DoseSessionOut())
    def post(self, wanted: dict[str, Any]) -> object:
        """Schedule the next dose of a signed plan."""
        with begin() as work:
            return dose_sessions.schedule(work, Appointed(**wanted))


@blp.route("/patients/<uuid:patient_id>/dose-sessions")
class PatientDoseSessions(MethodView):
    """One patient's dose sessions."""

    @blp.operation("list_dose_sessions")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(DoseSessionOut)())
    def get(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """List a patient's dose sessions, newest first."""
        with begin() as work:
            found = dose_sessions.read_all(work, patient_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "scheduled_at")


@blp.route("/dose-sessions/<uuid:dose_session_id>")
class OneDoseSession(MethodView):
    """One dose session."""

    @blp.operation("read_dose_session")
    @blp.response(200, DoseSessionOut())
    def get(self, dose_session_id: UUID) -> object:
        """Read one dose session."""
        with begin() as work:
            found = dose_sessions.read_one(work, dose_session_id)
        set_version(found)
        return found


@blp.route("/dose-sessions/<uuid:dose_session_id>/check-in")
class CheckInOpened(MethodView):
    """The start of an evening."""

    @blp.operation("open_check_in", refuses=(409,), once=True)
    @blp.arguments(CheckInOpenedIn())
    @blp.response(201, DoseSessionOut())
    def post(self, arrival: dict[str, Any], dose_session_id: UUID) -> object:
        """Open the check-in: say where you are and which lot lies before you."""
        with begin() as work:
            return dose_sessions.open_check_in(work, dose_session_id, Arrival(**arrival))


@blp.route("/dose-sessions/<uuid:dose_session_id>/sitter")
class ChosenSitter(MethodView):
    """Who sits in a session."""

    @blp.operation("change_sitter", refuses=(409, 412, 428), versioned=True)
    @blp.arguments(SitterChoiceIn())
    @blp.response(200, DoseSessionOut())
    def put(self, choice: dict[str, Any], dose_session_id: UUID) -> object:
        """Choose another sitter; a clearance given for the first one dies."""
        with begin() as work:
            changed = dose_sessions.change_sitter(
                work, dose_session_id, choice["sitter_id"], if_match()
            )
        set_version(changed)
        return changed


@blp.route("/dose-sessions/<uuid:dose_session_id>/cancellation")
class Cancellation(MethodView):
    """A dose called off."""

    @blp.operation("cancel_dose_session", refuses=(409,), once=True)
    @blp.response(201, DoseSessionOut())
    def post(self, dose_session_id: UUID) -> object:
        """Call a dose off; it costs nothing and needs no reason."""
        with begin() as work:
            return dose_sessions.cancel(work, dose_session_id)

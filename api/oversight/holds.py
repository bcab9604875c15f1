"""How does a client stop the next dose, and how does a prescriber let it go on?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import HoldSource
from workflows.oversight import holds
from workflows.plan import hold_release

blp = Blueprint("holds", description="Anyone may stop the next dose; only a prescriber lets go.")


class HoldIn(Schema):
    """Stop; a reason helps and is not needed."""

    words = fields.Text(2000, load_default=None)


class HoldReleaseIn(Schema):
    """Why the dose may go on."""

    rationale = fields.Text(2000, min=30, required=True)


class HoldOut(Schema):
    """A hold on the next dose; the words of whoever placed it are for clinicians."""

    id = fields.Id()
    patient_id = fields.Id()
    source = fields.Choice(HoldSource)
    code = fields.Code()
    placed_at = fields.Instant()
    released_at = fields.Instant(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/holds")
class PatientHolds(MethodView):
    """The holds on one patient's next dose."""

    @blp.operation("place_hold", once=True)
    @blp.arguments(HoldIn())
    @blp.response(201, HoldOut())
    def post(self, hold: dict[str, Any], patient_id: UUID) -> object:
        """Stop this patient's next dose."""
        with begin() as work:
            return holds.place_hold(work, patient_id, hold["words"])

    @blp.operation("list_holds")
    @blp.response(200, HoldOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List what holds or held the next dose."""
        with begin() as work:
            return holds.read_holds(work, patient_id)


@blp.route("/dose-sessions/<uuid:dose_session_id>/holds")
class SessionHolds(MethodView):
    """A hold from inside a session."""

    @blp.operation("place_hold_in_session", once=True)
    @blp.arguments(HoldIn())
    @blp.response(201, HoldOut())
    def post(self, hold: dict[str, Any], dose_session_id: UUID) -> object:
        """Stop the dose of this session, as whoever is in it."""
        with begin() as work:
            return holds.place_hold_in_session(work, dose_session_id, hold["words"])


@blp.route("/holds/<uuid:hold_id>/release")
class HoldRelease(MethodView):
    """The end of a hold."""

    @blp.operation("release_hold", refuses=(409,), once=True)
    @blp.arguments(HoldReleaseIn())
    @blp.response(201, HoldOut())
    def post(self, release: dict[str, Any], hold_id: UUID) -> object:
        """Let the next dose go on, with a reason."""
        with begin() as work:
            return hold_release.release_hold(work, hold_id, release["rationale"])

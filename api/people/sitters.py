"""How does a patient choose sitters, and say in confidence what is wrong with one?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.people.invitations import InvitationKeyOut, with_key
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import SitterState
from workflows.people import sitters

blp = Blueprint("sitters", description="The people a patient asks to sit with them.")


class SitterIn(Schema):
    """Whom to ask."""

    name = fields.Text(200, required=True)
    email = fields.Email(required=True)
    phone = fields.Phone(load_default=None)


class SitterOut(Schema):
    """A sitter, as the patient and the care team see them."""

    id = fields.Id()
    name = fields.Text(200)
    state = fields.Choice(SitterState)
    invited_at = fields.Instant()
    accepted_at = fields.Instant(allow_none=True)
    contact_verified_at = fields.Instant(allow_none=True)
    trained_at = fields.Instant(allow_none=True)
    flagged_unsafe = fields.Truth()


class SitterPlaceOut(Schema):
    """A sitter's place as it stands."""

    id = fields.Id()
    state = fields.Choice(SitterState)
    accepted_at = fields.Instant(allow_none=True)
    contact_verified_at = fields.Instant(allow_none=True)
    trained_at = fields.Instant(allow_none=True)


class SitterInvitedOut(Schema):
    """A place for a sitter, and the key to hand over to them."""

    sitter = fields.Nested(SitterPlaceOut())
    invitation = fields.Nested(InvitationKeyOut())


class ConcernIn(Schema):
    """What you say alone and in confidence; the sitter never learns of it."""

    unsafe = fields.Truth(required=True)
    words = fields.Text(4000, load_default=None)


class ConcernOut(Schema):
    """A concern that was heard."""

    id = fields.Id()
    sitter_id = fields.Id()
    unsafe = fields.Truth()
    told_at = fields.Instant()


@blp.route("/sitters")
class Sitters(MethodView):
    """My sitters."""

    @blp.operation("invite_sitter", refuses=(409,))
    @blp.arguments(SitterIn())
    @blp.response(201, SitterInvitedOut())
    def post(self, asked: dict[str, Any]) -> object:
        """Ask somebody to sit; the key is shown this once, to be handed over."""
        with begin() as work:
            made = sitters.invite(work, **asked)
        return {"sitter": made.sitter, "invitation": with_key(made.invited)}


@blp.route("/patients/<uuid:patient_id>/sitters")
class PatientSitters(MethodView):
    """One patient's sitters."""

    @blp.operation("list_sitters")
    @blp.response(200, SitterOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List a patient's sitters, newest first."""
        with begin() as work:
            return sitters.sitters_of(work, patient_id)


@blp.route("/sitters/<uuid:sitter_id>/removal")
class SitterRemoval(MethodView):
    """Letting a sitter go."""

    @blp.operation("remove_sitter", refuses=(409,))
    @blp.response(201, SitterPlaceOut())
    def post(self, sitter_id: UUID) -> object:
        """Let a sitter go, from every session ahead too."""
        with begin() as work:
            return sitters.remove(work, sitter_id)


@blp.route("/sitters/<uuid:sitter_id>/concerns")
class SitterConcerns(MethodView):
    """What a patient says about a sitter."""

    @blp.operation("tell_sitter_concern", once=True)
    @blp.arguments(ConcernIn())
    @blp.response(201, ConcernOut())
    def post(self, told: dict[str, Any], sitter_id: UUID) -> object:
        """Say in confidence that a sitter is not safe, or no longer unsafe."""
        with begin() as work:
            return sitters.tell_concern(work, sitter_id, **told)

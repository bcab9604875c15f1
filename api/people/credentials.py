"""How does the office record a prescriber's licences and DEA registrations?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import Profession
from workflows.people import credentials
from workflows.people.credentials import CredentialKind, CredentialShown

blp = Blueprint("credentials", description="Licences and DEA registrations of prescribers.")


class CredentialIn(Schema):
    """What the paper says."""

    kind = fields.Choice(CredentialKind, required=True)
    state = fields.Pattern(r"^[A-Z]{2}$", 2, required=True)
    number = fields.Pattern(r"^[A-Z0-9][A-Z0-9. -]{2,30}$", 31, required=True)
    valid_from = fields.LocalDate(required=True)
    expires_on = fields.LocalDate(required=True)
    profession = fields.Choice(Profession, load_default=None, allow_none=True)


class RevocationIn(Schema):
    """From which day on it is withdrawn."""

    revoked_on = fields.LocalDate(required=True)


class CredentialOut(CredentialIn):
    """A licence or registration on record."""

    id = fields.Id()
    user_id = fields.Id()
    revoked_on = fields.LocalDate(allow_none=True)


@blp.route("/people/<uuid:user_id>/credentials")
class PersonCredentials(MethodView):
    """The papers of one prescriber."""

    @blp.operation("record_credential", refuses=(409,), once=True)
    @blp.arguments(CredentialIn())
    @blp.response(201, CredentialOut())
    def post(self, shown: dict[str, Any], user_id: UUID) -> object:
        """Record a licence or a DEA registration that the office has seen and checked."""
        with begin() as work:
            return credentials.record_credential(work, user_id, CredentialShown(**shown))

    @blp.operation("list_credentials")
    @blp.response(200, CredentialOut(many=True))
    def get(self, user_id: UUID) -> object:
        """List what is on record for one prescriber."""
        with begin() as work:
            return credentials.credentials_of(work, user_id)


@blp.route("/credentials/<uuid:credential_id>/revocation")
class CredentialRevoked(MethodView):
    """The withdrawal of a paper."""

    @blp.operation("revoke_credential")
    @blp.arguments(RevocationIn())
    @blp.response(201, CredentialOut())
    def post(self, said: dict[str, Any], credential_id: UUID) -> object:
        """Note that a licence or registration was withdrawn."""
        with begin() as work:
            return credentials.revoke_credential(work, credential_id, said["revoked_on"])

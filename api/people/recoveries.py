"""How does the office bring somebody back who has lost both password and second factor?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.people.invitations import AccountOut
from api.people.secret_fields import new_password
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.people import recoveries
from workflows.people.recoveries import Seen

blp = Blueprint("recoveries", description="The way back for who has lost everything.")


class SeenIn(Schema):
    """How the face was compared with a document."""

    seen = fields.Choice(Seen, required=True)


class RecoveryOut(Schema):
    """A recovery; it waits a day for the word of somebody else."""

    id = fields.Id()
    user_id = fields.Id()
    seen = fields.Choice(Seen)
    asked_by = fields.Id()
    asked_at = fields.Instant()


class RecoveryKeyOut(Schema):
    """The key, shown this once, to be handed over to the person one has just seen."""

    id = fields.Id()
    user_id = fields.Id()
    token = fields.Text(200)


class NewPasswordIn(Schema):
    """The key, and a new password."""

    token = fields.Text(200, required=True)
    password = new_password()


@blp.route("/people/<uuid:user_id>/recoveries")
class PersonRecoveries(MethodView):
    """The beginning of a recovery."""

    @blp.operation("ask_recovery", refuses=(409,))
    @blp.arguments(SeenIn())
    @blp.response(201, RecoveryOut())
    def post(self, told: dict[str, Any], user_id: UUID) -> object:
        """Say that I have seen who this is; it counts when somebody else says so too."""
        with begin() as work:
            return recoveries.ask_recovery(work, user_id, told["seen"])


@blp.route("/recoveries")
class Recoveries(MethodView):
    """Who waits."""

    @blp.operation("list_recoveries")
    @blp.response(200, RecoveryOut(many=True))
    def get(self) -> object:
        """List who waits for a second word, newest first."""
        with begin() as work:
            return recoveries.open_recoveries(work)


@blp.route("/recoveries/<uuid:recovery_id>/confirmation")
class Confirmations(MethodView):
    """The second word."""

    @blp.operation("confirm_recovery", refuses=(409,))
    @blp.response(201, RecoveryKeyOut())
    def post(self, recovery_id: UUID) -> object:
        """Say so too: the old ways in end at once, and the key is shown this once."""
        with begin() as work:
            return recoveries.confirm_recovery(work, recovery_id)


@blp.route("/auth/account-recoveries")
class AccountRecoveries(MethodView):
    """The way back in."""

    @blp.operation("use_recovery", public=True)
    @blp.arguments(NewPasswordIn())
    @blp.response(201, AccountOut())
    def post(self, said: dict[str, Any]) -> object:
        """Set a new password with the key; then sign in, and set up a factor if one is needed."""
        with begin() as work:
            return recoveries.use_recovery(work, said["token"], said["password"])

"""How are people asked in, and how do they come in?"""

from typing import Any

from flask.views import MethodView

from api.people.secret_fields import new_password
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.terms import Role
from workflows.people import invitations
from workflows.people.invitations import Invited

blp = Blueprint("invitations", description="Asking people in, and coming in.")


class InvitationIn(Schema):
    """Whom, and as what."""

    email = fields.Email(required=True)
    name = fields.Text(200, required=True)
    role = fields.Choice(Role, required=True)


class InvitationOut(Schema):
    """An invitation; `accepted_by` is the account that came of it."""

    id = fields.Id()
    email = fields.Email()
    display_name = fields.Text(200)
    role = fields.Choice(Role)
    invited_at = fields.Instant()
    expires_at = fields.Instant()
    accepted_at = fields.Instant(allow_none=True)
    accepted_by = fields.Id(allow_none=True)


class InvitationKeyOut(InvitationOut):
    """An invitation with its key, shown this once to be handed over."""

    token = fields.Text(200, required=True)


class AcceptanceIn(Schema):
    """The key, and a password of one's own choice: long, and nothing else is asked of it."""

    token = fields.Text(200, required=True)
    password = new_password()


class OwnAcceptanceIn(Schema):
    """The key; the account is the one that is signed in."""

    token = fields.Text(200, required=True)


class AccountOut(Schema):
    """An account, as its owner sees it."""

    id = fields.Id()
    email = fields.Email()
    display_name = fields.Text(200)
    created_at = fields.Instant()


@blp.route("/invitations")
class Invitations(MethodView):
    """The invitations of the office."""

    @blp.operation("invite_person", refuses=(409,))
    @blp.arguments(InvitationIn())
    @blp.response(201, InvitationKeyOut())
    def post(self, asked: dict[str, Any]) -> object:
        """Ask a patient or somebody of the staff in; the key is shown this once."""
        with begin() as work:
            invited = invitations.invite(work, asked["email"], asked["name"], asked["role"])
        return with_key(invited)

    @blp.operation("list_invitations")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(InvitationOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List the invitations of the office, newest first."""
        with begin() as work:
            found = invitations.open_invitations(work, **wanted)
        return page(found, wanted["limit"], "invited_at")


@blp.route("/auth/invitation-acceptances")
class Acceptances(MethodView):
    """Coming in for the first time."""

    @blp.operation("accept_invitation", public=True, refuses=(409,))
    @blp.arguments(AcceptanceIn())
    @blp.response(201, AccountOut())
    def post(self, said: dict[str, Any]) -> object:
        """Make an account of one's own with the key of an invitation."""
        with begin() as work:
            return invitations.accept(work, said["token"], said["password"])


@blp.route("/me/invitation-acceptances")
class OwnAcceptances(MethodView):
    """One more role for somebody who has an account."""

    @blp.operation("accept_invitation_as_myself", refuses=(409,))
    @blp.arguments(OwnAcceptanceIn())
    @blp.response(201, AccountOut())
    def post(self, said: dict[str, Any]) -> object:
        """Accept an invitation with the account that is signed in."""
        with begin() as work:
            return invitations.accept_as_myself(work, said["token"])


def with_key(invited: Invited) -> dict[str, object]:
    """Show an invitation together with its key."""
    names = InvitationOut().fields
    return {name: getattr(invited.invitation, name) for name in names} | {"token": invited.token}

"""How does the office see accounts, roles and workplaces, and change them?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.terms import Role
from workflows.staff import accounts

blp = Blueprint("accounts", description="Accounts, roles and workplaces, for the office.")


class PersonOut(Schema):
    """An account as the office sees it."""

    id = fields.Id()
    display_name = fields.Text(200)
    email = fields.Email()
    roles = fields.List(fields.Choice(Role))
    created_at = fields.Instant()
    disabled_at = fields.Instant(allow_none=True)


class PersonStateOut(Schema):
    """Whether a person may come in."""

    id = fields.Id()
    disabled_at = fields.Instant(allow_none=True)


class RoleIn(Schema):
    """A role of the staff."""

    role = fields.Choice(Role, required=True)


class RoleGrantOut(Schema):
    """A role somebody holds, or held."""

    id = fields.Id()
    user_id = fields.Id()
    role = fields.Choice(Role)
    granted_at = fields.Instant()
    ended_at = fields.Instant(allow_none=True)


class WorkplaceIn(Schema):
    """A certified site."""

    site_id = fields.Id(required=True)


class WorkplaceGivenIn(WorkplaceIn):
    """A certified site, and whether somebody answers for it before the REMS."""

    rems_representative = fields.Truth(load_default=False)


class WorkplaceOut(Schema):
    """Somebody's work at a site."""

    id = fields.Id()
    user_id = fields.Id()
    site_id = fields.Id()
    rems_representative = fields.Truth()
    started_at = fields.Instant()
    ended_at = fields.Instant(allow_none=True)


@blp.route("/people")
class People(MethodView):
    """Everybody with an account."""

    @blp.operation("list_people")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(PersonOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List who has an account, newest first."""
        with begin() as work:
            found = accounts.people(work, **wanted)
        return page(found, wanted["limit"], "created_at")


@blp.route("/people/<uuid:user_id>/disable")
class PersonDisabled(MethodView):
    """Shutting somebody out."""

    @blp.operation("disable_person", refuses=(409,))
    @blp.response(201, PersonStateOut())
    def post(self, user_id: UUID) -> object:
        """Shut a person out at once, on every device."""
        with begin() as work:
            return accounts.disable_person(work, user_id)


@blp.route("/people/<uuid:user_id>/enable")
class PersonEnabled(MethodView):
    """Letting somebody in again."""

    @blp.operation("enable_person")
    @blp.response(201, PersonStateOut())
    def post(self, user_id: UUID) -> object:
        """Let a person come in again, by signing in anew."""
        with begin() as work:
            return accounts.enable_person(work, user_id)


@blp.route("/people/<uuid:user_id>/roles")
class PersonRoles(MethodView):
    """The roles of one person."""

    @blp.operation("grant_role", refuses=(409,))
    @blp.arguments(RoleIn())
    @blp.response(201, RoleGrantOut())
    def post(self, given: dict[str, Any], user_id: UUID) -> object:
        """Give somebody of the staff one more role."""
        with begin() as work:
            return accounts.grant_role(work, user_id, given["role"])


@blp.route("/people/<uuid:user_id>/roles/end")
class RoleEnded(MethodView):
    """Taking a role back."""

    @blp.operation("end_role", refuses=(409,))
    @blp.arguments(RoleIn())
    @blp.response(201, RoleGrantOut())
    def post(self, taken: dict[str, Any], user_id: UUID) -> object:
        """Take a role back; it is gone with the person's next request."""
        with begin() as work:
            return accounts.end_role(work, user_id, taken["role"])


@blp.route("/people/<uuid:user_id>/workplaces")
class PersonWorkplaces(MethodView):
    """Where somebody of the site staff works."""

    @blp.operation("assign_to_site", refuses=(409,))
    @blp.arguments(WorkplaceGivenIn())
    @blp.response(201, WorkplaceOut())
    def post(self, given: dict[str, Any], user_id: UUID) -> object:
        """Let somebody of the site staff work at a site."""
        with begin() as work:
            return accounts.assign_to_site(work, user_id, **given)


@blp.route("/people/<uuid:user_id>/workplaces/end")
class WorkplaceEnded(MethodView):
    """The end of somebody's work at a site."""

    @blp.operation("end_at_site")
    @blp.arguments(WorkplaceIn())
    @blp.response(201, WorkplaceOut())
    def post(self, taken: dict[str, Any], user_id: UUID) -> object:
        """End somebody's work at a site; its patients are out of their sight at once."""
        with begin() as work:
            return accounts.end_at_site(work, user_id, taken["site_id"])

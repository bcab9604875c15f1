"""How is a patient's care team put together and read?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import Role
from workflows.staff import care_team

blp = Blueprint("care_team", description="Who of the staff cares for a patient.")


class CareTeamMemberIn(Schema):
    """Who joins, in which role."""

    user_id = fields.Id(required=True)
    role = fields.Choice(Role, required=True)


class CareTeamAssignmentOut(Schema):
    """Somebody's place on a care team."""

    id = fields.Id()
    patient_id = fields.Id()
    user_id = fields.Id()
    role = fields.Choice(Role)
    started_at = fields.Instant()
    ended_at = fields.Instant(allow_none=True)


class CareTeamMemberOut(Schema):
    """Somebody of the team, by the name patients know them by."""

    id = fields.Id()
    user_id = fields.Id()
    display_name = fields.Text(200)
    role = fields.Choice(Role)
    started_at = fields.Instant()


@blp.route("/patients/<uuid:patient_id>/care-team")
class CareTeam(MethodView):
    """One patient's care team."""

    @blp.operation("assign_care_team", refuses=(409,), once=True)
    @blp.arguments(CareTeamMemberIn())
    @blp.response(201, CareTeamAssignmentOut())
    def post(self, member: dict[str, Any], patient_id: UUID) -> object:
        """Put somebody on the team."""
        with begin() as work:
            return care_team.assign(work, patient_id, member["user_id"], member["role"])

    @blp.operation("read_care_team")
    @blp.response(200, CareTeamMemberOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List who cares for the patient now."""
        with begin() as work:
            return care_team.team_of(work, patient_id)


@blp.route("/patients/<uuid:patient_id>/care-team/<uuid:member_id>/end")
class CareTeamEnd(MethodView):
    """Leaving a care team."""

    @blp.operation("end_care_team_membership")
    @blp.response(201, CareTeamAssignmentOut())
    def post(self, patient_id: UUID, member_id: UUID) -> object:
        """Take somebody off the team; the patient is out of their sight at once."""
        with begin() as work:
            return care_team.end(work, patient_id, member_id)

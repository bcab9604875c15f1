"""How do patient and coach keep goals on the same page?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, if_match, set_version
from workflows.aftercare import goals
from workflows.aftercare.goals import GoalWords

blp = Blueprint("goals", description="What the patient works towards, with its history.")
STATES = ("open", "reached", "left")


class GoalIn(Schema):
    """A goal and the practices on the way to it."""

    words = fields.Text(2000, required=True)
    practices = fields.List(fields.Text(500), 20, load_default=list)
    state = fields.Code(STATES, load_default="open")


class GoalOut(Schema):
    """A goal as it stands."""

    id = fields.Id()
    patient_id = fields.Id()
    words = fields.Text(2000)
    practices = fields.List(fields.Text(500), 20)
    state = fields.Code(STATES)
    set_by = fields.Id()
    set_at = fields.Instant()
    changed_at = fields.Instant(allow_none=True)
    version = fields.Whole()


class GoalsOut(Schema):
    """A patient's goals, newest first."""

    items = fields.List(fields.Nested(GoalOut()), 100)


class GoalWasOut(Schema):
    """What a goal said."""

    words = fields.Text(2000)
    practices = fields.List(fields.Text(500), 20)
    state = fields.Code(STATES)


class GoalChangeOut(Schema):
    """What a goal said before somebody changed it."""

    id = fields.Id()
    was = fields.Nested(GoalWasOut())
    changed_by = fields.Id()
    changed_at = fields.Instant()


class GoalHistoryOut(Schema):
    """What a goal said before, newest first."""

    items = fields.List(fields.Nested(GoalChangeOut()), 100)


@blp.route("/patients/<uuid:patient_id>/goals")
class Goals(MethodView):
    """The goals of a patient."""

    @blp.operation("set_goal", once=True)
    @blp.arguments(GoalIn())
    @blp.response(201, GoalOut())
    def post(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """Set a goal, as the patient or the coach."""
        with begin() as work:
            goal = goals.set_goal(work, patient_id, GoalWords(**wanted))
        set_version(goal)
        return goal

    @blp.operation("list_goals")
    @blp.response(200, GoalsOut())
    def get(self, patient_id: UUID) -> object:
        """List a patient's goals, newest first."""
        with begin() as work:
            return {"items": goals.of_patient(work, patient_id)}


@blp.route("/goals/<uuid:goal_id>")
class OneGoal(MethodView):
    """One goal."""

    @blp.operation("change_goal", versioned=True)
    @blp.arguments(GoalIn())
    @blp.response(200, GoalOut())
    def put(self, wanted: dict[str, Any], goal_id: UUID) -> object:
        """Change a goal; what it said before is kept."""
        with begin() as work:
            goal = goals.change(work, goal_id, GoalWords(**wanted), if_match())
        set_version(goal)
        return goal


@blp.route("/goals/<uuid:goal_id>/changes")
class GoalChanges(MethodView):
    """What a goal said before."""

    @blp.operation("list_goal_changes")
    @blp.response(200, GoalHistoryOut())
    def get(self, goal_id: UUID) -> object:
        """Read what a goal said before, newest first."""
        with begin() as work:
            return {"items": goals.history(work, goal_id)}

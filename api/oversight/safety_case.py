"""How does anybody check what holds the hazards of this programme?"""

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.oversight import safety_case

blp = Blueprint("safety_case", description="Hazards, their controls, and the tests that hold them.")


class ControlOut(Schema):
    """One thing that holds a hazard, and when its tests were seen to fail without it."""

    id = fields.Code()
    says = fields.Text(500)
    kind = fields.Code(["design", "protective", "information"])
    where = fields.Text(200)
    tests = fields.List(fields.Text(300), 20)
    seen_on = fields.LocalDate(allow_none=True)


class HazardOut(Schema):
    """What can harm somebody, before any control and as it is meant to be."""

    id = fields.Code()
    says = fields.Text(500)
    severity = fields.Whole(1, 5)
    likelihood_before = fields.Whole(1, 5)
    aim = fields.Text(10)
    owner = fields.Text(100)
    controls = fields.List(fields.Nested(ControlOut()), 50)
    not_yet = fields.List(fields.Text(300), 20)


class SafetyCaseOut(Schema):
    """The case of this release."""

    hazards = fields.List(fields.Nested(HazardOut()), 200)


@blp.route("/safety-case")
class SafetyCase(MethodView):
    """The safety case."""

    @blp.operation("read_safety_case")
    @blp.response(200, SafetyCaseOut())
    def get(self) -> object:
        """Read each hazard, what holds it, and when that was last seen to be needed."""
        with begin() as work:
            return safety_case.read(work)

"""How does a client go through the safety list for the place of the dose?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import marshmallow as ma
from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.preparation.home_list import HomeItem, not_ready
from workflows.preparation import home_checks

if TYPE_CHECKING:
    from models.preparation.appointments import HomeCheck

blp = Blueprint("home_checks", description="The safety list for the place of the dose.")


class HomeItemOut(Schema):
    """One line of the safety list."""

    code = fields.Choice(HomeItem)
    says = fields.Text(500)


class HomeCheckIn(Schema):
    """The lines of the safety list; what is not answered is not a yes."""

    answers = fields.Answers(fields.TriState(), most=len(HomeItem), required=True)

    @ma.validates("answers")
    def _known(self, value: dict[str, Any], **_: Any) -> None:
        if not set(value) <= set(HomeItem):
            raise ma.ValidationError("There is no such line.")


class HomeCheckOut(Schema):
    """Whether the place is ready, and what is still to do."""

    id = fields.Id()
    passed = fields.Truth()
    checked_at = fields.Instant()
    not_ready = fields.List(fields.Nested(HomeItemOut()), len(HomeItem))


@blp.route("/patients/<uuid:patient_id>/home-checks")
class HomeChecks(MethodView):
    """The safety list of the place."""

    @blp.operation("check_home", once=True)
    @blp.arguments(HomeCheckIn())
    @blp.response(201, HomeCheckOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Go through the safety list; it is kept whatever the answers are."""
        with begin() as work:
            kept = home_checks.check(work, patient_id, told["answers"])
        return _with_lines(kept)


def _with_lines(kept: "HomeCheck") -> dict[str, Any]:
    lines = [{"code": item, "says": item.says} for item in not_ready(kept.answers)]
    names = ("id", "passed", "checked_at")
    return {name: getattr(kept, name) for name in names} | {"not_ready": lines}

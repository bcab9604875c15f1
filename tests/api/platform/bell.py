"""Which command can a test give twice, without a word about a patient?"""

from typing import Any

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.request import begin
from models.platform.trail import Notification
from rules.permissions import Permission
from tests.api.platform.probe import ProbeRowOut
from workflows.platform.errors import RecordForbids
from workflows.platform.work import DECLARED, Work, command

blp = Blueprint("bell", description="Only in tests.")


class BellIn(fields.Schema):
    """How to ring."""

    times = fields.Whole(1, 9, load_default=1)
    fails = fields.Truth(load_default=False)


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="test.rung", once=True)
def ring(work: Work, *, fails: bool) -> Notification:
    """Write a row, or write it and then refuse."""
    row = Notification(user_id=work.actor.user_id, template="rung", created_at=work.now)
    work.session.add(row)
    if fails:
        raise RecordForbids(code="slot_taken")
    return row


# What a test declares is no workflow of the house.
del DECLARED[f"{__name__}.ring"]


@blp.route("/bell")
class Bell(MethodView):
    """Rings."""

    @blp.operation("ring_bell", once=True)
    @blp.arguments(BellIn())
    @blp.response(201, ProbeRowOut())
    def post(self, sent: dict[str, Any]) -> object:
        """Ring it."""
        with begin() as work:
            return ring(work, fails=sent["fails"])

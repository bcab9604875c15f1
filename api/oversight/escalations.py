"""How do people see who waits for an answer, and take it on?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import Page, PageQuery, page, page_of
from api.platform.promises import PromiseOut, promised
from api.platform.request import begin
from rules.oversight.promises import Channel, Promise
from rules.terms import SubjectKind
from workflows.oversight import escalations

blp = Blueprint("escalations", description="Who must answer now; only a human stops the climb.")


class EscalationOut(Schema):
    """A call that climbs from rung 1 (the sitter) to rung 5 (the clinician on call)."""

    id = fields.Id()
    patient_id = fields.Id(allow_none=True)
    code = fields.Code()
    subject_type = fields.Choice(SubjectKind)
    subject_id = fields.Id()
    rung = fields.Whole(0, 5)
    opened_at = fields.Instant()
    climbed_at = fields.Instant()
    acknowledged_at = fields.Instant(allow_none=True)
    acknowledged_by = fields.Id(allow_none=True)
    promise = fields.Nested(PromiseOut(), allow_none=True)


@blp.route("/escalations")
class Escalations(MethodView):
    """The calls that wait."""

    @blp.operation("list_escalations")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(EscalationOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List the open calls that are yours to answer, longest waiting first."""
        with begin() as work:
            found = escalations.read_open(work, wanted["after"], wanted["limit"])
        cut, promise = page(found.calls, wanted["limit"], "opened_at"), found.promise
        return Page([_told(one, promise) for one in cut.items], cut.next)


@blp.route("/escalations/<uuid:escalation_id>/acknowledgement")
class EscalationAcknowledgement(MethodView):
    """Somebody takes it on."""

    @blp.operation("acknowledge_escalation", once=True)
    @blp.response(201, EscalationOut())
    def post(self, escalation_id: UUID) -> object:
        """Take a call on; it climbs no more."""
        with begin() as work:
            taken_on = escalations.acknowledge(work, escalation_id)
        return _told(taken_on, promised(Channel.CALL_FOR_HELP))


def _told(escalation: object, promise: Promise | None) -> dict[str, object]:
    """Add by when somebody answers whoever calls for help now."""
    kept = {name: getattr(escalation, name) for name in EscalationOut().fields if name != "promise"}
    return kept | {"promise": promise}

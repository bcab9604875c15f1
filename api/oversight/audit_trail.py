"""How does a patient read who looked at their record, and whether that list is whole?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.terms import Role
from workflows.oversight import audit_trail

blp = Blueprint("audit_trail", description="Who looked at a record; nobody can take that back.")


class AuditEntryOut(Schema):
    """Who did what, and when, in plain words."""

    id = fields.Id()
    at = fields.Instant()
    who = fields.Text(200)
    roles = fields.List(fields.Choice(Role), 10)
    what = fields.Text(300)
    action = fields.Code()
    outcome = fields.Code()
    why = fields.Text(300, allow_none=True)


class AuditChainOut(Schema):
    """Whether the chain of entries is whole."""

    entries = fields.Whole()
    intact = fields.Truth()
    broken_at = fields.Whole(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/audit-trail")
class AuditTrail(MethodView):
    """Who looked at this record."""

    @blp.operation("read_audit_trail")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(AuditEntryOut)())
    def get(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """Read who looked at this record or changed it, newest first."""
        with begin() as work:
            found = audit_trail.read(work, patient_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "at")


@blp.route("/patients/<uuid:patient_id>/audit-chain")
class AuditChain(MethodView):
    """The chain that holds the trail together."""

    @blp.operation("verify_audit_chain")
    @blp.response(200, AuditChainOut())
    def get(self, patient_id: UUID) -> object:
        """Recompute the chain of this record, and say whether it is whole."""
        with begin() as work:
            return audit_trail.verify(work, patient_id)

"""Which operation can a test send anything to, without a word about a patient?"""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.pagination import Page, PageQuery, Position, page_of
from api.platform.request import begin, current_actor, if_match, set_version
from rules.terms import Role
from tests.clock import START
from workflows.platform.errors import ChangedSinceRead
from workflows.platform.local_time import instant_of

blp = Blueprint("probe", description="Only in tests.")


class ProbePartIn(fields.Schema):
    """A part."""

    systolic_mmhg = fields.Whole(40, 300, required=True)


class ProbeIn(fields.Schema):
    """One field of every kind."""

    text = fields.Text(50)
    code = fields.Code()
    colour = fields.Code(("red", "green"))
    role = fields.Choice(Role)
    whole = fields.Whole(0, 1000)
    measured = fields.Measured(0, 300, places=1)
    truth = fields.Truth()
    answer = fields.TriState()
    instant = fields.Instant()
    local = fields.LocalTime()
    zone = fields.Zone()
    day = fields.LocalDate()
    id = fields.Id()
    email = fields.Email()
    phone = fields.Phone()
    answers = fields.Answers(most=5)
    scores = fields.Answers(fields.Whole(0, 3), most=5)
    part = fields.Nested(ProbePartIn())
    parts = fields.List(fields.Nested(ProbePartIn()), 3)


class ProbeOut(fields.Schema):
    """What was understood."""

    seen = fields.Answers()


class ProbeQuery(PageQuery):
    """A page, and some conditions."""

    truth = fields.Truth()
    text = fields.Text(20)


class ProbeRowOut(fields.Schema):
    """A row."""

    id = fields.Id()


@dataclass(frozen=True)
class Row:
    """Something with an id and a version."""

    id: UUID
    version: int = 3


@blp.route("/probe")
class Probe(MethodView):
    """Takes anything well written."""

    @blp.operation("probe")
    @blp.arguments(ProbeIn())
    @blp.response(200, ProbeOut())
    def post(self, sent: dict[str, Any]) -> object:
        """Say what was understood."""
        if "local" in sent:
            sent["local"] = instant_of(sent["local"], sent["zone"], field="local")
        return {"seen": {name: repr(value) for name, value in sent.items()}}

    @blp.operation("list_probes")
    @blp.arguments(ProbeQuery(), location="query")
    @blp.response(200, page_of(ProbeRowOut)())
    def get(self, query: dict[str, Any]) -> object:
        """List one row."""
        position = query["after"] or Position(START, UUID(int=1))
        return Page([{"id": position.id}], position)


@blp.route("/probe/<uuid:probe_id>")
class OneProbe(MethodView):
    """Has an id and a version."""

    @blp.operation("read_probe", versioned=True)
    @blp.response(200, ProbeRowOut())
    def get(self, probe_id: UUID) -> object:
        """Read it."""
        row = Row(probe_id)
        set_version(row)
        return row

    @blp.operation("touch_probe", versioned=True)
    @blp.response(200, ProbeRowOut())
    def delete(self, probe_id: UUID) -> object:
        """Touch it."""
        if if_match() != Row(probe_id).version:
            raise ChangedSinceRead
        return Row(probe_id)


@blp.route("/probe/me")
class Me(MethodView):
    """Says who asks."""

    @blp.operation("who_am_i")
    @blp.response(200, ProbeOut())
    def get(self) -> object:
        """Say it."""
        actor = current_actor()
        seen = {
            "user": str(actor.user_id),
            "roles": ",".join(sorted(actor.roles)),
            "patient": str(actor.patient_id),
        }
        return {"seen": seen}


@blp.route("/probe/nobody")
class Nobody(MethodView):
    """Needs nobody."""

    @blp.operation("greet", public=True)
    @blp.response(200, ProbeOut())
    def get(self) -> object:
        """Greet."""
        with begin() as work:
            return {"seen": {"user": str(work.actor.user_id)}}


@blp.route("/probe/failing")
class Failing(MethodView):
    """Fails as a test wishes."""

    error: ClassVar[Exception] = ValueError()

    @blp.operation("fail", public=True)
    @blp.response(204)
    def get(self) -> object:
        """Fail."""
        raise self.error

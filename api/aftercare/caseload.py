"""How does a coach see who needs them, why, and by when?"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import marshmallow as ma
from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import LONGEST_CURSOR, LONGEST_PAGE, USUAL_PAGE
from api.platform.request import begin
from rules.aftercare.caseload import Need
from workflows.aftercare import caseload
from workflows.aftercare.caseload import Case, Place

blp = Blueprint("caseload", description="A coach's list: who needs me, why, by when.")


class PlaceCursor(fields.HouseField):
    """A place on the list, written so that nobody is tempted to read it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Place:
        try:
            text = urlsafe_b64decode(str(value)[:LONGEST_CURSOR].encode("ascii")).decode("ascii")
            rank, at, row_id = text.split("|")
            instant, patient_id = fields.Instant().deserialize(at), fields.Id().deserialize(row_id)
            return Place(int(rank), instant, patient_id)
        except (binascii.Error, ValueError):
            raise ma.ValidationError("Is not a cursor of ours.") from None

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        if value is None:
            return None
        text = f"{value.rank}|{value.at.isoformat()}|{value.id}"
        return urlsafe_b64encode(text.encode()).decode()

    def documented(self) -> fields.Documented:
        """Give the alphabet."""
        return {"type": "string", "pattern": r"^[A-Za-z0-9_=-]+$", "maxLength": LONGEST_CURSOR}


class CaseloadQuery(Schema):
    """Which page is wanted."""

    after = PlaceCursor(load_default=None, metadata={"description": "`next` of the page before."})
    limit = fields.Whole(1, LONGEST_PAGE, load_default=USUAL_PAGE)


class CaseReasonOut(Schema):
    """One thing that waits."""

    need = fields.Choice(Need)
    says = fields.Text(200, attribute="need.says")
    by = fields.Instant()
    subject_id = fields.Id()


class CaseOut(Schema):
    """One patient with everything that waits, most urgent first."""

    patient_id = fields.Id()
    given_name = fields.Text(200)
    family_name = fields.Text(200)
    most_urgent = fields.Choice(Need)
    by = fields.Instant()
    reasons = fields.List(fields.Nested(CaseReasonOut()), 500)


class CaseloadOut(Schema):
    """A page of the list."""

    items = fields.List(fields.Nested(CaseOut()), LONGEST_PAGE, required=True)
    next = PlaceCursor(required=True, allow_none=True)


@blp.route("/caseload")
class Caseload(MethodView):
    """My list."""

    @blp.operation("read_caseload")
    @blp.arguments(CaseloadQuery(), location="query")
    @blp.response(200, CaseloadOut())
    def get(self, query: dict[str, Any]) -> object:
        """List my patients for whom something waits, most urgent first."""
        limit = query["limit"]
        with begin() as work:
            found: list[Case] = caseload.read(work, query["after"], limit)
        more = found[limit - 1].place if len(found) > limit else None
        return {"items": found[:limit], "next": more}

"""How are the numbers of the programme read, tightened, tried out and signed?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.limits import NUMBERS, Tighter
from rules.terms import Role
from workflows.oversight import parameter_rehearsal, parameter_sheets
from workflows.oversight.parameter_rehearsal import Codes, Rehearsal
from workflows.oversight.parameter_sheets import (
    Catalogue,
    Draft,
    NumberSeen,
    Setting,
    SheetSeen,
)

blp = Blueprint(
    "parameters",
    description="The numbers of the rules: as loose as allowed, or as a signed sheet says.",
)
NAME = r"^[a-z][a-z0-9_]{2,63}$"
MOST = len(NUMBERS)


class SettingIn(Schema):
    """One number and its value, written in its unit: `30`, `150/95`, `oral, sublingual`."""

    name = fields.Pattern(NAME, 64, required=True)
    value = fields.Text(100, required=True)


class SheetIn(Schema):
    """What the sheet tightens, what it signs, and from when on it holds."""

    changes = fields.List(fields.Nested(SettingIn()), MOST, required=True)
    signs = fields.List(fields.Pattern(NAME, 64), MOST, required=True)
    effective_from = fields.Instant(required=True)


class SheetSignatureIn(Schema):
    """One's own name."""

    signature = fields.Text(200, required=True)


class SheetSignatureOut(Schema):
    """Who stands behind a sheet."""

    id = fields.Id()
    signer_id = fields.Id()
    role = fields.Choice(Role)
    signed_at = fields.Instant()


class SheetOut(Schema):
    """A sheet with its signatures; `placed_at` says when it had all it needs."""

    id = fields.Id()
    number = fields.Whole()
    changes = fields.List(fields.Nested(SettingIn()), MOST)
    signs = fields.List(fields.Nested(SettingIn()), MOST)
    effective_from = fields.Instant()
    drafted_by = fields.Id()
    drafted_at = fields.Instant()
    placed_at = fields.Instant(allow_none=True)
    signatures = fields.List(fields.Nested(SheetSignatureOut()), 20)


class NumberOut(Schema):
    """One number: its bounds, what holds now, and who signed that."""

    name = fields.Pattern(NAME, 64)
    topic = fields.Text(100)
    unit = fields.Text(40)
    value = fields.Text(100)
    loosest = fields.Text(100)
    tightest = fields.Text(100, allow_none=True)
    tighter_is = fields.Choice(Tighter, allow_none=True)
    source = fields.Text(200)
    needs_signature = fields.Truth()
    signed_by_sheet = fields.Whole(allow_none=True)
    signed_by = fields.List(fields.Id(), 20)
    signed_at = fields.Instant(allow_none=True)


class CatalogueOut(Schema):
    """Every number, the sheet in force, and how many wait for the medical director."""

    sheet = fields.Whole(allow_none=True)
    waiting_for_signature = fields.Whole()
    numbers = fields.List(fields.Nested(NumberOut()), MOST)


class SheetRehearsalQuery(Schema):
    """How far back to look."""

    days = fields.Whole(1, 365, load_default=90)


class ByCodeOut(Schema):
    """Decisions that one code would change; the first hundred of them by id."""

    code = fields.Code()
    count = fields.Whole()
    decision_ids = fields.List(fields.Id(), parameter_rehearsal.NAMED_OF_EACH)


class SheetRehearsalOut(Schema):
    """What the sheet would have changed, and for which decisions."""

    days = fields.Whole()
    looked_at = fields.Whole()
    stopped = fields.Whole()
    released = fields.Whole()
    unchanged = fields.Whole()
    unreadable = fields.Whole()
    stopped_by = fields.List(fields.Nested(ByCodeOut()), 500)
    released_from = fields.List(fields.Nested(ByCodeOut()), 500)


@blp.route("/parameters")
class Parameters(MethodView):
    """The numbers as they stand."""

    @blp.operation("list_parameters")
    @blp.response(200, CatalogueOut())
    def get(self) -> object:
        """Read every clinical number with its bounds, its source and who signed it."""
        with begin() as work:
            return _catalogue(parameter_sheets.read_catalogue(work))


@blp.route("/parameter-sheets")
class Sheets(MethodView):
    """The sheets of the programme."""

    @blp.operation("draft_parameter_sheet", once=True)
    @blp.arguments(SheetIn())
    @blp.response(201, SheetOut())
    def post(self, told: dict[str, Any]) -> object:
        """Draft a sheet; loosening a number is refused, and nothing holds before two signed."""
        changes = [Setting(**setting) for setting in told["changes"]]
        with begin() as work:
            drafted = parameter_sheets.draft(
                work, Draft(changes, told["signs"], told["effective_from"])
            )
            return _sheet(SheetSeen(drafted, [], None))

    @blp.operation("list_parameter_sheets")
    @blp.response(200, SheetOut(many=True))
    def get(self) -> object:
        """List the sheets, newest first."""
        with begin() as work:
            return [_sheet(seen) for seen in parameter_sheets.read_sheets(work)]


@blp.route("/parameter-sheets/<uuid:sheet_id>")
class Sheet(MethodView):
    """One sheet."""

    @blp.operation("read_parameter_sheet")
    @blp.response(200, SheetOut())
    def get(self, sheet_id: UUID) -> object:
        """Read one sheet with its signatures."""
        with begin() as work:
            return _sheet(parameter_sheets.read_sheet(work, sheet_id))


@blp.route("/parameter-sheets/<uuid:sheet_id>/rehearsal")
class SheetRehearsed(MethodView):
    """What a sheet would have changed."""

    @blp.operation("rehearse_parameter_sheet")
    @blp.arguments(SheetRehearsalQuery(), location="query")
    @blp.response(200, SheetRehearsalOut())
    def get(self, wanted: dict[str, Any], sheet_id: UUID) -> object:
        """Judge the decisions of the last days again under this sheet; nothing is changed."""
        with begin() as work:
            return _rehearsal(parameter_rehearsal.rehearse(work, sheet_id, wanted["days"]))


@blp.route("/parameter-sheets/<uuid:sheet_id>/signatures")
class SheetSignatures(MethodView):
    """Who stands behind a sheet."""

    @blp.operation("sign_parameter_sheet", refuses=(409,), once=True)
    @blp.arguments(SheetSignatureIn())
    @blp.response(201, SheetSignatureOut())
    def post(self, told: dict[str, Any], sheet_id: UUID) -> object:
        """Sign a sheet with one's own name, minutes after proving one's second factor."""
        with begin() as work:
            return parameter_sheets.sign(work, sheet_id, told["signature"])


def _sheet(seen: SheetSeen) -> dict[str, Any]:
    sheet = seen.sheet
    return {
        "id": sheet.id,
        "number": sheet.number,
        "changes": _settings(sheet.changes),
        "signs": _settings(sheet.signs),
        "effective_from": sheet.effective_from,
        "drafted_by": sheet.drafted_by,
        "drafted_at": sheet.drafted_at,
        "placed_at": seen.placed_at,
        "signatures": seen.signatures,
    }


def _settings(written: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in sorted(written.items())]


def _catalogue(found: Catalogue) -> dict[str, Any]:
    return {
        "sheet": found.sheet,
        "waiting_for_signature": found.waiting,
        "numbers": [_number(seen) for seen in found.numbers],
    }


def _number(seen: NumberSeen) -> dict[str, Any]:
    number, about, signed = seen.number, seen.number.about, seen.signed
    return {
        "name": number.name,
        "topic": number.topic,
        "unit": about.unit,
        "value": seen.value,
        "loosest": number.write(number.loosest),
        "tightest": number.write(about.tightest) if number.way else None,
        "tighter_is": number.way,
        "source": about.source,
        "needs_signature": about.unsigned,
        "signed_by_sheet": signed.sheet.number if signed else None,
        "signed_by": [one.signer_id for one in signed.signatures] if signed else [],
        "signed_at": signed.placed_at if signed else None,
    }


def _rehearsal(found: Rehearsal) -> dict[str, Any]:
    return {
        **{name: getattr(found, name) for name in ("days", "looked_at", "stopped", "released")},
        **{name: getattr(found, name) for name in ("unchanged", "unreadable")},
        "stopped_by": _by_code(found.stopped_by),
        "released_from": _by_code(found.released_from),
    }


def _by_code(codes: Codes) -> list[Any]:
    return sorted(codes.values(), key=lambda one: (-one.count, one.code))

"""How does a client report a change, and a prescriber settle an unknown medicine?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.intake.crisis import InstructionOut
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.dose.emergencies import instruction_for
from rules.intake.conditions import QUESTIONS
from rules.intake.medicines import Kind
from workflows.intake import changes
from workflows.intake.changes import ChangeKind, Coding, Told

if TYPE_CHECKING:
    from models.intake.intake import Intake

blp = Blueprint("changes", description="What changed with the patient; told at any time.")


class ChangeIn(Schema):
    """A change; only its kind is needed."""

    kind = fields.Choice(ChangeKind, required=True)
    words = fields.Text(4000, min=0, load_default="")
    medicine = fields.Text(200, load_default=None, allow_none=True)
    conditions = fields.List(fields.Code(tuple(QUESTIONS)), len(QUESTIONS), load_default=tuple)
    since = fields.LocalDate(load_default=None, allow_none=True)


class ChangeOut(Schema):
    """Where the change was taken down, and what to do now."""

    intake_id = fields.Id()
    number = fields.Whole()
    instruction = fields.Nested(InstructionOut(), allow_none=True)


class MedicineCodingIn(Schema):
    """What a named medicine is."""

    name = fields.Text(200, required=True)
    ingredient = fields.Text(200, load_default=None, allow_none=True)
    interaction = fields.Choice(Kind, load_default=None, allow_none=True)
    lorazepam_equivalent_mg_hundredths = fields.Whole(
        0, 100_000, load_default=None, allow_none=True
    )
    not_taken = fields.Truth(load_default=False)


@blp.route("/patients/<uuid:patient_id>/changes")
class Changes(MethodView):
    """Reports of a change."""

    @blp.operation("report_change", once=True)
    @blp.arguments(ChangeIn())
    @blp.response(201, ChangeOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Report a change: a medicine, a diagnosis, a pregnancy, a hospital visit, anything."""
        told["conditions"] = tuple(told["conditions"])
        with begin() as work:
            added = changes.report_change(work, patient_id, Told(**told))
            advice = instruction_for("pregnancy", work.limits)
        pregnant = told["kind"] is ChangeKind.PREGNANCY
        return _shown(added) | {"instruction": advice if pregnant else None}


@blp.route("/patients/<uuid:patient_id>/medicine-codings")
class MedicineCodings(MethodView):
    """What named medicines are."""

    @blp.operation("code_medicine", refuses=(409,), once=True)
    @blp.arguments(MedicineCodingIn())
    @blp.response(201, ChangeOut())
    def post(self, found: dict[str, Any], patient_id: UUID) -> object:
        """Write down what a medicine of the list is; the history gets a new version."""
        with begin() as work:
            return _shown(changes.code_medicine(work, patient_id, Coding(**found)))


def _shown(added: "Intake") -> dict[str, Any]:
    return {"intake_id": added.id, "number": added.number, "instruction": None}

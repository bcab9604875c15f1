"""How does a client read the lessons, and answer their questions?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.platform.work import Work
from workflows.preparation import modules
from workflows.preparation.module_texts import MODULES, to_teach_again, told_under

if TYPE_CHECKING:
    from models.preparation.appointments import ModuleCompletion

blp = Blueprint("preparation_modules", description="What to know before the first dose.")


class ModuleChoiceOut(Schema):
    """One possible answer."""

    code = fields.Code()
    text = fields.Text(500)


class ModuleQuestionOut(Schema):
    """One question of a lesson."""

    code = fields.Code()
    text = fields.Text(500)
    choices = fields.List(fields.Nested(ModuleChoiceOut()), 10, attribute="options")


class PreparationModuleOut(Schema):
    """One lesson, in plain words."""

    code = fields.Code()
    edition = fields.Whole()
    title = fields.Text(200)
    minutes = fields.Whole()
    not_for = fields.Text(1000, min=0)
    paragraphs = fields.List(fields.Text(2000), 50)
    questions = fields.List(fields.Nested(ModuleQuestionOut()), 20)


class PreparationModulesOut(Schema):
    """All lessons, in the order of reading."""

    items = fields.List(fields.Nested(PreparationModuleOut()), 20)


class ModuleAnswersIn(Schema):
    """The answers to a lesson's questions: question code to choice code."""

    edition = fields.Whole(1, 1000, required=True)
    answers = fields.Answers(fields.Code(), most=20, required=True)


class ReadAgainOut(Schema):
    """What to read again before the next try."""

    code = fields.Code()
    teaches = fields.Text(1000)


class ModuleCompletionOut(Schema):
    """Whether a lesson was understood."""

    id = fields.Id()
    module = fields.Code()
    edition = fields.Whole()
    passed = fields.Truth()
    completed_at = fields.Instant()
    read_again = fields.List(fields.Nested(ReadAgainOut()), 20)


@blp.route("/preparation-modules")
class PreparationModules(MethodView):
    """The lessons."""

    @blp.operation("list_preparation_modules")
    @blp.response(200, PreparationModulesOut())
    def get(self) -> object:
        """Read the lessons and their questions."""
        with begin() as work:
            return {"items": modules.texts(work)}


@blp.route("/patients/<uuid:patient_id>/preparation-modules/<code:module>/answers")
class ModuleAnswers(MethodView):
    """The check of understanding."""

    @blp.operation("answer_preparation_module", refuses=(409,), once=True)
    @blp.arguments(ModuleAnswersIn())
    @blp.response(201, ModuleCompletionOut())
    def post(self, given: dict[str, Any], patient_id: UUID, module: str) -> object:
        """Answer a lesson's questions; a wrong answer comes back with what to read again."""
        with begin() as work:
            kept = modules.answer(work, patient_id, module, **given)
            return _with_lessons(work, kept)


def _with_lessons(work: Work, kept: "ModuleCompletion") -> dict[str, Any]:
    again = to_teach_again(told_under(MODULES[kept.module], work.limits), kept.answers)
    names = ("id", "module", "edition", "passed", "completed_at")
    return {name: getattr(kept, name) for name in names} | {"read_again": again}

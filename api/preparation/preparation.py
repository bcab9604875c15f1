"""How does a client prepare a patient: lessons, home, cuff, intention, and what is missing?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import marshmallow as ma
from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.home_list import HomeItem, not_ready
from rules.preparation import PreparationItem
from rules.terms import VitalSource
from workflows.preparation import home_checks, intentions, modules, readiness, rehearsals
from workflows.preparation.module_texts import MODULES, to_teach_again
from workflows.preparation.rehearsals import CuffReading

if TYPE_CHECKING:
    from models.preparation.appointments import HomeCheck, ModuleCompletion

blp = Blueprint("preparation", description="Before the first dose; readiness is computed.")


class ChoiceOut(Schema):
    """One possible answer."""

    code = fields.Code()
    text = fields.Text(500)


class QuestionOut(Schema):
    """One question of a lesson."""

    code = fields.Code()
    text = fields.Text(500)
    choices = fields.List(fields.Nested(ChoiceOut()), 10, attribute="options")


class ModuleOut(Schema):
    """One lesson, in plain words."""

    code = fields.Code()
    edition = fields.Whole()
    title = fields.Text(200)
    minutes = fields.Whole()
    not_for = fields.Text(1000, min=0)
    paragraphs = fields.List(fields.Text(2000), 50)
    questions = fields.List(fields.Nested(QuestionOut()), 20)


class ModulesOut(Schema):
    """All lessons, in the order of reading."""

    items = fields.List(fields.Nested(ModuleOut()), 20)


class ModuleAnswersIn(Schema):
    """The answers to a lesson's questions: question code to choice code."""

    edition = fields.Whole(1, 1000, required=True)
    answers = fields.Answers(fields.Code(), most=20, required=True)


class TaughtAgainOut(Schema):
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
    read_again = fields.List(fields.Nested(TaughtAgainOut()), 20)


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


class RehearsalIn(Schema):
    """A practice reading from the patient's own cuff."""

    systolic_mmhg = fields.Whole(1, 400, required=True)
    diastolic_mmhg = fields.Whole(1, 400, required=True)
    heart_rate_bpm = fields.Whole(1, 400, required=True)
    spo2_percent = fields.Whole(1, 100, load_default=None)
    source = fields.Choice(VitalSource, required=True)
    cuff_serial = fields.Code(required=True)
    device_at = fields.Instant(load_default=None)


class RehearsalOut(Schema):
    """A practice reading as it was kept; an implausible one does not count."""

    id = fields.Id()
    systolic_mmhg = fields.Whole()
    diastolic_mmhg = fields.Whole()
    heart_rate_bpm = fields.Whole()
    spo2_percent = fields.Whole(allow_none=True)
    source = fields.Choice(VitalSource)
    cuff_serial = fields.Code()
    measured_at = fields.Instant()
    device_at = fields.Instant(allow_none=True)
    received_at = fields.Instant()
    counts = fields.Truth(attribute="plausible")
    alarm_codes = fields.List(fields.Code(), 20)


class IntentionIn(Schema):
    """What the patient hopes for."""

    words = fields.Text(2000, required=True)


class IntentionOut(Schema):
    """What the patient hoped for, and when."""

    id = fields.Id()
    words = fields.Text(2000)
    set_at = fields.Instant()


class IntentionsOut(Schema):
    """The newest intentions, the current one first."""

    items = fields.List(fields.Nested(IntentionOut()), 20)


class ItemOut(Schema):
    """One thing of preparation, in words."""

    code = fields.Choice(PreparationItem)
    says = fields.Text(500)


class ReadinessOut(Schema):
    """What is done and what is missing; nobody can set it."""

    patient_id = fields.Id()
    ready = fields.Truth()
    done = fields.List(fields.Nested(ItemOut()), len(PreparationItem))
    missing = fields.List(fields.Nested(ItemOut()), len(PreparationItem))
    modules_open = fields.List(fields.Code(), 20)
    prepared_at = fields.Instant(allow_none=True)


@blp.route("/preparation-modules")
class PreparationModules(MethodView):
    """The lessons."""

    @blp.operation("list_preparation_modules")
    @blp.response(200, ModulesOut())
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
        return _with_lessons(kept)


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


@blp.route("/patients/<uuid:patient_id>/rehearsal-readings")
class RehearsalReadings(MethodView):
    """Practice readings."""

    @blp.operation("record_rehearsal_reading", once=True)
    @blp.arguments(RehearsalIn())
    @blp.response(201, RehearsalOut())
    def post(self, taken: dict[str, Any], patient_id: UUID) -> object:
        """Keep a practice reading from the patient's own cuff."""
        with begin() as work:
            return rehearsals.take(work, patient_id, CuffReading(**taken))


@blp.route("/patients/<uuid:patient_id>/intentions")
class Intentions(MethodView):
    """What the patient hopes for."""

    @blp.operation("set_intention", once=True)
    @blp.arguments(IntentionIn())
    @blp.response(201, IntentionOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Write down an intention; the earlier ones stay."""
        with begin() as work:
            return intentions.set_words(work, patient_id, told["words"])

    @blp.operation("list_intentions")
    @blp.response(200, IntentionsOut())
    def get(self, patient_id: UUID) -> object:
        """Read the newest intentions, the current one first."""
        with begin() as work:
            return {"items": intentions.history(work, patient_id)}


@blp.route("/patients/<uuid:patient_id>/readiness")
class Readiness(MethodView):
    """Ready or not."""

    @blp.operation("read_readiness")
    @blp.response(200, ReadinessOut())
    def get(self, patient_id: UUID) -> object:
        """Read what is done and what is missing before a first dose at home."""
        with begin() as work:
            found = readiness.read(work, patient_id)
        items = {
            name: [{"code": item, "says": item.says} for item in getattr(found, name)]
            for name in ("done", "missing")
        }
        return {name: getattr(found, name) for name in _PLAIN} | items


_PLAIN = ("patient_id", "ready", "modules_open", "prepared_at")


def _with_lessons(kept: "ModuleCompletion") -> dict[str, Any]:
    again = to_teach_again(MODULES[kept.module], kept.answers)
    names = ("id", "module", "edition", "passed", "completed_at")
    return {name: getattr(kept, name) for name in names} | {"read_again": again}


def _with_lines(kept: "HomeCheck") -> dict[str, Any]:
    lines = [{"code": item, "says": item.says} for item in not_ready(kept.answers)]
    names = ("id", "passed", "checked_at")
    return {name: getattr(kept, name) for name in names} | {"not_ready": lines}

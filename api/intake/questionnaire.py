"""Which questions does a client put to the patient?"""

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from workflows.intake import questionnaire

blp = Blueprint("questionnaire", description="The questions of the intake.")

_MOST = 100


class IntakeQuestionOut(Schema):
    """One question and the kind of answer it takes."""

    code = fields.Code()
    asks = fields.Text(500)
    kind = fields.Code()
    required = fields.Truth()
    choices = fields.List(fields.Code(), _MOST)


class IntakeSectionOut(Schema):
    """Questions that are shown and saved together."""

    code = fields.Code()
    title = fields.Text(200)
    questions = fields.List(fields.Nested(IntakeQuestionOut()), _MOST)


class QuestionnaireOut(Schema):
    """The intake of this edition."""

    edition = fields.Code()
    sections = fields.List(fields.Nested(IntakeSectionOut()), _MOST)
    reasons = fields.List(fields.Code(), _MOST)


@blp.route("/intake/questionnaire")
class IntakeQuestionnaire(MethodView):
    """The questions of the intake."""

    @blp.operation("read_questionnaire")
    @blp.response(200, QuestionnaireOut())
    def get(self) -> object:
        """Read every question of the intake, in plain words."""
        return {
            "edition": questionnaire.EDITION,
            "sections": list(questionnaire.SECTIONS.values()),
            "reasons": questionnaire.REASONS,
        }

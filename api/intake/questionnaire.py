"""Which questions does a client put to the patient, and which instruments?"""

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from rules.intake.instruments import QUESTIONNAIRES, Questionnaire
from rules.terms import Instrument
from workflows.intake import assessments, questionnaire
from workflows.intake.instrument_words import SCALES, WORDS

blp = Blueprint("questionnaire", description="The questions of the intake, and the instruments.")

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


class InstrumentItemOut(Schema):
    """One item; `asks` is null where the wording belongs to somebody else."""

    code = fields.Code()
    yes_or_no = fields.Truth()
    asks = fields.Text(500, allow_none=True)
    loinc = fields.Code(allow_none=True)


class InstrumentOut(Schema):
    """The shape of one instrument."""

    instrument = fields.Choice(Instrument)
    lowest = fields.Whole()
    highest = fields.Whole()
    scale = fields.List(fields.Text(100), 10)
    items = fields.List(fields.Nested(InstrumentItemOut()), _MOST)


class InstrumentsOut(Schema):
    """Every instrument that a patient answers."""

    edition = fields.Code()
    instruments = fields.List(fields.Nested(InstrumentOut()), _MOST)


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


@blp.route("/intake/instruments")
class Instruments(MethodView):
    """The instruments of the intake."""

    @blp.operation("read_instruments")
    @blp.response(200, InstrumentsOut())
    def get(self) -> object:
        """Read the items and ranges of every instrument that a patient answers."""
        shown = [
            _shown(instrument, shape)
            for instrument, shape in QUESTIONNAIRES.items()
            if instrument not in assessments.BY_AN_OBSERVER
        ]
        return {"edition": assessments.EDITION, "instruments": shown}


def _shown(instrument: Instrument, shape: Questionnaire) -> dict[str, object]:
    words = WORDS.get(instrument, {})
    items = [
        {
            "code": item,
            "yes_or_no": item in shape.yes_no,
            "asks": words.get(item),
            "loinc": shape.item_loinc.get(item),
        }
        for item in shape.items
    ]
    return {
        "instrument": instrument,
        "lowest": shape.lowest,
        "highest": shape.highest,
        "scale": SCALES.get(instrument, ()),
        "items": items,
    }

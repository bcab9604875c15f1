"""How does a client get an instrument: every item, in order, with what it needs to ask it?"""

import hashlib
from typing import Any, cast

import orjson
from flask import Flask, Response, current_app, request
from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, runtime
from rules.intake.instrument_shape import Licence, Standing
from rules.terms import Instrument
from workflows.intake import definitions, licensed_words
from workflows.intake.definitions import Asked
from workflows.intake.licensed_words import Bundle
from workflows.intake.wording import LANGUAGES
from workflows.platform.language import preferred_by
from workflows.platform.runtime import Runtime

blp = Blueprint("instruments", description="The instruments: definitions, editions, wording.")

EXTENSION = "vigil_instrument_bundle"
EDITION = r"^[0-9]{1,4}(\.[0-9]{1,3}){0,2}$"
_MOST = 100
_ASK_AGAIN = "private, no-cache"  # the numbers are those in force at that moment


class LanguageQuery(Schema):
    """In which language."""

    language = fields.Code(
        LANGUAGES,
        load_default=None,
        metadata={"description": "Left out: the patient's own, where there is wording in it."},
    )


class InstrumentQuery(LanguageQuery):
    """In which language, and which edition; the newest if none is named."""

    edition = fields.Pattern(EDITION, 16, load_default=None)


class AnswerOptionOut(Schema):
    """One answer; `text` is null where the wording is not ours to give."""

    value = fields.Whole()
    text = fields.Text(300, allow_none=True)


class EnableWhenOut(Schema):
    """The item is asked only when this one was answered so."""

    question = fields.Code()
    operator = fields.Text(1)
    answer_boolean = fields.Truth()


class InstrumentItemOut(Schema):
    """One item; `text` is null where the wording belongs to somebody else."""

    link_id = fields.Code()
    type = fields.Code(("choice", "boolean"))
    text = fields.Text(1000, allow_none=True)
    required = fields.Truth()
    scored = fields.Truth()
    enable_when = fields.List(fields.Nested(EnableWhenOut()), 5)
    answer_options = fields.List(fields.Nested(AnswerOptionOut()), 20)
    loinc = fields.Code(allow_none=True)


class BandOut(Schema):
    """A named stretch of totals, up to the next one."""

    name = fields.Code()
    starts_at = fields.Whole()


class ClusterOut(Schema):
    """Items that are also added up by themselves."""

    name = fields.Code()
    items = fields.List(fields.Code(), _MOST)


class AlarmOut(Schema):
    """What calls for somebody: one of these items, or without items the sum, from here on."""

    code = fields.Code()
    items = fields.List(fields.Code(), _MOST)
    starts_at = fields.Whole(allow_none=True)


class ProgressOut(Schema):
    """How much better counts as better."""

    responds_from_percent = fields.Whole(allow_none=True)
    remits_below = fields.Whole(allow_none=True)
    remits_from_baseline = fields.Whole(allow_none=True)
    reliable_from = fields.Whole(allow_none=True)
    meaningful_from = fields.Whole(allow_none=True)
    meaningful_below = fields.Whole(allow_none=True)
    better_at_most = fields.Whole(allow_none=True)


class InstrumentOut(Schema):
    """The whole definition of one edition of an instrument."""

    instrument = fields.Choice(Instrument)
    edition = fields.Text(16)
    status = fields.Choice(Standing)
    editions = fields.List(fields.Text(16), _MOST)
    language = fields.Code(LANGUAGES)
    languages = fields.List(fields.Code(), 10)
    wording_available = fields.Truth()
    title = fields.Text(200, allow_none=True)
    instruction = fields.Text(1000, allow_none=True)
    answered_by = fields.Code(("patient", "observer"))
    recall = fields.Code()
    items = fields.List(fields.Nested(InstrumentItemOut()), _MOST)
    bands = fields.List(fields.Nested(BandOut()), 10)
    cut_off = fields.Whole(allow_none=True)
    cut_off_men = fields.Whole(allow_none=True)
    clusters = fields.List(fields.Nested(ClusterOut()), 10)
    progress = fields.Nested(ProgressOut(), allow_none=True)
    alarms = fields.List(fields.Nested(AlarmOut()), 10)
    panel_loinc = fields.Code(allow_none=True)
    total_loinc = fields.Code(allow_none=True)
    licence = fields.Choice(Licence)
    licence_statement = fields.Text(1000)


class InstrumentsOut(Schema):
    """The newest edition of every instrument."""

    instruments = fields.List(fields.Nested(InstrumentOut()), _MOST)


def install(app: Flask, house: Runtime) -> None:
    """Load the licensed wording, once; a file that does not fit lets nothing start."""
    app.extensions[EXTENSION] = licensed_words.open_bundle(house)


@blp.route("/intake/instruments")
class Instruments(MethodView):
    """The instruments."""

    @blp.operation("read_instruments")
    @blp.arguments(LanguageQuery(), location="query")
    @blp.response(200, InstrumentsOut())
    def get(self, wanted: dict[str, Any]) -> object:
        """Read the newest edition of every instrument."""
        shown = definitions.every(_asked(wanted["language"]))
        return _with_a_tag({"instruments": shown})


@blp.route("/intake/instruments/<code:instrument>")
class OneInstrument(MethodView):
    """One instrument."""

    @blp.operation("read_instrument", refuses=(404,))
    @blp.arguments(InstrumentQuery(), location="query")
    @blp.response(200, InstrumentOut())
    def get(self, wanted: dict[str, Any], instrument: str) -> object:
        """Read one instrument; an edition that was once answered can be read for ever."""
        shown = definitions.one_of(_asked(wanted["language"]), instrument, wanted["edition"])
        return _with_a_tag(shown)


@blp.after_request
def _unchanged(response: Response) -> Response:
    """Answer 304 to who has the same definition already."""
    if response.status_code == 200:
        response.make_conditional(request)
    return response


def _with_a_tag(shown: dict[str, Any]) -> object:
    tag = hashlib.sha256(orjson.dumps(shown)).hexdigest()[:32]
    return shown, 200, {"Cache-Control": _ASK_AGAIN, "ETag": f'"{tag}"'}


def _asked(language: str | None) -> Asked:
    with begin() as work:
        preferred = preferred_by(work.session, work.actor.user_id)
    return Asked(runtime(), _bundle(), language, preferred)


def _bundle() -> Bundle:
    return cast("Bundle", current_app.extensions[EXTENSION])

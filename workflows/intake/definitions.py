"""What does a client need to put an instrument on a screen? The whole definition, as data."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from rules.intake.instrument_shape import Questionnaire, Standing
from rules.intake.instruments import EDITIONS, QUESTIONNAIRES, edition_of
from rules.limits import Limits
from rules.terms import Instrument, Language
from workflows.intake import licensed_words
from workflows.intake.licensed_words import Bundle
from workflows.intake.wording import Wording
from workflows.platform.errors import NotFound
from workflows.platform.work import Runtime

Shown = dict[str, Any]


class Asked(NamedTuple):
    """Whose words are shown, in the language asked for, or else in the reader's own."""

    house: Runtime
    bundle: Bundle
    language: str | None
    preferred: Language

    def for_one(self, languages: Sequence[str]) -> str:
        """Give the language for one instrument: one's own only where there is wording in it."""
        own = self.preferred if self.preferred in languages else Language.ENGLISH
        return self.language or own


def every(asked: Asked) -> list[Shown]:
    """Give the newest edition of every instrument."""
    limits = asked.house.limits()
    return [_shown(asked, one, shape, limits) for one, shape in QUESTIONNAIRES.items()]


def one_of(asked: Asked, name: str, edition: str | None) -> Shown:
    """Give one instrument, in the newest edition if none is named."""
    if name not in tuple(Instrument):
        raise NotFound
    instrument = Instrument(name)
    shape = edition_of(instrument, edition)
    if shape is None:
        raise NotFound
    return _shown(asked, instrument, shape, asked.house.limits())


def _shown(asked: Asked, instrument: Instrument, shape: Questionnaire, limits: Limits) -> Shown:
    house, bundle = asked.house, asked.bundle
    languages = licensed_words.languages_of(house, bundle, instrument, shape.edition)
    language = asked.for_one(languages)
    words = licensed_words.words_of(house, bundle, instrument, shape.edition, language)
    return {
        "instrument": instrument,
        "edition": shape.edition,
        "status": shape.standing,
        "editions": [
            one.edition for one in EDITIONS[instrument] if one.standing is not Standing.RETIRED
        ],
        "language": language,
        "languages": languages,
        "wording_available": words is not None,
        "title": words.title if words else None,
        "instruction": words.instruction if words else None,
        "answered_by": "observer" if shape.by_an_observer else "patient",
        "recall": shape.recall,
        "items": [_item(shape, item, words) for item in shape.every_item],
        "bands": [{"name": name, "starts_at": start} for name, start in shape.bands_under(limits)],
        "cut_off": _limit(limits, shape.cut_off),
        "cut_off_men": _limit(limits, shape.cut_off_men),
        "clusters": [asdict(cluster) for cluster in shape.clusters],
        "progress": _progress(shape, limits),
        "alarms": [
            {"code": each.code, "items": each.items, "starts_at": _limit(limits, each.limit)}
            for each in shape.triggers
        ],
        "panel_loinc": shape.panel_loinc,
        "total_loinc": shape.total_loinc,
        "licence": shape.licence,
        "licence_statement": shape.licence_statement,
    }


def _item(shape: Questionnaire, item: str, words: Wording | None) -> Shown:
    when = shape.enabled_when.get(item)
    boolean = item in shape.yes_no
    texts = words.choices_of(item) if words else ()
    values = () if boolean else range(shape.lowest, shape.highest + 1)
    return {
        "link_id": item,
        "type": "boolean" if boolean else "choice",
        "text": words.items.get(item) if words else None,
        "required": item not in shape.optional,
        "scored": item not in (*shape.optional, *shape.not_counted),
        "enable_when": [{"question": when.item, "operator": "=", "answer_boolean": when.answer}]
        if when
        else [],
        "answer_options": [
            {"value": value, "text": texts[at] if at < len(texts) else None}
            for at, value in enumerate(values)
        ],
        "loinc": shape.item_loinc.get(item),
    }


def _progress(shape: Questionnaire, limits: Limits) -> Shown | None:
    if shape.progress is None:
        return None
    return {name: _limit(limits, limit) for name, limit in asdict(shape.progress).items()}


def _limit(limits: Limits, name: str | None) -> int | None:
    return None if name is None else int(getattr(limits, name))

"""Which wording did the clinic bring with a licence of its own, and may it still be shown?

`VIGIL_INSTRUMENT_BUNDLE` names a JSON file that is loaded once at start. It must fit the
definitions exactly, or nothing starts. When the licence has run out, the wording is withheld;
scoring, alarms and gates go by item ids and need no wording.
"""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import orjson

from rules.intake.instruments import edition_of
from rules.terms import Instrument
from workflows.intake.instrument_words import ENGLISH
from workflows.intake.instrument_words_es import SPANISH
from workflows.intake.wording import LANGUAGES, Wording, misfits
from workflows.platform.settings import SettingsRefused
from workflows.platform.work import Runtime

SHIPPED: Mapping[str, Mapping[Instrument, Wording]] = MappingProxyType(
    {"en": ENGLISH, "es": SPANISH}
)
FORMAT = 1
LARGEST_BYTES = 4_000_000
Key = tuple[Instrument, str, str]


class BundleRefused(SettingsRefused):
    """The licensed bundle is not what it must be; the message is one line."""

    def __init__(self, reason: str) -> None:
        """Name the setting, so that whoever starts the house knows which file is meant."""
        super().__init__(f"VIGIL_INSTRUMENT_BUNDLE: {reason}.")


class _Licence(msgspec.Struct, forbid_unknown_fields=True):
    holder: str
    reference: str
    valid_until: date


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    instruction: str
    items: dict[str, str]
    choices: dict[str, list[str]]


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    instrument: Instrument
    edition: str
    language: str
    sha256: str
    wording: dict[str, Any]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    licence: _Licence
    content: list[_Content]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The wording of a licence, by instrument, edition and language."""

    holder: str = ""
    reference: str = ""
    valid_until: date = date.max
    words: Mapping[Key, Wording] = field(default_factory=dict)

    def is_in_force(self, today: date) -> bool:
        """Say whether the wording may be shown; the last day counts."""
        return today <= self.valid_until


NONE = Bundle()


def open_bundle(house: Runtime) -> Bundle:
    """Load the bundle of these settings, and say in one line what became of it."""
    bundle = load(house.settings.instrument_bundle)
    if line := told_at_start(bundle, house.clock.now().date()):
        sys.stderr.write(f"vigil: {line}\n")
    return bundle


def load(path: Path | None) -> Bundle:
    """Read the bundle strictly; without a path there is none."""
    if path is None:
        return NONE
    try:
        raw = path.read_bytes()
    except OSError as reason:
        raise BundleRefused(f"it cannot be read: {reason.strerror}") from None
    if len(raw) > LARGEST_BYTES:
        raise BundleRefused("it is too large")
    try:
        told = msgspec.json.decode(raw, type=_File)
    except msgspec.DecodeError as reason:
        raise BundleRefused(" ".join(str(reason).split())) from None
    return _checked(told)


def digest_of(wording: Mapping[str, Any]) -> str:
    """Give the fingerprint by which one wording is pinned: SHA-256 of its JSON, keys sorted."""
    return hashlib.sha256(orjson.dumps(wording, option=orjson.OPT_SORT_KEYS)).hexdigest()


def told_at_start(bundle: Bundle, today: date) -> str | None:
    """Say in one line what became of the bundle; nothing if there is none."""
    if bundle is NONE:
        return None
    if not bundle.is_in_force(today):
        return (
            f"the licence of the instrument bundle ended on {bundle.valid_until}: its wording is "
            "withheld; scoring and gates go on"
        )
    count = len(bundle.words)
    return f"instrument bundle: {count} wordings under licence until {bundle.valid_until}"


def words_of(
    house: Runtime, bundle: Bundle, instrument: Instrument, edition: str, language: str
) -> Wording | None:
    """Give the wording of one edition in one language, if it is ours to show."""
    shape = edition_of(instrument, edition)
    ours = SHIPPED[language].get(instrument)
    if shape is not None and ours is not None:
        asked = {item: text for item, text in ours.items.items() if item in shape.every_item}
        return replace(ours, items=asked)  # an older edition may ask fewer items
    licensed = bundle.words.get((instrument, edition, language))
    return licensed if licensed and bundle.is_in_force(house.clock.now().date()) else None


def languages_of(house: Runtime, bundle: Bundle, instrument: Instrument, edition: str) -> list[str]:
    """Name the languages in which this edition can be asked now."""
    return [
        language
        for language in LANGUAGES
        if words_of(house, bundle, instrument, edition, language) is not None
    ]


def _checked(told: _File) -> Bundle:
    if told.format != FORMAT:
        raise BundleRefused(f"its format is not {FORMAT}")
    licence = told.licence
    if not (licence.holder.strip() and licence.reference.strip()):
        raise BundleRefused("the licence names no holder or no reference")
    if not told.content:
        raise BundleRefused("it holds nothing")
    words: dict[Key, Wording] = {}
    for one in told.content:
        key = (one.instrument, one.edition, one.language)
        if key in words:
            raise BundleRefused(f"{_name(one)} is in it twice")
        words[key] = _fitting(one)
    return Bundle(
        holder=licence.holder,
        reference=licence.reference,
        valid_until=licence.valid_until,
        words=MappingProxyType(words),
    )


def _fitting(one: _Content) -> Wording:
    """Take one wording only if it is the one that was pinned and it fits the definition."""
    shape = edition_of(one.instrument, one.edition)
    if shape is None or one.language not in LANGUAGES:
        raise BundleRefused(f"{_name(one)}: there is no such edition or language")
    if one.instrument in SHIPPED[one.language]:
        raise BundleRefused(f"{_name(one)}: its wording is ours and cannot be replaced")
    if digest_of(one.wording) != one.sha256:
        raise BundleRefused(f"{_name(one)}: the content is not the one that was pinned")
    try:
        told = msgspec.convert(one.wording, _Words)
    except msgspec.ValidationError as reason:
        raise BundleRefused(f"{_name(one)}: {reason}") from None
    words = Wording(
        title=told.title,
        instruction=told.instruction,
        items=told.items,
        choices={item: tuple(given) for item, given in told.choices.items()},
    )
    if wrong := misfits(shape, words):
        raise BundleRefused(f"{_name(one)} does not fit: {', '.join(wrong)}")
    return words


def _name(one: _Content) -> str:
    return f"{one.instrument} {one.edition} {one.language}"

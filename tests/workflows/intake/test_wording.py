"""Does every wording fit its definition, and is a licensed one taken only as it was pinned?"""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.intake.instruments import EDITIONS, QUESTIONNAIRES
from rules.terms import Instrument
from workflows.intake import licensed_words
from workflows.intake.licensed_words import BundleRefused, digest_of, load, told_at_start
from workflows.intake.wording import Wording, misfits
from workflows.platform.settings import SettingsRefused

MADE_UP = {
    "title": "Made-up wording, not a clinical instrument",
    "instruction": "Invented for a test:",
    "items": {item: f"Invented question {item}" for item in QUESTIONNAIRES[Instrument.ASRM].items},
    "choices": {"*": ["none", "one", "two", "three", "four"]},
}


def a_bundle(**over: Any) -> dict[str, Any]:
    """Give a bundle with invented wording for one instrument."""
    content = {
        "instrument": "asrm",
        "edition": QUESTIONNAIRES[Instrument.ASRM].edition,
        "language": "en",
        "sha256": digest_of(MADE_UP),
        "wording": deepcopy(MADE_UP),
    }
    licence = {"holder": "A clinic", "reference": "L-1", "valid_until": "2027-01-31"}
    return {"format": 1, "licence": licence, "content": [content]} | over


def pinned(**over: Any) -> dict[str, Any]:
    """Give a bundle whose wording differs, pinned as it is."""
    bundle = a_bundle()
    wording = bundle["content"][0]["wording"] | over
    bundle["content"][0] |= {"wording": wording, "sha256": digest_of(wording)}
    return bundle


def content(**over: Any) -> dict[str, Any]:
    """Give a bundle with something else about its content."""
    bundle = a_bundle()
    bundle["content"][0] |= over
    return bundle


def written(folder: Path, told: Any) -> Path:
    """Write a bundle down."""
    path = folder / "bundle.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return path


@pytest.mark.parametrize(
    ("language", "instrument"),
    [(code, one) for code, shelf in licensed_words.SHIPPED.items() for one in shelf],
)
def test_what_ships_fits_the_newest_edition_and_may_ship(
    language: str, instrument: Instrument
) -> None:
    shape = QUESTIONNAIRES[instrument]
    assert shape.wording_may_ship
    assert misfits(shape, licensed_words.SHIPPED[language][instrument]) == []


def test_everything_that_may_ship_ships_in_english() -> None:
    assert set(licensed_words.SHIPPED["en"]) == {
        one for one, shape in QUESTIONNAIRES.items() if shape.wording_may_ship
    }


# A home-made translation of a validated scale is another scale.
def test_only_our_own_words_are_translated_at_home() -> None:
    own = {one for one, shape in QUESTIONNAIRES.items() if shape.licence == "own_words"}
    assert set(licensed_words.SHIPPED["es"]) == own


def test_a_bundle_is_loaded_as_it_was_pinned(tmp_path: Path) -> None:
    bundle = load(written(tmp_path, a_bundle()))
    assert (bundle.holder, bundle.reference) == ("A clinic", "L-1")
    (key, words) = next(iter(bundle.words.items()))
    assert key == (Instrument.ASRM, QUESTIONNAIRES[Instrument.ASRM].edition, "en")
    assert words.items["q1"] == "Invented question q1"


def test_the_last_day_of_a_licence_counts(tmp_path: Path) -> None:
    bundle = load(written(tmp_path, a_bundle()))
    assert bundle.is_in_force(date(2027, 1, 31))
    assert not bundle.is_in_force(date(2027, 2, 1))
    assert "1 wordings under licence" in str(told_at_start(bundle, date(2027, 1, 31)))
    line = str(told_at_start(bundle, date(2027, 2, 1)))
    assert "withheld" in line
    assert "\n" not in line


def test_without_a_bundle_nothing_is_said() -> None:
    assert told_at_start(load(None), date(2027, 1, 1)) is None


LICENCE = a_bundle()["licence"]
ITEMS: dict[str, str] = dict(MADE_UP["items"])  # type: ignore[arg-type] # the items are words


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[]",
        "{",
        "null",
        a_bundle(format=2),
        a_bundle(format="1"),
        a_bundle(content=[]),
        a_bundle(content={}),
        a_bundle(more="of it"),
        a_bundle(licence=LICENCE | {"holder": " "}),
        a_bundle(licence=LICENCE | {"reference": ""}),
        a_bundle(licence=LICENCE | {"valid_until": "soon"}),
        a_bundle(licence=LICENCE | {"valid_until": None}),
        a_bundle(licence={"holder": "A clinic", "reference": "L-1"}),
        a_bundle(content=a_bundle()["content"] * 2),
        content(instrument="horoscope"),
        content(edition="1999.1"),
        content(language="fr"),
        content(sha256="0" * 64),
        content(sha256=None),
        content(more=1),
        content(instrument="usc6"),
        pinned(items=ITEMS | {"q6": "One too many"}),
        pinned(items={name: text for name, text in ITEMS.items() if name != "q5"}),
        pinned(items=ITEMS | {"q1": "  "}),
        pinned(items=ITEMS | {"q1": 7}),
        pinned(choices={"*": ["none", "one", "two", "three"]}),
        pinned(choices={"*": ["none", "one", "two", "three", ""]}),
        pinned(choices={"q9": ["none", "one", "two", "three", "four"]}),
        pinned(title=""),
        pinned(more="of it"),
    ],
)
def test_a_bundle_that_is_not_what_it_must_be_is_refused_in_one_line(
    tmp_path: Path, told: Any
) -> None:
    with pytest.raises(BundleRefused) as refused:
        load(written(tmp_path, told))
    assert str(refused.value).startswith("VIGIL_INSTRUMENT_BUNDLE: ")
    assert "\n" not in str(refused.value)
    assert isinstance(refused.value, SettingsRefused)


def test_what_we_ship_is_not_replaced_even_by_words_that_fit(tmp_path: Path) -> None:
    ours = licensed_words.SHIPPED["en"][Instrument.CCC4]
    words = {
        "title": ours.title,
        "instruction": ours.instruction,
        "items": dict(ours.items),
        "choices": {item: list(given) for item, given in ours.choices.items()},
    }
    told = content(instrument="ccc4", wording=words, sha256=digest_of(words))
    with pytest.raises(BundleRefused, match="cannot be replaced"):
        load(written(tmp_path, told))


def test_a_bundle_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleRefused, match="cannot be read"):
        load(tmp_path / "nothing.json")


def test_a_bundle_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licensed_words, "LARGEST_BYTES", 10)
    with pytest.raises(BundleRefused, match="too large"):
        load(written(tmp_path, a_bundle()))


def test_a_wording_with_a_missing_choice_does_not_fit() -> None:
    shape = EDITIONS[Instrument.PHQ9][0]
    words = licensed_words.SHIPPED["en"][Instrument.PHQ9]
    bare = Wording(title="t", instruction="i", items=words.items, choices={})
    assert "choices of q1" in misfits(shape, bare)

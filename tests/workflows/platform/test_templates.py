"""Can any message, in any language, be read on a locked phone by anybody without harm?"""

import ast
import re
from collections.abc import Iterator

import pytest

from rules.intake.ingredients import RXNORM, WITHOUT_ID
from rules.intake.medicines import BRANDS, COMBINATIONS, INGREDIENTS
from rules.plan import aliases
from rules.terms import Instrument, Language, Role
from tests.house.source import File, files
from tests.workflows.platform.plain_words import BEGINNINGS, PLAIN
from workflows.platform.template import Template
from workflows.platform.templates import CAN_WAIT, IN, NOW, TEMPLATES

EVERY = [(language, name) for language in IN for name in sorted(IN[language])]
ONE_TEXT = 160
LONGEST_CODE = " 12345678"
# The basic alphabet of GSM 03.38, in which a text message has 160 places.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
WORD = re.compile(r"[^\W\d_]+")


def drugs() -> frozenset[str]:
    """Give every name under which the house knows a medicine or what is in it."""
    known = {*RXNORM, *WITHOUT_ID, *INGREDIENTS, *BRANDS, *COMBINATIONS, *aliases.FOREIGN_NAMES}
    known |= {*aliases.ESKETAMINE_NAMES, *aliases.ARKETAMINE_NAMES, *aliases.KETAMINE_NAMES}
    words = {word for name in known for word in WORD.findall(name.casefold())}
    return frozenset(word for word in words if len(word) > len("and"))


DRUGS = drugs()
INSTRUMENTS = frozenset(re.sub(r"\d|_", "", one.value) for one in Instrument) - {"audit"}
ROLES = frozenset(word for role in Role for word in role.value.split("_")) - {
    "system",
    "site",
    "staff",
}


def faults(words: Template, language: str) -> Iterator[str]:
    """Say everything that a stranger could learn from a message, and what would cut it in two."""
    text = f"{words.title} {words.body}".casefold()
    for word in WORD.findall(text):
        yield from (f"{word}: {why}" for why in tells(word, language))
    if set(re.findall(r"\d+", text)) - {"911"}:
        yield "a number: a time or a date belongs where its reader's time zone is known"
    if re.search(r"[{}<>%$@]|//|www", text):
        yield "a place for something else, such as a name"
    yield from fits_badly(words.with_secret(LONGEST_CODE).short)


def tells(word: str, language: str) -> Iterator[str]:
    """Say what is wrong with one word."""
    if word in DRUGS:
        yield "the name of a drug"
    if word.startswith(BEGINNINGS):
        yield "a clinical word"
    if word in INSTRUMENTS | ROLES:
        yield "what somebody is asked, or is to us"
    if word not in PLAIN[language]:
        yield "not on the list of plain words"


def fits_badly(short: str) -> Iterator[str]:
    """Say why it would not be one text message."""
    if set(short) - GSM:
        yield f"signs that halve the room of a text message: {sorted(set(short) - GSM)}"
    if len(short) > ONE_TEXT:
        yield f"{len(short)} signs, and a text message has {ONE_TEXT}"


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_stranger_learns_nothing(language: str, name: str) -> None:
    assert list(faults(IN[language][name], language)) == []


# The lint itself: each of these stood in a draft, or might stand in the next one.
@pytest.mark.parametrize(
    ("language", "title", "body", "says"),
    [
        ("en", "Vigil: your code", "Your Spravato is due.", "the name of a drug"),
        ("en", "Vigil: your code", "Take your sertraline.", "the name of a drug"),
        ("es", "Vigil: su código", "Tome la ketamina.", "a clinical word|the name of a drug"),
        ("en", "Vigil: your dose", "Open Vigil.", "a clinical word"),
        ("es", "Vigil: su sesión", "Abra Vigil.", "a clinical word"),
        ("en", "Vigil: a form", "The MADRS is due.", "not on the list of plain words"),
        ("en", "Vigil: a form", "The PHQ-9 is due.", "what somebody is asked"),
        ("en", "Vigil: a call", "Your coach called.", "a clinical word"),
        ("en", "Vigil: a call", "Your prescriber called.", "a clinical word"),
        ("en", "Vigil: a call", "Your officer called.", "what somebody is asked"),
        ("en", "Vigil: hello", "Anna waits for you.", "not on the list of plain words"),
        ("en", "Vigil: a time", "It is booked for 10:30.", "a number"),
        ("en", "Vigil: a time", "{name} waits for you.", "a place for something else"),
        ("en", "Vigil: please", "open vigil " * 20, "and a text message has 160"),
        ("en", "Vigil: please", "Open Vigil… now.", "signs that halve the room"),
    ],
)
def test_the_lint_finds_what_it_is_for(language: str, title: str, body: str, says: str) -> None:
    assert [one for one in faults(Template(title, body), language) if re.search(says, one)]


def test_every_message_is_written_in_every_language() -> None:
    assert set(IN) == {language.value for language in Language}
    for written in IN.values():
        assert set(written) == set(TEMPLATES)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_no_translation_says_more_or_calls_louder(name: str) -> None:
    english, spanish = IN["en"][name], IN["es"][name]
    assert spanish.urgent is english.urgent
    assert ("911" in spanish.body) is ("911" in english.body)
    assert (spanish.title, spanish.body) != (english.title, english.body)


def test_no_word_is_allowed_that_no_message_needs() -> None:
    used = {
        language: {
            word
            for words in written.values()
            for word in WORD.findall(f"{words.title} {words.body}".casefold())
        }
        for language, written in IN.items()
    }
    assert used == {language: set(words) for language, words in PLAIN.items()}


# A message about a life in danger said that there was something new.
def test_every_message_that_is_told_has_words_of_its_own() -> None:
    told = {name for file in files("workflows") for name in told_in(file)}
    assert len(told) > len(TEMPLATES) / 2
    assert told - set(TEMPLATES) == set()
    assert set(TEMPLATES) >= NOW | CAN_WAIT


def told_in(file: File) -> Iterator[str]:
    """Give the template of every message that this file writes, by its name or by a constant."""
    here = constants(file)
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and called(node).startswith("tell"):
            for given in node.args[1:]:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given.value
                elif isinstance(given, ast.Name) and given.id in here:
                    yield here[given.id]


def called(node: ast.Call) -> str:
    """Give the last part of the name of what is called, if it is a teller of messages."""
    whole = ast.unparse(node.func)
    of_ours = whole.startswith("notifications.") or "." not in whole
    return whole.rpartition(".")[2] if of_ours else ""


def constants(file: File) -> dict[str, str]:
    """Give the constants of a file that are words, one by one or several in a line."""
    found: dict[str, str] = {}
    for node in file.tree.body:
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value.elts if isinstance(value, ast.Tuple) else [value]
            for name, one in zip(names, values, strict=False):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    found[ast.unparse(name)] = one.value
    return found

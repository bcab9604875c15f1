"""Can a patient read what we say? At US grade 8 or below, every text, one by one."""

import pytest

from rules.dose.emergencies import CRISIS_RESOURCES, TEXTS
from rules.gates import RULES
from rules.intake.conditions import QUESTIONS
from rules.limits import LIMITS
from rules.limits.telling import told
from rules.preparation.home_list import HomeItem
from rules.preparation.preparation import PreparationItem
from tests.house.source import declared
from tests.proofs.reading import NAMES, PROGRAMME_WORDS, grade, syllables
from workflows.oversight import audit_words
from workflows.platform import impaired
from workflows.platform.templates import template_for

HARDEST = 8.0
SPOKEN = {
    **{f"{rule.code} says": told(rule.says, LIMITS) for rule in RULES},
    **{f"{rule.code} remedy": told(rule.remedy, LIMITS) for rule in RULES},
    **{f"question {code}": asks for code, asks in QUESTIONS.items()},
    **{f"preparation {item}": item.says for item in PreparationItem},
    **{f"home {item}": item.says for item in HomeItem},
    **{
        f"emergency {code} {language}": told(text, LIMITS)
        for language, texts in TEXTS.items()
        if language == "en"  # the measure is one for English
        for code, (text, _) in texts.items()
    },
    "crisis": CRISIS_RESOURCES.text,
    **{f"looked because {reason}": text for reason, text in audit_words.WHY_GLASS.items()},
    **{
        f"trail {act} {outcome}": f"They {audit_words.what(act, outcome)}."
        for act in sorted({one.audit for one in declared().values()})
        for outcome in ("done", "refused", "listed")
    },
    "waits after a dose": impaired.WAIT,
    "opened in an emergency": template_for("glass_was_broken").body,
}


@pytest.mark.parametrize("where", SPOKEN)
def test_a_patient_can_read_it(where: str) -> None:
    assert grade(SPOKEN[where]) <= HARDEST, SPOKEN[where]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("dose", 1),
        ("breathe", 1),
        ("sitter", 2),
        ("oxygen", 3),
        ("sitter's", 2),
        ("log-in", 2),
        ("911", 1),
        ("qwertly", 2),  # no dictionary has it: counted by its vowels
        ("prescriber", 2),  # we teach it
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("The cat sat on the mat.", -3, 1),
        ("Call us if you feel ill. Stay with your sitter.", -1, 3),
        (
            "Concomitant administration of central nervous system depressants may potentiate "
            "respiratory depression and necessitates discontinuation.",
            20,
            40,
        ),
    ],
)
def test_a_hard_text_is_found_hard_and_an_easy_one_easy(text: str, least: int, most: int) -> None:
    assert least <= grade(text) <= most


def test_few_words_are_let_pass() -> None:
    """Each is one that we teach, or the name of an illness or a drug."""
    assert len(PROGRAMME_WORDS) <= 15
    assert len(NAMES) <= 15

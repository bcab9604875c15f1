"""Does every number that people are told come from the limits in force when they are told it?

A text names its number in braces, and `told` fills it in. What is left of digits and number words
is listed here, each with the reason why no parameter sheet may move it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from rules.aftercare.next_day import WORDS
from rules.dose.emergencies import CRISIS_RESOURCES, TEXTS
from rules.gates import RULES
from rules.intake.conditions import QUESTIONS
from rules.limits import BY_NAME, LIMITS, NUMBERS, Limits
from rules.limits.telling import UNITS, told
from rules.oversight.adverse_events import SIGNAL_IN_WORDS
from rules.preparation.home_list import HomeItem
from rules.preparation.preparation import PreparationItem
from rules.terms import DoseForm, Route
from workflows.people.sitter_training import LESSONS
from workflows.people.sitter_training import QUESTIONS as QUIZ
from workflows.platform.templates import TEMPLATES
from workflows.preparation.module_texts import MODULES

_COUNTS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|thirty|sixty|ninety"
_SPANS = "minutes?|hours?|days?|weeks?|months?|years?"
NUMBER = re.compile(
    rf"\b(?:{_COUNTS}|monthly|weekly|(?:an?|one|last|full) (?:{_SPANS}))\b|\d+", re.IGNORECASE
)
TELEPHONE = re.compile(r"\b(?:988|911|1-800-222-1222)\b")
NAME_OF_A_SCALE = re.compile(r"\b[A-Za-z]+-\d+\b")  # USC-6, PHQ-9, GLP-1
IN_BRACES = re.compile(r"\{[^}]*\}")

DAY = ("24", "full day")
# Each number that stays, by the reason why it is no parameter of a sheet.
NO_PARAMETER: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "the question asks about this stretch of time, and only its yes or no is kept": {
        "alcohol_window": DAY,
        "cannabis_window": DAY,
        "opioid_window": ("24",),
        "sedative_window": DAY,
        "benzodiazepine_window": DAY,
        "psychedelic_window": ("7",),
        "grapefruit_recent": ("3",),
        "acute_illness": ("last week", "7"),
        "oral_mucosa_issue": ("7",),
        "sitter_not_sober": ("24",),
        "means_not_secured": ("12",),
        "lesson being_there": ("24",),
        "quiz glass_of_wine": ("24", "six"),
        "module day_after": ("a day",),
    },
    "a condition as it is asked at the intake, and only its yes or no is kept": {
        "hypertension_uncontrolled": ("160", "100", "2", "6"),
        "hypertension_controlled": ("140", "159", "90", "99"),
        "cardiac_unstable": ("6",),
        "stroke_history": ("12",),
        "tia_history": ("12",),
        "seizure_uncontrolled": ("12",),
        "seizure_controlled": ("12",),
        "sud_active_or_recent": ("12",),
        "sud_history_remote": ("12",),
        "suicide_attempt_recent": ("12",),
        "hepatic_severe": ("3",),
        "renal_severe": ("30",),
        "respiratory_severe": ("92",),
    },
    "what a letter or a test has to show; the prescriber reads it, and no gate counts it": {
        "hypertension_controlled": ("7",),
        "cardiac_history": ("6",),
        "liver_disease": ("90",),
        "kidney_disease": ("90",),
        "hyperthyroidism_controlled": ("6",),
        "glaucoma_controlled": ("12",),
        "age_65_plus": ("12",),
    },
    "how it is measured: two readings make the mean, and the C-SSRS asks about three months": {
        "bp_too_high": ("two",),
        "bp_elevated_review": ("two",),
        "bp_too_low": ("two",),
        "suicide_risk_high": ("3",),
    },
    "a week is a week: the number is fixed": {"weekly_session_cap": ("one week", "a week")},
    "a finding of the cited study": {"grapefruit_exposure": ("three",)},
    "a way of speaking, or a story in a lesson": {
        "antihypertensive_missed": ("two",),
        "module what_to_expect": ("40", "an hour"),
        "module breathwork": ("four", "six", "three"),
        "module day_after": ("three", "Two"),
        "module your_sitter": ("one hour",),
        "lesson looking": ("a minute",),
        "lesson afterwards": ("ten",),
        "quiz short_errand": ("an hour", "two"),
        "quiz driving": ("Four",),
        "quiz chest_pain": ("an hour",),
        "item two_phones": ("two",),
        "module home_environment": ("two",),
    },
}


def texts() -> Iterator[tuple[str, str]]:
    """Give everything that people are told, by the name it is listed under."""
    for rule in RULES:
        yield from ((rule.code, text) for text in (rule.says, rule.clinician, rule.remedy))
    for language in TEXTS.values():
        yield from ((code, text) for code, (text, _) in language.items())
    yield "crisis", CRISIS_RESOURCES.text
    yield from QUESTIONS.items()
    yield from WORDS.items()
    yield from ((f"signal {signal}", text) for signal, text in SIGNAL_IN_WORDS.items())
    yield from ((f"item {item}", item.says) for item in (*HomeItem, *PreparationItem))
    yield from ((f"message {name}", f"{one.title} {one.body}") for name, one in TEMPLATES.items())
    yield from _taught()


def _taught() -> Iterator[tuple[str, str]]:
    for module in MODULES.values():
        name = f"module {module.code}"
        yield from ((name, text) for text in (module.title, module.not_for, *module.paragraphs))
        for question in module.questions:
            yield from ((name, text) for text in (question.text, question.teaches))
            yield from ((name, option.text) for option in question.options)
    for lesson in LESSONS:
        yield from ((f"lesson {lesson.code}", text) for text in (lesson.title, lesson.words))
    for asked in QUIZ:
        said = (asked.asks, asked.teaches, *asked.choices.values())
        yield from ((f"quiz {asked.code}", text) for text in said)


def numbers_in(text: str) -> set[str]:
    """Find every number written out, but for telephones, scales and what is filled in."""
    for passed in (IN_BRACES, TELEPHONE, NAME_OF_A_SCALE):
        text = passed.sub("", text)
    return {found.lower() for found in NUMBER.findall(text)}


def allowed(name: str) -> set[str]:
    """Give the numbers that may stand in this text."""
    return {number.lower() for one in NO_PARAMETER.values() for number in one.get(name, ())}


def test_no_text_repeats_a_number_that_a_sheet_may_move() -> None:
    wrong = {name: found for name, text in texts() if (found := numbers_in(text) - allowed(name))}
    assert wrong == {}


def test_every_number_that_is_let_pass_is_still_there() -> None:
    there: dict[str, set[str]] = {}
    for name, text in texts():
        there.setdefault(name, set()).update(numbers_in(text))
    gone = {
        (name, number)
        for listed in NO_PARAMETER.values()
        for name, numbers in listed.items()
        for number in numbers
        if number.lower() not in there.get(name, set())
    }
    assert gone == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wait 4 hours.", {"4"}),
        ("Wait four hours.", {"four"}),
        ("Wait for an hour.", {"an hour"}),
        ("Wait {fluid_wait}. Call 988 or 911. USC-6.", set()),
    ],
)
def test_a_number_is_found_however_it_is_written(text: str, found: set[str]) -> None:
    assert numbers_in(text) == found


def the_tightest() -> Limits:
    """Give every limit at its tightest."""
    tight = {one.name: one.about.tightest for one in NUMBERS if one.way is not None}
    return replace(LIMITS, **tight)


@pytest.mark.parametrize("language", UNITS)
def test_every_text_is_told_whole_under_any_sheet(language: str) -> None:
    for limits in (LIMITS, the_tightest()):
        for name, text in texts():
            said = told(text, limits, language)
            assert not set("{}") & set(said), name
            assert "  " not in said, name


def test_a_tighter_sheet_is_heard_in_every_text_that_names_its_number() -> None:
    tight = the_tightest()
    for name, text in texts():
        moving = any(
            BY_NAME[number].way and getattr(tight, number) != getattr(LIMITS, number)
            for number in re.findall(r"\{(\w+)", text)
        )
        assert (told(text, tight) != told(text, LIMITS)) is moving, name


def test_what_is_no_number_is_not_told_as_one() -> None:
    """Routes and forms are choices; no text names them."""
    choices = {"home_routes", "home_forms"}
    assert isinstance(next(iter(LIMITS.home_routes)), Route)
    assert isinstance(next(iter(LIMITS.home_forms)), DoseForm)
    assert not [name for name, text in texts() if choices & set(re.findall(r"\{(\w+)", text))]

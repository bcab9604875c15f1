"""What do we ask at intake, and what is still unanswered?

The conditions come from the rules, one question for each reason code. An answer we have not got is
never a no, and "I don't know" is an answer of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from rules.intake.conditions import QUESTIONS
from rules.intake.eligibility import INDICATIONS

EDITION = "2026.11"
Answers = dict[str, dict[str, Any]]


UNKNOWN = "unknown"
"""What a person says who does not know; yes is true and no is false."""


class HowOften(StrEnum):
    """How often somebody uses a substance."""

    NEVER = "never"
    PAST = "past"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"
    UNKNOWN = "unknown"


class SexAtBirth(StrEnum):
    """The sex written down at birth; some limits depend on it."""

    FEMALE = "female"
    MALE = "male"
    INTERSEX = "intersex"
    NOT_TOLD = "not_told"


USE_NOW = (HowOften.MONTHLY, HowOften.WEEKLY, HowOften.DAILY)
OTHER_REASONS = frozenset({"chronic_pain", "substance_use_treatment", "wellness", "other"})
REASONS = tuple(sorted(INDICATIONS | OTHER_REASONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, the kind of answer it takes, and whether the intake needs it."""

    code: str
    asks: str
    kind: str = "yes_no_unknown"
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together and are saved together."""

    code: str
    title: str
    questions: tuple[Question, ...]


def _tri(**asks: str) -> tuple[Question, ...]:
    return tuple(Question(code=code, asks=text) for code, text in asks.items())


def _use(**asks: str) -> tuple[Question, ...]:
    often = tuple(HowOften)
    return tuple(
        Question(code=code, asks=f"How often do you use {what}?", kind="choice", choices=often)
        for code, what in asks.items()
    )


def _told(kind: str, *, required: bool = True, **asks: str) -> tuple[Question, ...]:
    return tuple(
        Question(code=code, asks=text, kind=kind, required=required) for code, text in asks.items()
    )


SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        section.code: section
        for section in (
            Section(
                code="conditions",
                title="Your health, now and before",
                questions=_tri(**QUESTIONS),
            ),
            Section(
                code="medicines",
                title="What you take, with and without a prescription",
                questions=(
                    *_told(
                        "medicines",
                        required=False,
                        list="Which medicines, herbs and supplements do you take, how much, "
                        "and since when?",
                    ),
                    *_tri(complete="Is this list complete? Say yes also if you take nothing."),
                ),
            ),
            Section(
                code="substances",
                title="Alcohol and other substances",
                questions=_use(
                    alcohol="alcohol",
                    cannabis="cannabis, in any form",
                    opioids="opioids, prescribed or not",
                    stimulants="cocaine, amphetamines or other stimulants",
                    psychedelics="psychedelics or MDMA",
                    ketamine="ketamine that nobody prescribed for you",
                    nicotine="tobacco or nicotine",
                ),
            ),
            Section(
                code="diagnoses",
                title="What you want treatment for",
                questions=_told(
                    "diagnoses",
                    list="What is the treatment for, and did a clinician make that diagnosis?",
                ),
            ),
            Section(
                code="earlier_treatment",
                title="What you have tried before",
                questions=_told(
                    "treatments",
                    list="Which medicines or therapies have you tried, and did they help? "
                    "Leave the list empty if there were none.",
                ),
            ),
            Section(
                code="elsewhere",
                title="Ketamine and Spravato from other places",
                questions=(
                    *_tri(
                        esketamine="Have you had Spravato (esketamine) in the last 12 months?",
                        ketamine="Does anybody else treat you with ketamine now?",
                    ),
                    Question(
                        code="esketamine_course_ended",
                        asks="If you had Spravato: has that treatment ended?",
                        required=False,
                    ),
                    *_told(
                        "date",
                        required=False,
                        esketamine_last_dose_on="If you had Spravato: when was the last dose?",
                    ),
                ),
            ),
            Section(
                code="goals",
                title="What you hope for",
                questions=_told("texts", required=False, list="What should be better afterwards?"),
            ),
            Section(
                code="body",
                title="Height and weight",
                questions=_told(
                    "whole_number",
                    height_cm="How tall are you, in centimetres?",
                    weight_g="How much do you weigh, in grams?",
                ),
            ),
            Section(
                code="reproduction",
                title="Sex and pregnancy",
                questions=(
                    Question(
                        code="sex_at_birth",
                        asks="Which sex was written down when you were born?",
                        kind="choice",
                        choices=tuple(SexAtBirth),
                    ),
                    *_tri(can_become_pregnant="Is it possible for your body to become pregnant?"),
                    *_told(
                        "instant",
                        required=False,
                        pregnancy_tested_at="When did you last take a pregnancy test?",
                    ),
                ),
            ),
            Section(
                code="home",
                title="Your home and your sitter",
                questions=_tri(
                    sitter_planned="Is there an adult who can stay with you for a whole session?",
                    calm_place="Is there a calm room where you can lie down undisturbed?",
                    nobody_to_care_for="Can someone else look after children and pets that day?",
                    feels_safe="Do you feel safe with everybody who lives with you?",
                    means_locked="Are weapons and medicines locked away, or is there none?",
                    phone_works="Does a phone work well in that room?",
                ),
            ),
            Section(
                code="emergency_contact",
                title="Whom we call",
                questions=(
                    *_told(
                        "text",
                        name="Whom do we call in an emergency?",
                        phone="At which number?",
                    ),
                    *_told("text", required=False, relation="Who is that person to you?"),
                ),
            ),
            Section(
                code="address",
                title="Where an ambulance finds you",
                questions=(
                    *_told(
                        "text",
                        line="Street, house number and apartment",
                        city="Town or city",
                        state="State, two letters",
                        postal_code="ZIP code",
                    ),
                    *_told(
                        "text", required=False, directions="How do helpers get in? Any animals?"
                    ),
                ),
            ),
            Section(
                code="pharmacy",
                title="Your pharmacy",
                questions=_told(
                    "text", required=False, name="Which pharmacy?", phone="At which number?"
                ),
            ),
            Section(
                code="outside_clinicians",
                title="Who else treats you",
                questions=_told(
                    "clinicians", required=False, list="Who else treats you, and may we call?"
                ),
            ),
        )
    }
)

# History may be copied into a new version and is read again; a yes or a no never is.
HISTORY = (
    "medicines",
    "diagnoses",
    "earlier_treatment",
    "goals",
    "body",
    "emergency_contact",
    "address",
    "pharmacy",
    "outside_clinicians",
    "reported",
)
ASKED_AFRESH = frozenset({"complete", "made_by_clinician", "helped", "may_call", "weight_g"})


def unanswered(answers: Answers) -> tuple[str, ...]:
    """Name every required question that has no answer; conditions by their reason code."""
    return tuple(
        question.code if section.code == "conditions" else f"{section.code}.{question.code}"
        for section in SECTIONS.values()
        for question in section.questions
        if question.required and _is_open(answers.get(section.code, {}).get(question.code))
    )


def carried_over(answers: Answers) -> Answers:
    """Give the history that a new version starts with, less everything that is asked afresh."""
    return {code: _history(answers[code]) for code in HISTORY if code in answers}


def merged(answers: Answers, part: Mapping[str, Mapping[str, Any]]) -> Answers:
    """Lay newly given answers over those saved before; what is not named stays."""
    saved = {code: dict(given) for code, given in answers.items()}
    for code, given in part.items():
        saved[code] = {**saved.get(code, {}), **given}
    return saved


def truth(answer: object) -> bool | None:
    """Read an answer: yes, no, or nobody knows."""
    return answer if isinstance(answer, bool) else None


def _is_open(answer: object) -> bool:
    return answer is None or answer == ""


def _history(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _history(kept) for key, kept in value.items() if key not in ASKED_AFRESH}
    return [_history(entry) for entry in value] if isinstance(value, list) else value

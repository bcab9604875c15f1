"""Which harm does a note tell of, whether or not its author calls it harm? A short list of words.

A sentence counts when it has a word of each group, and no word of denial shortly before the first.
"""

from dataclasses import dataclass

from rules.plan.spelling import sentences
from rules.terms import HarmSignal

URINARY_HOLD = "urinary_symptoms_hold"


@dataclass(frozen=True, slots=True)
class Danger:
    """One kind of harm: the words that tell of it, what it signals, and the hold of its own."""

    signal: HarmSignal
    told_by: tuple[tuple[str, ...], ...]
    hold: str | None = None


_DENIED = frozenset({"no", "not", "denies", "denied", "without", "never", "nor", "neither", "any"})
_BEFORE = 4


def _groups(*texts: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(text.split(", ")) for text in texts)


_URINE = "urine, urinating, urination, pee, peeing, peed, toilet, bladder"
DANGERS = (
    Danger(
        HarmSignal.URINARY_HARM,
        _groups("blood, bloody, bleeding, red, pink, clots", _URINE),
        URINARY_HOLD,
    ),
    Danger(HarmSignal.URINARY_HARM, _groups("hematuria, haematuria, cystitis"), URINARY_HOLD),
    Danger(
        HarmSignal.LOSS_OF_CONSCIOUSNESS,
        _groups("fainted, passed out, unconscious, blacked out, unresponsive, did not wake"),
    ),
    Danger(HarmSignal.SEIZURE, _groups("seizure, seizures, convulsion, convulsions, convulsed")),
    Danger(
        HarmSignal.RESPIRATORY_DEPRESSION,
        _groups(
            "stopped breathing, trouble breathing, could not breathe, couldnt breathe, blue lips"
        ),
    ),
    Danger(
        HarmSignal.SUICIDE_ATTEMPT_OR_HIGH_RISK,
        _groups(
            "suicidal, suicide attempt, attempted suicide, overdose, overdosed, wants to die, "
            "wanted to die, kill herself, kill himself, kill themself, kill myself"
        ),
    ),
    Danger(
        HarmSignal.PSYCHOSIS_OR_MANIA,
        _groups("psychosis, psychotic, manic, hearing voices, heard voices, paranoid"),
    ),
    Danger(
        HarmSignal.EMERGENCY_DEPARTMENT_VISIT,
        _groups(
            "emergency room, emergency department, ambulance, hospitalized, hospitalised, "
            "the er, admitted to hospital, admitted to the hospital"
        ),
    ),
    Danger(HarmSignal.PREGNANCY_EXPOSURE, _groups("pregnant, pregnancy test was positive")),
    Danger(
        HarmSignal.MISUSE_OR_DIVERSION,
        _groups(
            "took extra, took two doses, double dose, sold, gave some to, shared",
            "tablet, tablets, troche, troches, lozenge, lozenges, ketamine, medicine, dose, doses",
        ),
    ),
)


def dangers_in(text: str) -> tuple[Danger, ...]:
    """Give every harm that a text tells of, each kind once."""
    told = [" ".join(parts) for parts in sentences(text)]
    return tuple(danger for danger in DANGERS if any(_tells(one, danger) for one in told))


def _tells(sentence: str, danger: Danger) -> bool:
    if not all(any(_stands(sentence, phrase) for phrase in group) for group in danger.told_by):
        return False
    first = (phrase for phrase in danger.told_by[0] if _stands(sentence, phrase))
    return any(not _is_denied(sentence, phrase) for phrase in first)


def _stands(sentence: str, phrase: str) -> bool:
    return f" {phrase} " in f" {sentence} "


def _is_denied(sentence: str, phrase: str) -> bool:
    before = f" {sentence} ".partition(f" {phrase} ")[0].split()
    return not _DENIED.isdisjoint(before[-_BEFORE:])

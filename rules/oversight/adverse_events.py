"""How grave is a harm, who must look at it by when, and does it hold the next dose?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from rules.limits import LIMITS, Limits
from rules.plan.names import named_in_story
from rules.terms import HarmSignal, Molecule, Seriousness, Severity

_GRAVE = frozenset({Seriousness.DEATH, Seriousness.LIFE_THREATENING})
_RELEASE_FROM_GRADE = Severity.SEVERE.grade
_LONGEST_STORY = 4_000


class Naranjo(StrEnum):
    """How probable it is that the drug did it, by points."""

    DEFINITE = "definite"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Hold:
    """Whether a report holds the next dose, and whether only a prescriber may let go."""

    holds: bool
    prescriber_must_release: bool


# Points for yes and for no; unknown is always 0.
NARANJO_POINTS: Mapping[int, tuple[int, int]] = MappingProxyType(
    {
        1: (1, 0),
        2: (2, -1),
        3: (1, 0),
        4: (2, -1),
        5: (-1, 2),
        6: (-1, 1),
        7: (1, 0),
        8: (1, 0),
        9: (1, 0),
        10: (1, 0),
    }
)

SIGNAL_IN_WORDS: Mapping[HarmSignal, str] = MappingProxyType(
    {
        HarmSignal.RESPIRATORY_DEPRESSION: "weak breathing, or oxygen below "
        "{spo2_emergency_below_percent}",
        HarmSignal.LOSS_OF_CONSCIOUSNESS: "loss of consciousness",
        HarmSignal.SEIZURE: "seizure",
        HarmSignal.HYPERTENSIVE_CRISIS: "blood pressure of {bp_crisis_from} and above, with "
        "symptoms",
        HarmSignal.PSYCHOSIS_OR_MANIA: "new psychosis or mania",
        HarmSignal.SUICIDE_ATTEMPT_OR_HIGH_RISK: "suicide attempt, or high risk after a dose",
        HarmSignal.URINARY_HARM: "blood in the urine or bladder inflammation",
        HarmSignal.MISUSE_OR_DIVERSION: "misuse of ketamine, or passing it on",
        HarmSignal.EXPOSURE_OF_ANOTHER_PERSON: "another person got the medicine",
        HarmSignal.PREGNANCY_EXPOSURE: "exposure in pregnancy, followed to the outcome",
        HarmSignal.EMERGENCY_DEPARTMENT_VISIT: "any visit to an emergency department",
        HarmSignal.ESKETAMINE_OUTSIDE_CLINIC: "esketamine used outside a certified clinic",
    }
)


def is_serious(criteria: Mapping[Seriousness, bool | None]) -> bool | None:
    """Say whether any criterion makes it serious; a criterion nobody answered leaves it open."""
    answers = [criteria.get(criterion) for criterion in Seriousness]
    if True in answers:
        return True
    return None if None in answers else False


def reviewed_as_serious(
    criteria: Mapping[Seriousness, bool | None], signals: Collection[HarmSignal]
) -> bool:
    """Say whether it gets the serious track: serious, not known to be otherwise, or listed."""
    return bool(signals) or is_serious(criteria) is not False


def names_esketamine(story: str) -> bool:
    """Say whether the beginning of somebody's story names esketamine, in any spelling."""
    return named_in_story(story[:_LONGEST_STORY]) is Molecule.ESKETAMINE


def hold_for(
    severity: Severity | None,
    criteria: Mapping[Seriousness, bool | None],
    signals: Collection[HarmSignal] = (),
    *,
    triaged: bool,
) -> Hold:
    """Hold every untriaged report; serious, listed or grade 3 and above waits for a prescriber."""
    unknown_or_severe = severity is None or severity.grade >= _RELEASE_FROM_GRADE
    needs_release = unknown_or_severe or reviewed_as_serious(criteria, signals)
    return Hold(holds=needs_release or not triaged, prescriber_must_release=needs_release)


def triage_due(known_at: datetime, *, session_live: bool, limits: Limits = LIMITS) -> datetime:
    """Give when a clinician must have looked: 15 minutes in a live session, else 24 hours."""
    return known_at + (limits.harm_triage_live if session_live else limits.harm_triage)


def external_report_due_on(
    day_zero: date, criteria: Mapping[Seriousness, bool | None], limits: Limits = LIMITS
) -> date:
    """Give the last day for the report outside: 15 calendar days, 7 for death or danger of it."""
    grave = any(criteria.get(criterion) for criterion in _GRAVE)
    days = limits.external_report_days_if_grave if grave else limits.external_report_days
    return day_zero + timedelta(days=days)


def naranjo(answers: Mapping[int, bool | None]) -> tuple[int, Naranjo]:
    """Add the ten answers; scored by a clinician, never by a patient or coach."""
    points = sum(
        0 if (said := answers.get(question)) is None else if_yes if said else if_no
        for question, (if_yes, if_no) in NARANJO_POINTS.items()
    )
    bands = ((9, Naranjo.DEFINITE), (5, Naranjo.PROBABLE), (1, Naranjo.POSSIBLE))
    band = next((name for least, name in bands if points >= least), Naranjo.DOUBTFUL)
    return points, band

"""Is this harm one that the labels and the home cohorts know, or one that nobody wrote down?

The reference safety information of the programme (protocol §5.5). Expected means known, in that
window after a dose and no graver than written; it never means harmless, and it never changes what
is serious. What the table cannot tell is not expected: a report that waits for a judgement is
treated as if it were unexpected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from rules.limits import LIMITS, Limits
from rules.terms import Severity


class HarmTerm(StrEnum):
    """Kinds of harm in our own words; a dictionary code is given beside it, never instead."""

    DISSOCIATION = "dissociation"
    DIZZINESS_OR_FALL = "dizziness_or_fall"
    NAUSEA_OR_VOMITING = "nausea_or_vomiting"
    SEDATION = "sedation"
    HEADACHE = "headache"
    ANXIETY = "anxiety"
    HALLUCINATION_OR_CONFUSION = "hallucination_or_confusion"
    BLURRED_VISION = "blurred_vision"
    PRESSURE_OR_PULSE_RISE = "pressure_or_pulse_rise"
    PRESSURE_OR_PULSE_FALL = "pressure_or_pulse_fall"
    NUMBNESS_OR_SALIVA = "numbness_or_saliva"
    RESPIRATORY_DEPRESSION = "respiratory_depression"
    LOSS_OF_CONSCIOUSNESS = "loss_of_consciousness"
    LASTING_PSYCHIATRIC_EFFECT = "lasting_psychiatric_effect"
    MANIA_OR_PSYCHOSIS = "mania_or_psychosis"
    SUICIDALITY = "suicidality"
    DEPENDENCE_OR_DIVERSION = "dependence_or_diversion"
    URINARY_HARM = "urinary_harm"
    MEMORY_COMPLAINT = "memory_complaint"
    LIVER_HARM = "liver_harm"
    RAISED_INNER_PRESSURE = "raised_inner_pressure"
    ALLERGY = "allergy"
    MOUTH_IRRITATION = "mouth_irritation"
    MEDICATION_ERROR = "medication_error"
    PREGNANCY_EXPOSURE = "pregnancy_exposure"
    LACK_OF_EFFECT = "lack_of_effect"
    OTHER = "other"


class Expectedness(StrEnum):
    """What the reference says about a harm."""

    EXPECTED = "expected"
    UNEXPECTED = "unexpected"
    SPECIAL_SITUATION = "special_situation"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Known:
    """What the reference knows of one kind of harm; without a window it may come at any time."""

    cite: str
    within: timedelta | None = None
    always_serious: bool = False
    unlisted: bool = False
    special: bool = False


_LABEL_SPRAY = "Spravato label, adverse reactions"
_LABEL_INJECTION = "US ketamine injection label, adverse reactions"
_HOME = "Programme protocol §5.5, reference safety information (P)"


def _hours(hours: int) -> timedelta:
    return timedelta(hours=hours)


T = HarmTerm
REFERENCE: Mapping[HarmTerm, Known] = MappingProxyType(
    {
        T.DISSOCIATION: Known(_LABEL_SPRAY, _hours(2)),
        T.DIZZINESS_OR_FALL: Known(_LABEL_SPRAY, _hours(4)),
        T.NAUSEA_OR_VOMITING: Known(_LABEL_INJECTION, _hours(24)),
        T.SEDATION: Known(_LABEL_SPRAY, _hours(4)),
        T.HEADACHE: Known(_HOME, _hours(24)),
        T.ANXIETY: Known(_LABEL_SPRAY, _hours(4)),
        T.HALLUCINATION_OR_CONFUSION: Known(_LABEL_INJECTION, _hours(24)),
        T.BLURRED_VISION: Known(_LABEL_INJECTION, _hours(4)),
        T.PRESSURE_OR_PULSE_RISE: Known(_LABEL_INJECTION, _hours(3)),
        T.PRESSURE_OR_PULSE_FALL: Known(_LABEL_INJECTION),
        T.NUMBNESS_OR_SALIVA: Known(_LABEL_SPRAY, _hours(2)),
        T.RESPIRATORY_DEPRESSION: Known(_LABEL_INJECTION, always_serious=True),
        T.LOSS_OF_CONSCIOUSNESS: Known(_LABEL_SPRAY, always_serious=True),
        T.LASTING_PSYCHIATRIC_EFFECT: Known(_LABEL_INJECTION, always_serious=True),
        T.MANIA_OR_PSYCHOSIS: Known(_HOME, always_serious=True, unlisted=True),
        T.SUICIDALITY: Known(_LABEL_SPRAY, always_serious=True),
        T.DEPENDENCE_OR_DIVERSION: Known(_LABEL_INJECTION, always_serious=True),
        T.URINARY_HARM: Known(_LABEL_INJECTION, always_serious=True),
        T.MEMORY_COMPLAINT: Known(_HOME),
        T.LIVER_HARM: Known(_LABEL_INJECTION),
        T.RAISED_INNER_PRESSURE: Known(_LABEL_INJECTION, _hours(2)),
        T.ALLERGY: Known(_LABEL_INJECTION, _hours(2)),
        T.MOUTH_IRRITATION: Known(_HOME),
        T.MEDICATION_ERROR: Known(_HOME, special=True),
        T.PREGNANCY_EXPOSURE: Known(_HOME, special=True),
        T.LACK_OF_EFFECT: Known(_HOME, special=True),
        T.OTHER: Known(_HOME, unlisted=True),
    }
)


def expectedness(
    term: HarmTerm | None,
    after_dose: timedelta | None,
    severity: Severity | None,
    limits: Limits = LIMITS,
) -> Expectedness:
    """Say whether the reference expects this harm, so long after a dose and so severe.

    A known effect that comes outside its window or is graver than `expected_up_to_grade` is
    unexpected, for the labels know it otherwise. A missing time or grade cannot be told.
    """
    known = REFERENCE[term] if term is not None else None
    if known is None:
        return Expectedness.CANNOT_TELL
    if known.special:
        return Expectedness.SPECIAL_SITUATION
    if known.unlisted:
        return Expectedness.UNEXPECTED
    return _as_written(known, after_dose, severity, limits)


def expedited(found: Expectedness, *, serious: bool) -> bool:
    """Say whether it is looked at first: serious, and not known to be expected."""
    return serious and found is not Expectedness.EXPECTED


def _as_written(
    known: Known, after_dose: timedelta | None, severity: Severity | None, limits: Limits
) -> Expectedness:
    graver = severity is not None and severity.grade > limits.expected_up_to_grade
    if graver and not known.always_serious:
        return Expectedness.UNEXPECTED
    if severity is None or (known.within is not None and after_dose is None):
        return Expectedness.CANNOT_TELL
    in_time = known.within is None or (after_dose is not None and after_dose <= known.within)
    return Expectedness.EXPECTED if in_time else Expectedness.UNEXPECTED

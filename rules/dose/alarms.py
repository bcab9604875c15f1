"""What is alarming in what the sitter sees and measures, and who has to act on it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from rules.dose.readings import reaches
from rules.facts import ReadingFact
from rules.limits import LIMITS, Limits, Pressure
from rules.terms import Symptom, Urgency

S = Symptom
_NOW, _CLINICIAN, _RECHECK = Urgency.EMERGENCY_SERVICES, Urgency.CLINICIAN, Urgency.RECHECK

_BY_SYMPTOM: tuple[tuple[str, Urgency, frozenset[Symptom]], ...] = (
    ("emergency_unresponsive", _NOW, frozenset({S.UNRESPONSIVE})),
    (
        "emergency_respiratory",
        _NOW,
        frozenset({S.NOT_BREATHING_NORMALLY, S.BLUE_LIPS, S.CHOKING, S.VOMITING_WHILE_DROWSY}),
    ),
    (
        "emergency_cardiac_neuro",
        _NOW,
        frozenset(
            {
                S.SEIZURE,
                S.CHEST_PAIN,
                S.SHORT_OF_BREATH,
                S.WORST_HEADACHE,
                S.SUDDEN_WEAKNESS,
                S.SPEECH_LOSS,
                S.VISION_LOSS,
                S.FAINTED_AND_HURT,
            }
        ),
    ),
    ("emergency_anaphylaxis", _NOW, frozenset({S.SWOLLEN_FACE, S.WHEEZING})),
    ("suicide_risk_high", _CLINICIAN, frozenset({S.SUICIDAL_INTENT})),
    ("accidental_exposure", _CLINICIAN, frozenset({S.SOMEONE_ELSE_EXPOSED})),
    ("sitter_left_early", _CLINICIAN, frozenset({S.SITTER_LEFT})),
)
_DANGER = frozenset({S.VIOLENCE})
_AGITATION = frozenset({S.SEVERE_AGITATION, S.VIOLENCE, S.LEFT_HOME})
_LASTING = frozenset({S.VOMITING_OVER_AN_HOUR, S.PANIC_NOT_SETTLING})
_OVERDOSE = frozenset({S.TOOK_TOO_MUCH})


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong, who acts, and when to look again."""

    code: str
    urgency: Urgency
    recheck_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen at one look; `earlier` holds the readings since the dose, oldest first."""

    reading: ReadingFact | None = None
    earlier: tuple[ReadingFact, ...] = ()
    respiratory_rate_per_minute: int | None = None
    moaas: int | None = None
    symptoms: frozenset[Symptom] = frozenset()
    since_dose: timedelta | None = None


def alarms(seen: Observation, limits: Limits = LIMITS) -> tuple[Alarm, ...]:
    """Give every alarm in one look, worst first, each code once."""
    found = (*_symptoms(seen, limits), *_signs(seen, limits), *_readings(seen, limits))
    worst: dict[str, Alarm] = {}
    for alarm in sorted(found, key=lambda alarm: -alarm.urgency.rank):
        worst.setdefault(alarm.code, alarm)
    return tuple(worst.values())


def calls_emergency_services(found: tuple[Alarm, ...]) -> bool:
    """Say whether 911 must be called now."""
    return any(alarm.urgency is _NOW for alarm in found)


def _symptoms(seen: Observation, limits: Limits) -> Iterator[Alarm]:
    for code, urgency, symptoms in _BY_SYMPTOM:
        if seen.symptoms & symptoms:
            yield Alarm(code, urgency)
    if seen.symptoms & _AGITATION:
        yield Alarm("acute_psychiatric", _NOW if seen.symptoms & _DANGER else _CLINICIAN)
    if S.LOST_TOUCH_WITH_REALITY in seen.symptoms and _is_late(
        seen, limits.psychosis_clinician_after
    ):
        yield Alarm("acute_psychiatric", _CLINICIAN)
    if seen.symptoms & _OVERDOSE:
        yield Alarm("overdose_reported", _NOW if seen.symptoms - _OVERDOSE else _CLINICIAN)
    cannot_walk = S.CANNOT_WALK in seen.symptoms
    if seen.symptoms & _LASTING or (
        cannot_walk and _is_late(seen, limits.prolonged_clinician_after)
    ):
        yield Alarm("prolonged_effect", _CLINICIAN)


def _signs(seen: Observation, limits: Limits) -> Iterator[Alarm]:
    if seen.moaas is not None and seen.moaas <= limits.emergency_moaas:
        yield Alarm("emergency_unresponsive", _NOW)
    breaths = seen.respiratory_rate_per_minute
    oxygen = seen.reading.spo2_percent if seen.reading else None
    if (breaths is not None and breaths < limits.respiratory_rate_emergency_below) or (
        oxygen is not None and oxygen < limits.spo2_emergency_below_percent
    ):
        yield Alarm("emergency_respiratory", _NOW)


def _readings(seen: Observation, limits: Limits) -> Iterator[Alarm]:
    if seen.reading is None:
        return
    if reaches(seen.reading, limits.bp_crisis_from):
        yield _pressure_crisis(seen, limits)
    elif reaches(seen.reading, limits.bp_high_from):
        yield _pressure_high(seen, seen.reading, limits)
    if _is_critical(seen.reading, limits):
        sustained = bool(seen.earlier) and _is_critical(seen.earlier[-1], limits)
        urgency = _NOW if seen.symptoms else _CLINICIAN if sustained else _RECHECK
        yield Alarm("hr_critical", urgency, limits.crisis_recheck)


def _pressure_crisis(seen: Observation, limits: Limits) -> Alarm:
    """First: measure again; second: a clinician; third: emergency; with any symptom: 911."""
    if seen.symptoms:
        return Alarm("emergency_hypertensive", _NOW)
    ladder = (_RECHECK, _CLINICIAN, _NOW)
    in_a_row = _in_a_row(seen.earlier, limits.bp_crisis_from)
    return Alarm("bp_crisis_asymptomatic", ladder[min(in_a_row, 2)], limits.crisis_recheck)


def _pressure_high(seen: Observation, reading: ReadingFact, limits: Limits) -> Alarm:
    """Measure again until it falls; high for more than an hour: a clinician."""
    count = _in_a_row(seen.earlier, limits.bp_high_from)
    since = seen.earlier[-count].measured_at if count else reading.measured_at
    lasting = reading.measured_at - since > limits.bp_high_clinician_after
    urgency = _CLINICIAN if lasting else _RECHECK
    return Alarm("bp_high_in_session", urgency, limits.bp_high_recheck)


def _in_a_row(earlier: tuple[ReadingFact, ...], line: Pressure) -> int:
    count = 0
    for reading in reversed(earlier):
        if not reaches(reading, line):
            break
        count += 1
    return count


def _is_critical(reading: ReadingFact, limits: Limits) -> bool:
    rate = reading.heart_rate_bpm
    return rate is not None and (
        rate > limits.heart_rate_critical_above_bpm or rate < limits.heart_rate_critical_below_bpm
    )


def _is_late(seen: Observation, after: timedelta) -> bool:
    """Say whether this is later than that after the dose; an unknown time counts as late."""
    return seen.since_dose is None or seen.since_dose >= after

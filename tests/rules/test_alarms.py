"""What is alarming in what the sitter sees and measures?"""

from datetime import timedelta

import pytest

from rules.dose.alarms import Alarm, Observation, alarms, calls_emergency_services
from rules.dose.emergencies import instruction_for
from rules.facts import ReadingFact
from rules.limits import LIMITS
from rules.terms import Symptom, Urgency
from tests.rules.facts_factory import a_reading, ago

NOW, CLINICIAN, RECHECK = Urgency.EMERGENCY_SERVICES, Urgency.CLINICIAN, Urgency.RECHECK
S = Symptom
LATE = timedelta(hours=3)


def found(**seen: object) -> list[tuple[str, Urgency]]:
    """Give code and urgency of every alarm."""
    return [(alarm.code, alarm.urgency) for alarm in alarms(Observation(**seen))]


def high(*systolic: int) -> tuple[ReadingFact, ...]:
    """Give readings twenty minutes apart, the last one now."""
    last = len(systolic) - 1
    return tuple(
        a_reading(value, 90, at=ago(minutes=20 * (last - place)))
        for place, value in enumerate(systolic)
    )


@pytest.mark.parametrize(
    ("symptom", "code", "urgency"),
    [
        (S.UNRESPONSIVE, "emergency_unresponsive", NOW),
        (S.NOT_BREATHING_NORMALLY, "emergency_respiratory", NOW),
        (S.BLUE_LIPS, "emergency_respiratory", NOW),
        (S.CHOKING, "emergency_respiratory", NOW),
        (S.VOMITING_WHILE_DROWSY, "emergency_respiratory", NOW),
        (S.SEIZURE, "emergency_cardiac_neuro", NOW),
        (S.CHEST_PAIN, "emergency_cardiac_neuro", NOW),
        (S.SHORT_OF_BREATH, "emergency_cardiac_neuro", NOW),
        (S.WORST_HEADACHE, "emergency_cardiac_neuro", NOW),
        (S.SUDDEN_WEAKNESS, "emergency_cardiac_neuro", NOW),
        (S.SPEECH_LOSS, "emergency_cardiac_neuro", NOW),
        (S.VISION_LOSS, "emergency_cardiac_neuro", NOW),
        (S.FAINTED_AND_HURT, "emergency_cardiac_neuro", NOW),
        (S.SWOLLEN_FACE, "emergency_anaphylaxis", NOW),
        (S.WHEEZING, "emergency_anaphylaxis", NOW),
        (S.SUICIDAL_INTENT, "suicide_risk_high", CLINICIAN),
        (S.SEVERE_AGITATION, "acute_psychiatric", CLINICIAN),
        (S.LEFT_HOME, "acute_psychiatric", CLINICIAN),
        (S.VIOLENCE, "acute_psychiatric", NOW),
        (S.SOMEONE_ELSE_EXPOSED, "accidental_exposure", CLINICIAN),
        (S.TOOK_TOO_MUCH, "overdose_reported", CLINICIAN),
        (S.SITTER_LEFT, "sitter_left_early", CLINICIAN),
        (S.VOMITING_OVER_AN_HOUR, "prolonged_effect", CLINICIAN),
        (S.PANIC_NOT_SETTLING, "prolonged_effect", CLINICIAN),
    ],
)
def test_a_symptom_alarms(symptom: Symptom, code: str, urgency: Urgency) -> None:
    assert found(symptoms=frozenset({symptom})) == [(code, urgency)]
    assert instruction_for(code, LIMITS).call


@pytest.mark.parametrize("symptom", [S.NAUSEA, S.DIZZINESS, S.FEELS_UNREAL, S.VOMITING])
def test_an_expected_effect_does_not_alarm(symptom: Symptom) -> None:
    assert found(symptoms=frozenset({symptom}), since_dose=timedelta(minutes=30)) == []


def test_too_much_with_any_symptom_is_an_emergency() -> None:
    assert found(symptoms=frozenset({S.TOOK_TOO_MUCH, S.SLEEPY})) == [("overdose_reported", NOW)]


@pytest.mark.parametrize(
    ("symptom", "since", "expected"),
    [
        (S.LOST_TOUCH_WITH_REALITY, timedelta(minutes=119), []),
        (S.LOST_TOUCH_WITH_REALITY, timedelta(hours=2), [("acute_psychiatric", CLINICIAN)]),
        (S.LOST_TOUCH_WITH_REALITY, None, [("acute_psychiatric", CLINICIAN)]),
        (S.CANNOT_WALK, timedelta(minutes=179), []),
        (S.CANNOT_WALK, timedelta(minutes=180), [("prolonged_effect", CLINICIAN)]),
    ],
)
def test_what_is_expected_early_alarms_late(
    symptom: Symptom, since: timedelta | None, expected: list[object]
) -> None:
    assert found(symptoms=frozenset({symptom}), since_dose=since) == expected


@pytest.mark.parametrize(("moaas", "alarming"), [(None, False), (3, False), (2, True), (0, True)])
def test_who_only_answers_to_shaking_is_an_emergency(moaas: int | None, alarming: bool) -> None:
    assert bool(found(moaas=moaas)) is alarming


@pytest.mark.parametrize(
    ("rate", "oxygen", "alarming"),
    [(8, 90, False), (7, 90, True), (8, 89, True), (None, None, False)],
)
def test_weak_breathing_is_an_emergency(
    rate: int | None, oxygen: int | None, alarming: bool
) -> None:
    seen = {"reading": a_reading(spo2=oxygen), "respiratory_rate_per_minute": rate}
    assert found(**seen) == ([("emergency_respiratory", NOW)] if alarming else [])


@pytest.mark.parametrize(
    ("pressure", "expected"),
    [
        ((159, 99), []),
        ((160, 80), [("bp_high_in_session", RECHECK)]),
        ((120, 100), [("bp_high_in_session", RECHECK)]),
        ((179, 119), [("bp_high_in_session", RECHECK)]),
        ((180, 90), [("bp_crisis_asymptomatic", RECHECK)]),
        ((150, 120), [("bp_crisis_asymptomatic", RECHECK)]),
    ],
)
def test_high_blood_pressure_alarms(pressure: tuple[int, int], expected: list[object]) -> None:
    assert found(reading=a_reading(*pressure)) == expected


@pytest.mark.parametrize(
    ("pressures", "urgency"),
    [
        ((185,), RECHECK),
        ((185, 185), CLINICIAN),
        ((185, 185, 185), NOW),
        ((185, 185, 185, 185), NOW),
        ((185, 170, 185), RECHECK),
    ],
)
def test_a_crisis_that_stays_climbs(pressures: tuple[int, ...], urgency: Urgency) -> None:
    *earlier, last = high(*pressures)
    assert found(reading=last, earlier=tuple(earlier)) == [("bp_crisis_asymptomatic", urgency)]


def test_a_crisis_with_any_symptom_is_an_emergency() -> None:
    seen = alarms(Observation(reading=a_reading(181, 90), symptoms=frozenset({S.HEADACHE})))
    assert [alarm.code for alarm in seen] == ["emergency_hypertensive"]
    assert calls_emergency_services(seen)


@pytest.mark.parametrize(
    ("urgencies", "calls"),
    [((), False), ((CLINICIAN, RECHECK), False), ((NOW, RECHECK), True), ((RECHECK, NOW), True)],
)
def test_one_emergency_among_other_alarms_calls(
    urgencies: tuple[Urgency, ...], calls: bool
) -> None:
    seen = tuple(Alarm("a_code", urgency) for urgency in urgencies)
    assert calls_emergency_services(seen) is calls


def test_a_number_that_was_not_measured_reaches_no_line() -> None:
    assert found(reading=a_reading(None, None)) == []
    assert found(reading=a_reading(None, 120)) == [("bp_crisis_asymptomatic", RECHECK)]
    assert found(reading=a_reading(180, None)) == [("bp_crisis_asymptomatic", RECHECK)]


@pytest.mark.parametrize(
    ("pressures", "urgency"),
    [((165, 165, 165, 165), RECHECK), ((165,) * 5, CLINICIAN), ((165, 150, 165, 165), RECHECK)],
)
def test_high_for_more_than_an_hour_needs_a_clinician(
    pressures: tuple[int, ...], urgency: Urgency
) -> None:
    *earlier, last = high(*pressures)
    assert found(reading=last, earlier=tuple(earlier)) == [("bp_high_in_session", urgency)]


@pytest.mark.parametrize(
    ("rates", "symptoms", "expected"),
    [
        ((130,), (), []),
        ((40,), (), []),
        ((None,), (), []),
        ((131,), (), [("hr_critical", RECHECK)]),
        ((39,), (), [("hr_critical", RECHECK)]),
        ((131, 131), (), [("hr_critical", CLINICIAN)]),
        ((100, 131), (), [("hr_critical", RECHECK)]),
        ((131, 100, 131), (), [("hr_critical", RECHECK)]),
        ((100, 131, 131), (), [("hr_critical", CLINICIAN)]),
        ((131,), (S.PALPITATIONS,), [("hr_critical", NOW)]),
    ],
)
def test_a_critical_heart_rate_alarms(
    rates: tuple[int | None, ...], symptoms: tuple[Symptom, ...], expected: list[object]
) -> None:
    *earlier, last = (a_reading(120, 80, rate) for rate in rates)
    seen = {"reading": last, "earlier": tuple(earlier), "symptoms": frozenset(symptoms)}
    assert found(**seen) == expected


def test_the_worst_comes_first_and_each_code_once() -> None:
    seen = alarms(
        Observation(
            reading=a_reading(165, 90, spo2=85),
            moaas=1,
            symptoms=frozenset({S.UNRESPONSIVE, S.BLUE_LIPS, S.SEVERE_AGITATION}),
            since_dose=LATE,
        )
    )
    assert [alarm.code for alarm in seen] == [
        "emergency_unresponsive",
        "emergency_respiratory",
        "acute_psychiatric",
        "bp_high_in_session",
    ]


def test_the_worse_of_two_reasons_decides_a_code() -> None:
    both = frozenset({S.LOST_TOUCH_WITH_REALITY, S.VIOLENCE})
    assert found(symptoms=both, since_dose=LATE) == [("acute_psychiatric", NOW)]


def test_a_recheck_says_when() -> None:
    assert alarms(Observation(reading=a_reading(165, 90))) == (
        Alarm("bp_high_in_session", RECHECK, timedelta(minutes=15)),
    )

"""What in the answers after a dose has to reach a human?"""

from dataclasses import replace
from typing import Any

import pytest

from rules.aftercare.next_day import (
    WORDS,
    NextDay,
    does_its_work,
    is_complete,
    next_day_alarms,
)
from rules.limits import LIMITS
from rules.terms import FollowUpKind, HarmSignal, Symptom
from tests.factories.aftercare import QUIET_SUICIDE_ANSWERS, all_well

QUIET = QUIET_SUICIDE_ANSWERS
ASKED = (
    "side_effects",
    "global_change",
    "urinary_trouble",
    "fall_or_injury",
    "drove",
    "took_more",
    "medical_help",
    "unreal_or_racing",
)


def codes(said: NextDay) -> list[str]:
    return [alarm.code for alarm in next_day_alarms(said)]


def test_a_quiet_day_after_alarms_nobody() -> None:
    assert codes(all_well()) == []


def test_silence_alarms_nobody_and_is_not_complete() -> None:
    assert codes(NextDay()) == []
    assert not is_complete(NextDay())


@pytest.mark.parametrize("name", ASKED)
def test_each_question_has_to_be_answered(name: str) -> None:
    assert is_complete(all_well())
    assert not is_complete(replace(all_well(), **{name: None}))


def test_the_suicide_questions_have_to_be_answered() -> None:
    assert not is_complete(all_well(suicide={"q1": False, "q2": False}))


def test_only_the_check_of_the_day_after_needs_every_answer() -> None:
    for kind in FollowUpKind:
        assert does_its_work(kind, NextDay()) is (kind is not FollowUpKind.HOURS_24)
        assert does_its_work(kind, all_well())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"suicide": {**QUIET, "q1": True}}, "suicide_risk_low"),
        ({"suicide": {**QUIET, "q2": True, "q3": True, "q4": False, "q5": False}},
         "suicide_risk_moderate"),
        ({"suicide": {**QUIET, "q2": True, "q5": True}}, "suicide_risk_high"),
        ({"side_effects": frozenset({Symptom.HEADACHE})}, "side_effect_lasting"),
        ({"urinary_trouble": True}, "urinary_symptoms_review"),
        ({"urinary_blood": True}, "urinary_symptoms_hold"),
        ({"fall_or_injury": True}, "fall_or_injury"),
        ({"drove": True}, "drove_too_early"),
        ({"took_more": True}, "overdose_reported"),
        ({"medical_help": True}, "medical_help_needed"),
        ({"unreal_or_racing": True}, "acute_psychiatric"),
    ],
)  # fmt: skip
def test_one_answer_is_one_alarm_with_words(change: dict[str, Any], code: str) -> None:
    assert codes(all_well(**change)) == [code]
    assert WORDS[code]


# What each answer does: makes a harm report, holds the next dose, and which signals it carries.
DOES = {
    "suicide_risk_high": (True, False, {HarmSignal.SUICIDE_ATTEMPT_OR_HIGH_RISK}),
    "suicide_risk_moderate": (False, False, set()),
    "suicide_risk_low": (False, False, set()),
    "acute_psychiatric": (True, True, {HarmSignal.PSYCHOSIS_OR_MANIA}),
    "medical_help_needed": (True, False, {HarmSignal.EMERGENCY_DEPARTMENT_VISIT}),
    "overdose_reported": (True, True, {HarmSignal.MISUSE_OR_DIVERSION}),
    "urinary_symptoms_hold": (True, True, {HarmSignal.URINARY_HARM}),
    "fall_or_injury": (True, False, set()),
    "side_effect_lasting": (True, False, set()),
    "urinary_symptoms_review": (True, False, set()),
    "drove_too_early": (False, False, set()),
}


@pytest.mark.parametrize(
    "risk",
    [
        {"q1": True},
        {"q2": True, "q3": True, "q4": False, "q5": False},
        {"q2": True, "q5": True},
    ],
    ids=["low", "moderate", "high"],
)
def test_an_answer_reports_harm_and_holds_as_it_must(risk: dict[str, bool]) -> None:
    said = all_well(
        suicide={**QUIET, **risk},
        side_effects=frozenset({Symptom.HEADACHE}),
        urinary_trouble=True,
        urinary_blood=True,
        fall_or_injury=True,
        drove=True,
        took_more=True,
        medical_help=True,
        unreal_or_racing=True,
    )
    found = next_day_alarms(said)
    assert len(found) == 9
    for alarm in found:
        assert (alarm.harm, alarm.holds, set(alarm.signals)) == DOES[alarm.code]
    assert set(DOES) == set(WORDS)


@pytest.mark.parametrize(("pain", "alarms"), [(None, 0), (0, 0), (1, 0), (2, 1), (3, 1)])
def test_pain_on_passing_water_holds_from_the_limit_on(pain: int | None, alarms: int) -> None:
    assert LIMITS.urinary_pain_hold_from == 2
    assert len(codes(all_well(urinary_pain=pain))) == alarms


def test_the_worst_comes_first() -> None:
    said = all_well(drove=True, took_more=True, suicide={**QUIET, "q2": True, "q4": True})
    assert codes(said) == ["suicide_risk_high", "overdose_reported", "drove_too_early"]


def test_every_word_about_suicide_says_where_help_is() -> None:
    for code in ("suicide_risk_high", "suicide_risk_moderate", "suicide_risk_low"):
        assert "988" in WORDS[code]

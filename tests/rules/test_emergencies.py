"""What do we tell people to do, in the same answer as their report?"""

import re

import pytest

from rules.dose import emergencies
from rules.dose.emergencies import (
    CRISIS_RESOURCES,
    TEXTS,
    instruction_for,
    instruction_for_harm,
)
from rules.limits import LIMITS
from rules.terms import HarmSignal

ESCALATIONS = (
    "emergency_unresponsive",
    "emergency_respiratory",
    "emergency_cardiac_neuro",
    "emergency_hypertensive",
    "emergency_anaphylaxis",
    "bp_crisis_asymptomatic",
    "bp_high_in_session",
    "hr_critical",
    "acute_psychiatric",
    "overdose_reported",
    "accidental_exposure",
    "prolonged_effect",
    "monitor_check_missed",
    "home_bp_40min_missing",
    "sitter_left_early",
    "administration_deviation",
    "dosed_without_clearance",
)


@pytest.mark.parametrize("code", ESCALATIONS)
def test_every_escalation_has_words_of_its_own(code: str) -> None:
    given = instruction_for(code, LIMITS)
    assert given.code == code
    assert given.text != instruction_for("no such code", LIMITS).text
    assert "911" in given.call


@pytest.mark.parametrize("code", [code for code in ESCALATIONS if code.startswith("emergency_")])
def test_an_emergency_begins_with_the_call(code: str) -> None:
    assert instruction_for(code, LIMITS).text.startswith("Call 911 now.")


def test_an_unknown_code_or_language_still_gets_a_safe_answer() -> None:
    assert instruction_for("no such code", LIMITS).call == ("911",)
    assert instruction_for("emergency_respiratory", LIMITS, "xx") == instruction_for(
        "emergency_respiratory", LIMITS
    )


def test_a_language_says_its_own_words_and_the_rest_in_english(monkeypatch) -> None:
    spanish = {"emergency_respiratory": ("Llame al 911 ahora.", ("911",))}
    monkeypatch.setattr(emergencies, "TEXTS", {**TEXTS, "es": spanish})
    assert instruction_for("emergency_respiratory", LIMITS, "es").text == "Llame al 911 ahora."
    assert instruction_for("pregnancy", LIMITS, "es") == instruction_for("pregnancy", LIMITS)


def test_suicide_goes_to_988_and_exposure_to_poison_control() -> None:
    assert instruction_for("suicide_risk_high", LIMITS).call[0] == "988"
    assert "1-800-222-1222" in instruction_for("accidental_exposure", LIMITS).call
    assert "1-800-222-1222" in instruction_for("overdose_reported", LIMITS).call
    assert "988" in CRISIS_RESOURCES.text
    assert CRISIS_RESOURCES.call == ("988", "911")
    assert CRISIS_RESOURCES.code == "suicide_risk_high"


@pytest.mark.parametrize("code", sorted(TEXTS["en"]))
def test_sentences_are_short_enough_to_read_in_fear(code: str) -> None:
    sentences = re.split(r"(?<=[.!?])\s", instruction_for(code, LIMITS).text)
    assert max(len(sentence.split()) for sentence in sentences) <= 22


def test_harm_without_a_sign_is_thanked_for_and_told_when_to_call() -> None:
    given = instruction_for_harm((), LIMITS)
    assert given.text == instruction_for("harm_reported", LIMITS).text
    assert given.call == ("911", "988")


def test_of_several_signs_the_worst_is_said_first_and_no_number_twice() -> None:
    signals = (HarmSignal.ESKETAMINE_OUTSIDE_CLINIC, HarmSignal.SEIZURE)
    given = instruction_for_harm(signals, LIMITS)
    assert given.code == "emergency_cardiac_neuro"
    assert given.text.startswith("Call 911 now.")
    assert "not safe at home" in given.text
    assert given.call == ("911",)


# Worst first; whatever else is reported is thanked for, and told when to call.
SAID_ABOUT = {
    HarmSignal.RESPIRATORY_DEPRESSION: "emergency_respiratory",
    HarmSignal.LOSS_OF_CONSCIOUSNESS: "emergency_unresponsive",
    HarmSignal.SEIZURE: "emergency_cardiac_neuro",
    HarmSignal.HYPERTENSIVE_CRISIS: "emergency_hypertensive",
    HarmSignal.SUICIDE_ATTEMPT_OR_HIGH_RISK: "suicide_risk_high",
    HarmSignal.EXPOSURE_OF_ANOTHER_PERSON: "accidental_exposure",
    HarmSignal.PSYCHOSIS_OR_MANIA: "acute_psychiatric",
    HarmSignal.PREGNANCY_EXPOSURE: "pregnancy",
    HarmSignal.ESKETAMINE_OUTSIDE_CLINIC: "esketamine_outside_clinic",
}


@pytest.mark.parametrize("signal", HarmSignal)
def test_every_sign_is_answered_with_its_own_words(signal: HarmSignal) -> None:
    given = instruction_for_harm((signal,), LIMITS)
    assert given.code == SAID_ABOUT.get(signal, "harm_reported")
    assert given.code in TEXTS["en"]
    assert "911" in given.call


def test_all_signs_together_are_said_worst_first() -> None:
    text = instruction_for_harm(tuple(HarmSignal), LIMITS).text
    assert text == " ".join(instruction_for(code, LIMITS).text for code in SAID_ABOUT.values())

"""Is harm heard in a note that nobody called harm?"""

import pytest

from rules.oversight.danger_words import DANGERS, URINARY_HOLD, dangers_in
from rules.terms import HarmSignal as Signal


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("She noticed blood in urine on Monday.", Signal.URINARY_HARM),
        ("His pee was red this morning", Signal.URINARY_HARM),
        ("Doctor found cystitis", Signal.URINARY_HARM),
        ("He passed out in the kitchen.", Signal.LOSS_OF_CONSCIOUSNESS),
        ("had a seizure at work", Signal.SEIZURE),
        ("trouble breathing after the dose", Signal.RESPIRATORY_DEPRESSION),
        ("says she is suicidal", Signal.SUICIDE_ATTEMPT_OR_HIGH_RISK),
        ("was hearing voices", Signal.PSYCHOSIS_OR_MANIA),
        ("went to the ER", Signal.EMERGENCY_DEPARTMENT_VISIT),
        ("She is pregnant!", Signal.PREGNANCY_EXPOSURE),
        ("He shared a tablet with his brother", Signal.MISUSE_OR_DIVERSION),
        ("blo\u200bod in her u\u0433ine", Signal.URINARY_HARM),
    ],
)
def test_a_danger_is_heard(text, signal):
    assert [danger.signal for danger in dangers_in(text)] == [signal]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Slept well, no complaints.",
        "No blood in urine. Denies suicidal thoughts, and is not manic.",
        "Her blood pressure was fine. She asked where the toilet is.",
        "We shared a cup of tea.",
    ],
)
def test_a_denial_or_an_ordinary_word_is_no_danger(text):
    assert dangers_in(text) == ()


def test_blood_in_the_urine_has_a_hold_of_its_own():
    assert {danger.hold for danger in dangers_in("blood in urine")} == {URINARY_HOLD}


def test_a_denial_of_one_sign_does_not_hide_another():
    assert dangers_in("No clots, but there was some blood in her urine, she says, quite red")


def test_every_kind_of_danger_can_be_heard():
    for danger in DANGERS:
        sentence = " ".join(group[0] for group in danger.told_by)
        assert danger in dangers_in(sentence)

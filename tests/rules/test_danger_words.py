"""Is harm heard in a note that nobody called harm?"""

from itertools import product

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


@pytest.mark.parametrize(
    "denial", ["no", "not", "denies", "denied", "without", "never", "nor", "neither", "any"]
)
def test_a_word_of_denial_before_it_makes_it_no_danger(denial):
    assert dangers_in(f"{denial} hearing voices") == ()


@pytest.mark.parametrize(("between", "heard"), [("a, b, c", False), ("a, b, c, d", True)])
def test_a_denial_reaches_over_three_words_and_not_over_four(between, heard):
    assert bool(dangers_in(f"no {between} seizure")) is heard


def test_a_denial_of_where_it_was_seen_hides_nothing():
    assert dangers_in("There was blood and no more urine than usual")


def test_the_end_of_a_line_may_end_what_a_denial_is_about():
    assert dangers_in("Seizures: no\nBlood in urine since Monday")
    assert dangers_in("There was blood in the\nurine")


def test_only_urinary_harm_has_a_hold_of_its_own():
    holds = {(danger.signal, danger.hold) for danger in DANGERS if danger.hold is not None}
    assert holds == {(Signal.URINARY_HARM, URINARY_HOLD)}


def test_blood_in_the_urine_has_a_hold_of_its_own():
    assert {danger.hold for danger in dangers_in("blood in urine")} == {URINARY_HOLD}


def test_a_denial_of_one_sign_does_not_hide_another():
    assert dangers_in("No clots, but there was some blood in her urine, she says, quite red")


@pytest.mark.parametrize("danger", DANGERS, ids=lambda danger: danger.told_by[0][0])
def test_every_word_of_every_kind_of_danger_can_be_heard(danger):
    for sentence in map(" ".join, product(*danger.told_by)):
        assert danger in dangers_in(f"Yesterday {sentence} again.")

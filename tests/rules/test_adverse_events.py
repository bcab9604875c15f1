"""How grave is a harm, who must look by when, and does it hold the next dose?"""

from datetime import date, timedelta

import pytest

from rules.oversight.adverse_events import (
    SIGNAL_IN_WORDS,
    Hold,
    Naranjo,
    external_report_due_on,
    hold_for,
    is_serious,
    names_esketamine,
    naranjo,
    reviewed_as_serious,
    triage_due,
)
from rules.terms import HarmSignal, Seriousness, Severity
from tests.rules.facts_factory import NOW

NONE = dict.fromkeys(Seriousness, False)
RELEASE, WAIT, FREE = Hold(True, True), Hold(True, False), Hold(False, False)


@pytest.mark.parametrize("criterion", Seriousness)
def test_one_criterion_makes_it_serious(criterion: Seriousness) -> None:
    assert is_serious({criterion: True}) is True
    assert is_serious({**NONE, criterion: None}) is None


def test_six_times_no_is_not_serious() -> None:
    assert is_serious(NONE) is False
    assert not reviewed_as_serious(NONE, ())


@pytest.mark.parametrize("signal", HarmSignal)
def test_the_list_is_always_reviewed_as_serious(signal: HarmSignal) -> None:
    assert reviewed_as_serious(NONE, {signal})
    assert SIGNAL_IN_WORDS[signal]


def test_a_report_with_almost_nothing_in_it_is_reviewed_as_serious() -> None:
    assert reviewed_as_serious({}, ())


@pytest.mark.parametrize(
    ("severity", "criteria", "signals", "triaged", "hold"),
    [
        (None, {}, (), False, RELEASE),
        (None, NONE, (), True, RELEASE),
        (Severity.MILD, NONE, (), False, WAIT),
        (Severity.MILD, NONE, (), True, FREE),
        (Severity.MODERATE, NONE, (), False, WAIT),
        (Severity.MODERATE, NONE, (), True, FREE),
        (Severity.SEVERE, NONE, (), True, RELEASE),
        (Severity.MILD, {**NONE, Seriousness.HOSPITALIZATION: True}, (), True, RELEASE),
        (Severity.MILD, NONE, (HarmSignal.SEIZURE,), True, RELEASE),
        (Severity.MILD, {}, (), True, RELEASE),
    ],
)
def test_what_holds_the_next_dose(severity, criteria, signals, triaged, hold) -> None:
    assert hold_for(severity, criteria, signals, triaged=triaged) == hold


def test_severity_grades_run_from_1_to_5() -> None:
    assert [severity.grade for severity in Severity] == [1, 2, 3, 4, 5]


def test_triage_is_due_in_15_minutes_while_the_session_lives_else_in_a_day() -> None:
    assert triage_due(NOW, session_live=True) == NOW + timedelta(minutes=15)
    assert triage_due(NOW, session_live=False) == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("criteria", "due"),
    [
        ({}, date(2027, 1, 4)),
        ({Seriousness.HOSPITALIZATION: True}, date(2027, 1, 4)),
        ({Seriousness.DEATH: True}, date(2026, 12, 27)),
        ({Seriousness.LIFE_THREATENING: True}, date(2026, 12, 27)),
    ],
)
def test_the_report_outside_counts_from_the_day_anybody_knew(criteria, due: date) -> None:
    assert external_report_due_on(date(2026, 12, 20), criteria) == due


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, (0, Naranjo.DOUBTFUL)),
        (dict.fromkeys(range(1, 11)), (0, Naranjo.DOUBTFUL)),
        ({1: True}, (1, Naranjo.POSSIBLE)),
        ({2: True, 5: False}, (4, Naranjo.POSSIBLE)),
        ({1: True, 2: True, 5: False}, (5, Naranjo.PROBABLE)),
        ({1: True, 2: True, 4: True, 5: False, 3: True}, (8, Naranjo.PROBABLE)),
        ({1: True, 2: True, 4: True, 5: False, 3: True, 9: True}, (9, Naranjo.DEFINITE)),
        (
            {**dict.fromkeys(range(1, 11), True), 5: False, 6: False},
            (13, Naranjo.DEFINITE),
        ),
        (
            {**dict.fromkeys(range(1, 11), False), 5: True, 6: True},
            (-4, Naranjo.DOUBTFUL),
        ),
    ],
)
def test_naranjo_points(answers, expected) -> None:
    assert naranjo(answers) == expected


@pytest.mark.parametrize(
    "story",
    [
        "I used my friend's Spravato at home yesterday",
        "took esketamin spray in the kitchen",
        "Spravatto, two puffs",
        "he had it from Sprav\u200bato",
    ],
)
def test_a_story_that_names_esketamine_is_understood(story: str) -> None:
    assert names_esketamine(story)


@pytest.mark.parametrize(
    "story",
    [
        "",
        "It's my ketamine, I felt dizzy and separated from everything",
        "After the S. session my blood pressure was 150/95",
        "ketamine (S) made me sick",
        "a" * 5_000 + " Spravato",
    ],
)
def test_a_story_that_does_not_is_left_alone(story: str) -> None:
    assert not names_esketamine(story)


@pytest.mark.parametrize(("read_to_the_end", "length"), [(True, 4_000), (False, 4_001)])
def test_a_story_is_read_up_to_its_four_thousandth_letter(read_to_the_end, length) -> None:
    assert names_esketamine("SK spray".rjust(length)) is read_to_the_end

"""Is an instrument that is due before a dose named, to the day and to the hour?"""

from datetime import date, timedelta

import pytest

from rules.core import Point
from rules.facts import AnsweredFact, Facts
from rules.gates import evaluate
from rules.intake import freshness
from rules.limits import LIMITS
from rules.terms import Instrument
from tests.rules.facts_factory import NOW, TODAY, answered, but, clear_facts

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PTSD = ("post_traumatic_stress_disorder",)


def facts(*, sessions: tuple[timedelta, ...] = (7 * DAY,), **ages: timedelta) -> Facts:
    """Give the clear patient with sessions so long ago, and answers of these ages."""
    taken = tuple(NOW - age for age in sessions)
    return but(clear_facts(), instruments__answered=answered(**ages), course__sessions_at=taken)


def stale(found: Facts) -> set[str]:
    """Name what is stale."""
    return set(freshness.stale_before_dose(found) or ())


@pytest.mark.parametrize("name", ["phq9", "gad7", "usc6", "ccc4"])
@pytest.mark.parametrize(("days", "old"), [(27, False), (28, False), (29, True)])
def test_scores_live_four_weeks_once_doses_are_taken(name: str, days: int, *, old: bool) -> None:
    found = facts(sessions=(30 * DAY,), **{name: days * DAY})
    assert stale(found) == ({name} if old else set())


@pytest.mark.parametrize("name", ["phq9", "gad7"])
@pytest.mark.parametrize(("days", "old"), [(13, False), (14, False), (15, True)])
def test_mood_is_scored_again_before_the_first_dose_of_a_course(
    name: str, days: int, *, old: bool
) -> None:
    assert stale(facts(sessions=(), **{name: days * DAY})) == ({name} if old else set())


def test_bladder_and_memory_live_four_weeks_before_the_first_dose_too() -> None:
    assert stale(facts(sessions=(), usc6=28 * DAY, ccc4=28 * DAY)) == set()


@pytest.mark.parametrize("name", ["audit_c", "dast10"])
@pytest.mark.parametrize(("days", "old"), [(89, False), (90, False), (91, True)])
def test_substances_are_asked_every_ninety_days(name: str, days: int, *, old: bool) -> None:
    assert stale(facts(**{name: days * DAY})) == ({name} if old else set())


@pytest.mark.parametrize(
    ("age", "mood", "old"),
    [
        (24 * HOUR, True, False),
        (24 * HOUR + timedelta(seconds=1), True, True),
        (24 * HOUR + timedelta(seconds=1), None, True),
        (400 * DAY, False, False),
    ],
)
def test_mania_is_scored_at_each_check_in_unless_there_is_no_mood_disorder(
    age: timedelta, *, mood: bool | None, old: bool
) -> None:
    found = but(facts(asrm=age), instruments__mood_disorder=mood)
    assert stale(found) == ({"asrm"} if old else set())


@pytest.mark.parametrize("sessions", [3, 4, 5, 6, 8])
def test_after_every_third_session_they_are_answered_since_that_session(sessions: int) -> None:
    taken = tuple((40 - number) * DAY for number in range(sessions))
    due = taken[sessions // 3 * 3 - 1]
    four = ("phq9", "gad7", "usc6", "ccc4")
    exact = facts(sessions=taken, **dict.fromkeys(four, due))
    late_by_age = due > 28 * DAY
    assert stale(exact) == (set(four) if late_by_age else set())
    young = facts(sessions=(*[3 * DAY] * 2, 2 * DAY), **dict.fromkeys(four, 2 * DAY))
    assert stale(young) == set()
    before = facts(
        sessions=(*[3 * DAY] * 2, 2 * DAY),
        **dict.fromkeys(four, 2 * DAY + timedelta(seconds=1)),
    )
    assert stale(before) == set(four)


def test_two_sessions_ask_for_no_review() -> None:
    taken = (3 * DAY, 1 * DAY)
    assert stale(facts(sessions=taken, usc6=5 * DAY, phq9=5 * DAY)) == set()


def test_trauma_is_scored_for_who_has_it() -> None:
    found = facts()
    assert stale(but(found, intake__indications=PTSD)) == {"pcl5"}
    now = AnsweredFact(instrument="pcl5", at=NOW, on=TODAY)
    more = (*answered(), now)
    both = but(found, intake__indications=PTSD, instruments__answered=more)
    assert stale(both) == set()


# The clocks go back on 1 November: four weeks later it is 28 days, and 28 days and an hour.
def test_days_are_days_of_the_calendar() -> None:
    early = AnsweredFact(instrument="usc6", at=NOW - 28 * DAY - HOUR, on=TODAY - 28 * DAY)
    others = tuple(one for one in answered() if one.instrument != "usc6")
    assert stale(but(facts(), instruments__answered=(*others, early))) == set()
    late = AnsweredFact(instrument="usc6", at=NOW - 28 * DAY, on=date(2026, 10, 23))
    assert stale(but(facts(), instruments__answered=(*others, late))) == {"usc6"}


@pytest.mark.parametrize("point", [Point.CHECK_IN, Point.DOSE])
def test_the_gate_names_what_is_stale_and_nobody_can_pass_it(point: Point) -> None:
    found = but(clear_facts(point), instruments__answered=answered(usc6=29 * DAY))
    decision = evaluate(point, but(found, overridden=frozenset({"instrument_incomplete"})))
    finding = next(one for one in decision.raised if one.rule.code == "instrument_incomplete")
    assert (finding.outcome, finding.check.observed) == ("stop", "usc6")


def test_a_tighter_life_makes_more_stale() -> None:
    tight = LIMITS.tightened(instrument_life_days=7, substance_screen_life_days=7)
    found = facts(usc6=8 * DAY, dast10=8 * DAY)
    assert stale(found) == set()
    assert stale(but(found, limits=tight)) == {"usc6", "dast10"}


def test_every_instrument_of_the_intake_is_looked_at() -> None:
    assert stale(but(facts(), instruments__answered=())) == set(freshness.INTAKE)
    assert Instrument.CSSRS not in freshness.INTAKE

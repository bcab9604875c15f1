"""Which of two moments decides, in what order, and until when: the edges of the calendar?"""

from datetime import date, timedelta
from typing import Any

import pytest

from rules.intake import freshness
from rules.intake.schedule import Due, Form, Occasion, Session, Standing, due
from rules.terms import Instrument
from tests.rules.test_schedule import DAY, FIRST, HOUR, answers, names, standing

O = Occasion  # noqa: E741 - short, for the tables
SECOND = timedelta(seconds=1)
TRAUMA = {"indications": (freshness.PTSD,)}


def session(at: Any) -> Session:
    """Give a session on the day of its dose."""
    return Session(at=at, on=at.date())


def of(found: Standing, occasion: Occasion) -> list[Due]:
    """Give what is due on this occasion."""
    return [one for one in due(found) if one.occasion is occasion]


def dates(one: Due) -> tuple[date, date, date | None]:
    """Give from when, for when and until when something is asked."""
    return one.opens_on, one.due_on, one.closes_on


def test_the_words_of_the_calendar() -> None:
    assert [*Occasion] == [
        *("intake", "after_item_9", "check_in", "next_day", "course_begins", "weekly"),
        *("course_review", "every_28_days", "every_90_days"),
    ]
    assert [*Form] == ["predose_check", "follow_up"]


def test_who_is_only_known_by_name_is_asked_the_intake_and_nothing_else() -> None:
    bare = Standing(now=FIRST, today=FIRST.date(), answered={})
    assert {one.occasion for one in due(bare)} == {O.INTAKE}
    assert all(one.stops_next_dose and one.part_of is None for one in due(bare))
    long_ago = answers(FIRST - 100 * DAY)
    assert due(Standing(now=FIRST, today=FIRST.date(), answered=long_ago)) == ()


def test_soonest_comes_first_then_the_occasion_then_the_instrument() -> None:
    now = FIRST + 24 * HOUR
    answered = answers(FIRST - HOUR) | answers(FIRST - 30 * DAY, "usc6")
    found = due(standing(now, FIRST, answered=answered, owes_suicide_screen=True))
    order = [(one.due_on, one.occasion.value, one.instrument.value) for one in found]
    assert order == sorted(order)
    assert len({one.due_on for one in found}) > 3
    today = [one for one in order if one[0] == now.date()]
    assert today == [
        (now.date(), "after_item_9", "cssrs"),
        (now.date(), "next_day", "cssrs"),
        (now.date(), "next_day", "pgi_i"),
    ]


def test_nothing_that_was_never_answered_is_asked_again() -> None:
    coming = session(FIRST + 9 * DAY)
    before = standing(FIRST + 9 * DAY, answered={}, next_session=coming)
    during = standing(FIRST + 9 * DAY, FIRST, answered={}, next_session=coming)
    for found in (before, during):
        again = {O.CHECK_IN, O.COURSE_BEGINS, O.EVERY_28_DAYS, O.EVERY_90_DAYS}
        assert not again & {one.occasion for one in due(found)}


@pytest.mark.parametrize(("age", "asked"), [(12 * HOUR, set()), (12 * HOUR + SECOND, {"cssrs"})])
def test_the_suicide_screen_lives_half_a_day_until_the_session(
    age: timedelta, asked: set[str]
) -> None:
    now = FIRST + 10 * DAY
    fresh = answers(now, "asrm") | answers(now + HOUR - age, "cssrs")
    found = standing(
        now, FIRST, answered=answers(FIRST - HOUR) | fresh, next_session=session(now + HOUR)
    )
    assert names(found, O.CHECK_IN) == asked


def test_for_a_session_that_is_late_an_answer_has_to_live_until_now() -> None:
    now = FIRST + 10 * DAY
    answered = answers(FIRST - HOUR) | answers(now - 24 * HOUR - SECOND, "asrm")
    found = standing(now, FIRST, answered=answered, next_session=session(now - 2 * HOUR))
    assert "asrm" in names(found, O.CHECK_IN)


def test_the_next_day_is_that_of_the_last_session_and_stops_nothing() -> None:
    now = FIRST + 24 * HOUR
    found = standing(now, FIRST - 6 * DAY, FIRST - 3 * DAY, FIRST)
    assert names(found, O.NEXT_DAY) == {"cssrs", "pgi_i"}
    assert not any(one.stops_next_dose for one in of(found, O.NEXT_DAY))


@pytest.mark.parametrize(("early", "asked"), [(timedelta(), False), (SECOND, True)])
def test_an_answer_counts_from_the_moment_the_window_opens(
    early: timedelta, *, asked: bool
) -> None:
    said = answers(FIRST + 18 * HOUR - early, "cssrs")
    found = standing(FIRST + 20 * HOUR, FIRST, answered=answers(FIRST - HOUR) | said)
    assert ("cssrs" in names(found, O.NEXT_DAY)) is asked


@pytest.mark.parametrize(
    ("coming", "age", "asked"),
    [(-3, 14, False), (-3, 15, True), (3, 11, False), (3, 12, True), (None, 14, False)],
)
def test_before_a_course_the_later_of_today_and_the_session_decides(
    coming: int | None, age: int, *, asked: bool
) -> None:
    planned = {} if coming is None else {"next_session": session(FIRST + coming * DAY)}
    found = standing(FIRST, answered=answers(FIRST - age * DAY), **planned, **TRAUMA)
    mood = {"phq9", "gad7"}
    assert names(found, O.COURSE_BEGINS) == (mood if asked else set())
    with_trauma = answers(FIRST - age * DAY) | answers(FIRST - age * DAY, "pcl5")
    found = standing(FIRST, answered=with_trauma, **planned, **TRAUMA)
    assert names(found, O.COURSE_BEGINS) == (mood | {"pcl5"} if asked else set())


def test_a_course_that_runs_does_not_begin() -> None:
    assert of(standing(FIRST + 60 * DAY, FIRST), O.COURSE_BEGINS) == []


def test_weeks_are_counted_from_the_first_dose_and_each_has_its_window() -> None:
    weeks = of(standing(FIRST, FIRST, FIRST + 3 * DAY), O.WEEKLY)
    assert {dates(one) for one in weeks} == {
        (date(2026, 11, day - 2), date(2026, 11, day), date(2026, 11, day + 2))
        for day in (8, 15, 22)
    } | {(date(2026, 11, 27), date(2026, 11, 29), date(2026, 12, 1))}


@pytest.mark.parametrize(("day", "asked"), [(55, {"phq9", "gad7"}), (56, set())])
def test_the_last_week_is_asked_for_until_four_weeks_later(day: int, asked: set[str]) -> None:
    assert names(standing(FIRST + day * DAY, FIRST), O.WEEKLY) == asked


def test_a_review_is_due_the_day_after_its_session_and_how_one_feels_stops_nothing() -> None:
    taken = (FIRST - 6 * DAY, FIRST - 3 * DAY, FIRST)
    trauma = answers(FIRST - HOUR) | answers(FIRST - HOUR, "pcl5")
    review = of(standing(FIRST + HOUR, *taken, answered=trauma, **TRAUMA), O.COURSE_REVIEW)
    assert {dates(one) for one in review} == {
        (date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 4))
    }
    assert {one.instrument: one.stops_next_dose for one in review} == {
        Instrument.PGI_I: False,
        **dict.fromkeys(("phq9", "gad7", "pcl5", "usc6", "ccc4"), True),
    }


@pytest.mark.parametrize(("early", "asked"), [(timedelta(), False), (SECOND, True)])
def test_an_answer_counts_from_the_moment_of_the_third_dose(
    early: timedelta, *, asked: bool
) -> None:
    taken = (FIRST - 6 * DAY, FIRST - 3 * DAY, FIRST)
    said = answers(FIRST - early, "phq9")
    found = standing(FIRST + HOUR, *taken, answered=answers(FIRST - HOUR) | said)
    assert ("phq9" in names(found, O.COURSE_REVIEW)) is asked


def test_mood_and_trauma_are_asked_again_only_once_doses_are_taken() -> None:
    said = answers(FIRST - HOUR) | answers(FIRST - HOUR, "pcl5")
    body = {"usc6", "ccc4"}
    before = standing(FIRST, answered=said, **TRAUMA)
    assert names(before, O.EVERY_28_DAYS, opened=False) == body
    during = standing(FIRST, FIRST, answered=said, **TRAUMA)
    assert names(during, O.EVERY_28_DAYS, opened=False) == body | {"phq9", "gad7", "pcl5"}
    assert all(one.stops_next_dose for one in of(during, O.EVERY_28_DAYS))
    (one, *_) = of(during, O.EVERY_90_DAYS)
    assert dates(one) == (date(2027, 1, 28), date(2027, 1, 30), date(2027, 2, 1))

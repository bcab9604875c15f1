"""What is due on which day, from the intake to maintenance, one day before and one day after?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import AnsweredFact
from rules.intake import freshness
from rules.intake.schedule import Form, Occasion, Session, Standing, due
from rules.limits import LIMITS
from rules.terms import Instrument
from tests.rules.facts_factory import but, clear_facts

O = Occasion  # noqa: E741 - short, for the tables
FIRST = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EVERY = (*freshness.INTAKE, Instrument.CSSRS)


def answers(at: datetime, *names: str) -> dict[str, AnsweredFact]:
    """Say that these instruments were answered at this moment."""
    wanted = names or EVERY
    return {name: AnsweredFact(instrument=name, at=at, on=at.date()) for name in wanted}


def standing(now: datetime, *taken: datetime, **over: Any) -> Standing:
    """Give somebody under treatment who answered everything an hour before the first dose."""
    values: dict[str, Any] = {
        "answered": answers(FIRST - HOUR),
        "sessions": tuple(Session(at=at, on=at.date()) for at in taken),
        "mood_disorder": True,
        "indications": (),
        "treated": True,
    }
    return Standing(now=now, today=now.date(), **values | over)


def names(found: Standing, occasion: Occasion, *, opened: bool = True) -> set[str]:
    """Name what is due on this occasion, today or already announced."""
    return {
        one.instrument
        for one in due(found)
        if one.occasion is occasion and (not opened or one.opens_on <= found.today)
    }


def test_nothing_answered_is_the_whole_intake() -> None:
    found = standing(FIRST, answered={}, treated=False)
    assert names(found, O.INTAKE) == set(EVERY)
    assert {one.occasion for one in due(found)} == {O.INTAKE}
    trauma = standing(FIRST, indications=(freshness.PTSD,), treated=False)
    assert names(trauma, O.INTAKE) == {"pcl5"}


def test_item_9_asks_for_the_screen_at_once_also_before_treatment() -> None:
    found = standing(FIRST, owes_suicide_screen=True, treated=False)
    assert [(one.instrument, one.occasion, one.stops_next_dose) for one in due(found)] == [
        (Instrument.CSSRS, O.AFTER_ITEM_9, True)
    ]


@pytest.mark.parametrize(
    ("before", "asked"),
    [(25 * HOUR, set()), (24 * HOUR, {"asrm", "cssrs"}), (-HOUR, {"asrm", "cssrs"})],
)
def test_a_check_in_asks_for_mania_and_suicide(before: timedelta, asked: set[str]) -> None:
    now = FIRST + 10 * DAY
    coming = Session(at=now + before, on=(now + before).date())
    found = standing(now, FIRST, next_session=coming)
    assert names(found, O.CHECK_IN) == asked
    forms = {one.instrument: one.part_of for one in due(found) if one.occasion is O.CHECK_IN}
    assert forms.get(Instrument.CSSRS) in (None, Form.PREDOSE_CHECK)
    assert forms.get(Instrument.ASRM) is None


@pytest.mark.parametrize(("mood", "asked"), [(True, True), (None, True), (False, False)])
def test_mania_is_asked_at_a_check_in_unless_there_is_no_mood_disorder(
    *, mood: bool | None, asked: bool
) -> None:
    now = FIRST + 10 * DAY
    coming = Session(at=now, on=now.date())
    found = standing(now, FIRST, next_session=coming, mood_disorder=mood)
    assert (Instrument.ASRM in names(found, O.CHECK_IN)) is asked


@pytest.mark.parametrize(
    ("age", "asked"), [(24 * HOUR, set()), (24 * HOUR + timedelta(seconds=1), {"asrm"})]
)
def test_the_mania_score_lives_a_day_until_the_session(age: timedelta, asked: set[str]) -> None:
    now = FIRST + 10 * DAY
    fresh = answers(now + HOUR - age, "asrm") | answers(now, "cssrs")
    coming = Session(at=now + HOUR, on=(now + HOUR).date())
    found = standing(now, FIRST, answered=answers(FIRST - HOUR) | fresh, next_session=coming)
    assert names(found, O.CHECK_IN) == asked


@pytest.mark.parametrize(
    ("hours", "asked"),
    [
        (17.99, set()),
        (18, {"cssrs", "pgi_i"}),
        (36, {"cssrs", "pgi_i"}),
        (36.01, set()),
    ],
)
def test_the_next_day_asks_within_its_window(hours: float, asked: set[str]) -> None:
    found = standing(FIRST + hours * HOUR, FIRST)
    assert names(found, O.NEXT_DAY) == asked
    assert all(one.part_of is Form.FOLLOW_UP for one in due(found) if one.occasion is O.NEXT_DAY)


def test_what_was_answered_the_next_day_is_asked_no_more() -> None:
    now = FIRST + 24 * HOUR
    answered = answers(FIRST - HOUR) | answers(now - HOUR, "cssrs")
    assert names(standing(now, FIRST, answered=answered), O.NEXT_DAY) == {"pgi_i"}


@pytest.mark.parametrize("week", [7, 14, 21, 28])
@pytest.mark.parametrize(("day", "open_"), [(-3, False), (-2, True), (0, True), (2, True)])
def test_mood_is_asked_weekly_after_the_first_dose(week: int, day: int, *, open_: bool) -> None:
    now = FIRST + (week + day) * DAY
    last = answers(FIRST + (week - 4) * DAY, "phq9", "gad7")
    found = standing(now, FIRST, answered=answers(FIRST - HOUR) | last)
    assert names(found, O.WEEKLY) == ({"phq9", "gad7"} if open_ else set())
    assert not any(one.stops_next_dose for one in due(found) if one.occasion is O.WEEKLY)


@pytest.mark.parametrize(("early", "counts"), [(2, True), (3, False)])
def test_a_weekly_answer_counts_two_days_early(early: int, *, counts: bool) -> None:
    said = answers(FIRST + (7 - early) * DAY, "phq9")
    found = standing(FIRST + 7 * DAY, FIRST, answered=answers(FIRST - HOUR) | said)
    assert (Instrument.PHQ9 not in names(found, O.WEEKLY)) is counts


def test_a_missed_week_gives_way_to_the_next() -> None:
    weeks = {
        day: [
            one.due_on
            for one in due(standing(FIRST + day * DAY, FIRST))
            if one.occasion is O.WEEKLY
        ]
        for day in (11, 12)
    }
    assert min(weeks[11]) == date(2026, 11, 8)
    assert min(weeks[12]) == date(2026, 11, 15)


@pytest.mark.parametrize(("sessions", "asked"), [(2, False), (3, True), (5, True), (6, True)])
def test_every_third_session_is_reviewed(sessions: int, *, asked: bool) -> None:
    taken = tuple(FIRST + 3 * number * DAY for number in range(sessions))
    found = standing(taken[-1] + HOUR, *taken)
    wanted = {"phq9", "gad7", "usc6", "ccc4", "pgi_i"}
    assert names(found, O.COURSE_REVIEW) == (wanted if asked else set())
    if asked:
        at = taken[sessions // 3 * 3 - 1]
        done = standing(taken[-1] + HOUR, *taken, answered=answers(at, *wanted) | answers(at))
        assert names(done, O.COURSE_REVIEW) == set()


def test_an_answer_on_the_day_of_the_third_dose_but_before_it_does_not_count() -> None:
    taken = (FIRST - 6 * DAY, FIRST - 3 * DAY, FIRST)
    found = standing(FIRST + HOUR, *taken, answered=answers(FIRST - HOUR))
    assert "phq9" in names(found, O.COURSE_REVIEW)


@pytest.mark.parametrize(("age", "asked"), [(14, set()), (15, {"phq9", "gad7"})])
def test_mood_is_asked_again_before_a_course_begins(age: int, asked: set[str]) -> None:
    coming = Session(at=FIRST, on=FIRST.date())
    found = standing(FIRST - DAY, answered=answers(FIRST - age * DAY), next_session=coming)
    assert names(found, O.COURSE_BEGINS) == asked


@pytest.mark.parametrize(
    ("occasion", "days", "wanted"),
    [
        (O.EVERY_28_DAYS, 28, {"phq9", "gad7", "usc6", "ccc4"}),
        (O.EVERY_90_DAYS, 90, {"audit_c", "dast10"}),
    ],
)
@pytest.mark.parametrize(("more", "open_"), [(-3, False), (-2, True), (0, True), (5, True)])
def test_what_is_asked_again_opens_two_days_before(
    occasion: Occasion, days: int, wanted: set[str], more: int, *, open_: bool
) -> None:
    now = FIRST - HOUR + (days + more) * DAY
    assert names(standing(now, FIRST), occasion) == (wanted if open_ else set())


def test_what_is_over_is_closed_to_the_day() -> None:
    one = next(each for each in due(standing(FIRST, FIRST)) if each.occasion is O.EVERY_28_DAYS)
    assert (one.opens_on, one.due_on, one.closes_on) == (
        date(2026, 11, 27),
        date(2026, 11, 29),
        date(2026, 12, 1),
    )


def test_who_is_not_treated_is_asked_nothing_more() -> None:
    assert due(standing(FIRST + 400 * DAY, FIRST, treated=False)) == ()


ages = st.integers(min_value=0, max_value=100 * 24)


# What stops a dose and is not on the list of what is due cannot be put right by the patient.
@given(
    heard=st.dictionaries(st.sampled_from([*EVERY, "pcl5"]), ages),
    taken=st.lists(ages, max_size=8),
    mood=st.sampled_from([True, False, None]),
    trauma=st.booleans(),
)
def test_whatever_stops_a_dose_is_on_the_list(
    heard: dict[str, int], taken: list[int], *, mood: bool | None, trauma: bool
) -> None:
    now = FIRST + 200 * DAY
    answered = {
        name: AnsweredFact(instrument=name, at=now - h * HOUR, on=(now - h * HOUR).date())
        for name, h in heard.items()
    }
    sessions = tuple(now - h * HOUR for h in sorted(taken, reverse=True))
    indications = (freshness.PTSD,) if trauma else ()
    found = standing(
        now,
        *sessions,
        answered=answered,
        mood_disorder=mood,
        indications=indications,
        next_session=Session(at=now, on=now.date()),
    )
    listed = {
        one.instrument for one in due(found) if one.stops_next_dose and one.opens_on <= now.date()
    }
    facts = but(
        clear_facts(),
        now=now,
        person__local_date=now.date(),
        instruments__answered=tuple(answered.values()),
        instruments__mood_disorder=mood,
        intake__indications=indications,
        course__sessions_at=sessions,
    )
    assert set(freshness.stale_before_dose(facts) or ()) <= listed


def test_the_calendar_is_the_limits() -> None:
    assert LIMITS.weekly_score_days == (7, 14, 21, 28)

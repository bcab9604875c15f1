"""Which instruments are due when? The calendar of questions, from the intake to maintenance.

Weeks are counted from the first dose of the course, not from every dose: doses come as often as
every third day, and nobody answers four questionnaires a week. Days are those of the patient's
calendar. What stops a dose is decided by `freshness`, and everything that would is listed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from rules.facts import AnsweredFact
from rules.intake.freshness import BODY, INTAKE, MOOD, SUBSTANCES, asked_for
from rules.limits import LIMITS, Limits
from rules.terms import Instrument


class Occasion(StrEnum):
    """Why an instrument is asked."""

    INTAKE = "intake"
    AFTER_ITEM_9 = "after_item_9"
    CHECK_IN = "check_in"
    NEXT_DAY = "next_day"
    COURSE_BEGINS = "course_begins"
    WEEKLY = "weekly"
    COURSE_REVIEW = "course_review"
    EVERY_28_DAYS = "every_28_days"
    EVERY_90_DAYS = "every_90_days"


class Form(StrEnum):
    """Where an instrument is asked together with other things."""

    PREDOSE_CHECK = "predose_check"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """When the first dose of a session was taken, and on which day it was there."""

    at: datetime
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the patient stands; `answered` is when each instrument was last answered whole."""

    now: datetime
    today: date
    answered: Mapping[str, AnsweredFact]
    sessions: tuple[Session, ...] = ()
    next_session: Session | None = None
    indications: tuple[str, ...] | None = None
    mood_disorder: bool | None = None
    owes_suicide_screen: bool = False
    treated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One instrument on one occasion; after `closes_on` it was missed."""

    instrument: Instrument
    occasion: Occasion
    opens_on: date
    due_on: date
    closes_on: date | None = None
    stops_next_dose: bool = True
    part_of: Form | None = None


def due(standing: Standing, limits: Limits = LIMITS) -> tuple[Due, ...]:
    """Give what is due and what comes next, soonest first; what was answered is not in it."""
    found = [*_intake(standing), *_after_item_9(standing)]
    if standing.treated:
        found += [
            *_check_in(standing, limits),
            *_next_day(standing, limits),
            *_course_begins(standing, limits),
            *_weekly(standing, limits),
            *_course_review(standing, limits),
            *_again(standing, limits),
        ]
    return tuple(sorted(found, key=lambda one: (one.due_on, one.occasion, one.instrument)))


def _intake(standing: Standing) -> Iterator[Due]:
    wanted = (*INTAKE, *asked_for(standing.indications), Instrument.CSSRS)
    for name in wanted:
        if name not in standing.answered:
            yield _today(standing, name, Occasion.INTAKE)


def _after_item_9(standing: Standing) -> Iterator[Due]:
    if standing.owes_suicide_screen:
        yield _today(standing, Instrument.CSSRS, Occasion.AFTER_ITEM_9)


def _check_in(standing: Standing, limits: Limits) -> Iterator[Due]:
    """Within a day of the next session, or when it is late."""
    coming = standing.next_session
    if coming is None or coming.at - standing.now > limits.mania_score_life:
        return
    at = max(coming.at, standing.now)
    mania = standing.answered.get(Instrument.ASRM)
    may_be_manic = standing.mood_disorder is not False
    if mania and may_be_manic and at - mania.at > limits.mania_score_life:
        yield _today(standing, Instrument.ASRM, Occasion.CHECK_IN)
    screen = standing.answered.get(Instrument.CSSRS)
    if screen and at - screen.at > limits.suicide_risk_life:
        yield _today(standing, Instrument.CSSRS, Occasion.CHECK_IN, part_of=Form.PREDOSE_CHECK)


def _next_day(standing: Standing, limits: Limits) -> Iterator[Due]:
    """In the window of the 24-hour questions, which ask both."""
    if not standing.sessions:
        return
    last = standing.sessions[-1].at
    opens, closes = last + limits.follow_up_from, last + limits.follow_up_until
    if not opens <= standing.now <= closes:
        return
    for name in (Instrument.CSSRS, Instrument.PGI_I):
        if not _since(standing, name, opens):
            yield _today(standing, name, Occasion.NEXT_DAY, stops=False, part_of=Form.FOLLOW_UP)


def _course_begins(standing: Standing, limits: Limits) -> Iterator[Due]:
    if standing.sessions:
        return
    life = timedelta(days=limits.mood_score_days_before_course)
    coming = standing.next_session
    day = max(coming.on, standing.today) if coming else standing.today
    for name in (*MOOD, *asked_for(standing.indications)):
        answered = standing.answered.get(name)
        if answered and day - answered.on > life:
            yield _today(standing, name, Occasion.COURSE_BEGINS)


def _weekly(standing: Standing, limits: Limits) -> Iterator[Due]:
    """Each day of the calendar has a window; it is asked until the next one opens."""
    if not standing.sessions:
        return
    window, first = timedelta(days=limits.score_window_days), standing.sessions[0].on
    days = [first + timedelta(days=day) for day in limits.weekly_score_days]
    after_all = days[-1] + _life(limits) + window
    for day, following in pairwise((*days, after_all)):
        for name in MOOD:
            answered = standing.answered.get(name)
            if standing.today >= following - window or (answered and answered.on >= day - window):
                continue
            yield Due(
                instrument=name,
                occasion=Occasion.WEEKLY,
                opens_on=day - window,
                due_on=day,
                closes_on=day + window,
                stops_next_dose=False,
            )


def _course_review(standing: Standing, limits: Limits) -> Iterator[Due]:
    every = limits.mid_course_review_every_sessions
    count = len(standing.sessions) // every * every
    if not count:
        return
    since = standing.sessions[count - 1]
    due_on = since.on + timedelta(days=1)
    for name in (*MOOD, *asked_for(standing.indications), *BODY, Instrument.PGI_I):
        if not _since(standing, name, since.at):
            yield Due(
                instrument=name,
                occasion=Occasion.COURSE_REVIEW,
                opens_on=since.on,
                due_on=due_on,
                closes_on=due_on + timedelta(days=limits.score_window_days),
                stops_next_dose=name is not Instrument.PGI_I,
            )


def _again(standing: Standing, limits: Limits) -> Iterator[Due]:
    """Bladder and memory from the beginning, mood once doses are taken, substances for ever."""
    mood = (*MOOD, *asked_for(standing.indications)) if standing.sessions else ()
    quarter = timedelta(days=limits.substance_screen_life_days)
    lives = (
        ((*mood, *BODY), Occasion.EVERY_28_DAYS, _life(limits)),
        (SUBSTANCES, Occasion.EVERY_90_DAYS, quarter),
    )
    window = timedelta(days=limits.score_window_days)
    for names, occasion, life in lives:
        for name in names:
            if answered := standing.answered.get(name):
                due_on = answered.on + life
                yield Due(
                    instrument=name,
                    occasion=occasion,
                    opens_on=due_on - window,
                    due_on=due_on,
                    closes_on=due_on + window,
                )


def _life(limits: Limits) -> timedelta:
    return timedelta(days=limits.instrument_life_days)


def _since(standing: Standing, name: Instrument, at: datetime) -> bool:
    answered = standing.answered.get(name)
    return answered is not None and answered.at >= at


def _today(
    standing: Standing,
    name: Instrument,
    occasion: Occasion,
    *,
    stops: bool = True,
    part_of: Form | None = None,
) -> Due:
    return Due(
        instrument=name,
        occasion=occasion,
        opens_on=standing.today,
        due_on=standing.today,
        stops_next_dose=stops,
        part_of=part_of,
    )

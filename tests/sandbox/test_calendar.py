"""On which days is a course played, whatever day it starts on?"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from rules.limits import LIMITS
from workflows.platform.errors import InvalidContent
from workflows.sandbox.calendar import Calendar, Incident, Wanted, Zone, plan

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
EVERY = frozenset(Incident)


def planned(starts_on: date | None, zone: Zone = Zone.DENVER, seed: int = 1) -> Calendar:
    return plan(Wanted(starts_on, zone, seed, EVERY), NOW)


def over_the_change(calendar: Calendar) -> list[datetime]:
    """Give the doses whose watch goes on over a changed clock."""
    zone = ZoneInfo(calendar.place.zone)
    return [
        at
        for at in calendar.evenings
        if at.astimezone(zone).utcoffset() != (at + LIMITS.monitoring).astimezone(zone).utcoffset()
    ]


@pytest.mark.parametrize("zone", list(Zone))
@pytest.mark.parametrize("start", [None, *(date(2027, 2, 18 + days) for days in range(11))])
def test_wherever_and_whenever_it_starts_one_night_has_the_changed_clock(
    zone: Zone, start: date | None
) -> None:
    calendar = planned(start, zone)
    assert len(calendar.evenings) == 6
    assert len(over_the_change(calendar)) == 1
    assert start is None or calendar.begins.date() == start


def test_in_autumn_the_night_is_an_hour_longer() -> None:
    late = datetime(2027, 9, 1, 15, 0, tzinfo=UTC)
    calendar = plan(Wanted(None, Zone.NEW_YORK, 1, EVERY), late)
    [dose] = over_the_change(calendar)
    assert dose.astimezone(ZoneInfo(Zone.NEW_YORK)).date() == date(2027, 11, 7)


# A course whose days break a rule of spacing would stop at a gate, and show nothing else.
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("start", [None, date(2027, 2, 20), date(2027, 3, 1)])
def test_the_evenings_keep_the_spacing_of_the_rules(start: date | None, seed: int) -> None:
    doses = planned(start, seed=seed).evenings
    pairs = list(pairwise(doses))
    assert min(later - one for one, later in pairs) >= LIMITS.dose_interval
    assert max(later - one for one, later in pairs) <= timedelta(days=10)


@pytest.mark.parametrize(
    "start",
    [
        date(2026, 11, 22),
        date(2026, 11, 23),
        date(2026, 12, 1),
        date(2027, 3, 12),
        date(2027, 10, 1),
    ],
)
def test_a_start_that_cannot_have_it_is_refused(start: date) -> None:
    with pytest.raises(InvalidContent) as refused:
        planned(start)
    assert set(refused.value.more["errors"]) == {"starts_on"}


def test_without_a_changed_clock_it_starts_tomorrow_and_a_seed_moves_the_minutes() -> None:
    wanted = Wanted(None, Zone.DENVER, 1, frozenset())
    calendar = plan(wanted, NOW)
    assert calendar.begins == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert calendar.licence_ends is None
    others = {plan(Wanted(None, Zone.DENVER, seed, frozenset()), NOW).evenings for seed in range(5)}
    assert len(others) > 1

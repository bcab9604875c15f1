"""Is an end found when nothing follows, and announced on each of its days?"""

from datetime import date, timedelta

import pytest

from rules.limits import LIMITS
from rules.plan.endings import due_notices, uncovered_from

TODAY = date(2026, 11, 23)


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


@pytest.mark.parametrize(
    ("covered_until", "ends", "found"),
    [
        (0, [0], 0),
        (30, [10, 30], 30),
        (90, [90], 90),
        (91, [91], None),
        (-1, [-1], None),
    ],
)
def test_an_end_is_found_from_today_to_the_last_day_asked_for(covered_until, ends, found):
    last = day(covered_until)
    got = uncovered_from(lambda one: one <= last, map(day, ends), TODAY, day(90))
    assert got == (None if found is None else day(found))


def test_what_is_followed_without_a_gap_does_not_end():
    holes = {day(41)}
    ends = (day(10), day(40))
    assert uncovered_from(lambda one: one not in holes, ends, TODAY, day(90)) == day(40)
    assert uncovered_from(lambda _: True, ends, TODAY, day(90)) is None


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (61, [1, 31, 47, 54, 60]),
        (60, [0, 30, 46, 53, 59]),
        (40, [-20, 10, 26, 33, 39]),
        (7, [0, 6]),
        (1, [0]),
        (0, [-1]),
    ],
)
def test_notices_are_those_to_come_and_one_that_is_due(left, days):
    found = due_notices(day(left), TODAY, LIMITS.law_ending_notice_days)
    assert list(found) == [day(one) for one in days]

"""When does a right end for which nothing follows? Law, licence and certification alike."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

A_DAY = timedelta(days=1)


def uncovered_from(
    covered: Callable[[date], bool], ends: Iterable[date], today: date, until: date
) -> date | None:
    """Give the first end from today on after which nothing covers the next day.

    `ends` are the days on which something may end; between two of them nothing changes.
    """
    for end in sorted({day for day in ends if today <= day <= until}):
        if covered(end) and not covered(end + A_DAY):
            return end
    return None


def due_notices(ends_on: date, today: date, days_before: Iterable[int]) -> tuple[date, ...]:
    """Give the days of the notices still to come, and the one that is due already, if any."""
    days = sorted(ends_on - timedelta(days=before) for before in days_before)
    passed = [day for day in days if day <= today]
    return (*passed[-1:], *(day for day in days if day > today))

"""How are yes, no and nobody-knows put together, and how are days and months counted?

A verdict is True (the sentence of the code is violated), False (fine) or None (nobody knows).
"""

from datetime import date, datetime, timedelta

VIOLATED, FINE, UNKNOWN = True, False, None
Verdict = bool | None
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lacks(thing: bool | None) -> Verdict:
    """Violated when something that is needed is not there."""
    return None if thing is None else not thing


def any_of(*parts: Verdict) -> Verdict:
    """Violated when one part is; unknown when none is and one is unknown."""
    if True in parts:
        return True
    return None if None in parts else False


def all_of(*parts: Verdict) -> Verdict:
    """Violated when all parts are; fine when one is not."""
    if False in parts:
        return False
    return None if None in parts else True


def above(value: int | None, most: int) -> Verdict:
    """Violated above the most that passes."""
    return None if value is None else value > most


def below(value: int | None, least: int) -> Verdict:
    """Violated below the least that passes."""
    return None if value is None else value < least


def within(value: int | None, low: int, high: int) -> Verdict:
    """Violated inside a band, both ends included."""
    return None if value is None else low <= value <= high


def sooner(then: datetime | None, now: datetime, wait: timedelta) -> Verdict:
    """Violated when less than the wait has gone by; exactly the wait passes."""
    return None if then is None else now - then < wait


def older(then: datetime | None, now: datetime, life: timedelta) -> Verdict:
    """Violated when more than the life has gone by; exactly the life passes."""
    return None if then is None else now - then > life


def older_days(then: date | None, today: date | None, days: int) -> Verdict:
    """As `older`, in calendar days."""
    return None if then is None or today is None else (today - then).days > days


def months_later(day: date, months: int) -> date:
    """Give the same day of a later (or earlier) month, or that month's last day."""
    month0 = day.year * 12 + day.month - 1 + months
    year, month = divmod(month0, 12)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month]
    return date(year, month + 1, min(day.day, last))


def years_old(born: date, today: date) -> int:
    """Count birthdays had; one born on 29 February has it on 1 March in common years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

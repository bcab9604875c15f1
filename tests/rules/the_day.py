"""On which day do the tables of the rules play?"""

from datetime import UTC, date, datetime, timedelta

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # 10:00 in New York
TODAY = date(2026, 11, 21)


def ago(**parts: float) -> datetime:
    """Give the instant this long before now."""
    return NOW - timedelta(**parts)


def days_ago(days: int) -> date:
    """Give the local date this many days before today."""
    return TODAY - timedelta(days=days)

"""Which instant does a time on the wall clock of a place mean?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from workflows.platform.errors import InvalidContent

CODE = "invalid_local_time"
NEVER = "On that day the clocks jumped over this time."
TWICE = "On that day this time comes twice; say which one, with its offset from UTC."
ZONELESS = "Without an offset this needs a time zone beside it."


def instant_of(local: datetime, zone: str, *, field: str = "occurred_at") -> datetime:
    """Give the instant; an hour that happened twice means the later one, which is the stricter."""
    late = local.replace(tzinfo=ZoneInfo(zone), fold=1)
    instant = late.astimezone(UTC)
    if instant.astimezone(late.tzinfo).replace(tzinfo=None) != local:
        raise InvalidContent(code=CODE, errors={field: [NEVER]})
    return instant


def when_told(told: datetime, zone: str, *, field: str) -> datetime:
    """Give the instant of something past: with its offset as told, else by the wall clock there."""
    return told if told.tzinfo is not None else instant_of(told, zone, field=field)


def when_planned(told: datetime, zone: str | None, *, field: str) -> datetime:
    """Give the instant that somebody plans for; nothing is guessed and nothing is shifted.

    An offset other than that of UTC speaks of a wall clock too: one that never showed this time is
    refused, whatever the offset.
    """
    local = told.replace(tzinfo=None)
    if told.tzinfo is not None:
        if zone is not None and told.utcoffset() != timedelta(0):
            instant_of(local, zone, field=field)
        return told
    if zone is None:
        raise InvalidContent(code=CODE, errors={field: [ZONELESS]})
    if happens_twice(local, zone):
        raise InvalidContent(code=CODE, errors={field: [TWICE]})
    return instant_of(local, zone, field=field)


def happens_twice(local: datetime, zone: str) -> bool:
    """Say whether the clocks there were set back over this time."""
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset() and (
        first.astimezone(UTC).astimezone(first.tzinfo).replace(tzinfo=None) == local
    )

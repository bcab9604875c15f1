"""Which instant does a time on the wall clock of a place mean?"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from workflows.platform.errors import InvalidContent

CODE = "invalid_local_time"


def instant_of(local: datetime, zone: str, *, field: str = "occurred_at") -> datetime:
    """Give the instant; an hour that happened twice means the later one, which is the stricter."""
    late = local.replace(tzinfo=ZoneInfo(zone), fold=1)
    instant = late.astimezone(UTC)
    if instant.astimezone(late.tzinfo).replace(tzinfo=None) != local:
        says = "On that day the clocks jumped over this time."
        raise InvalidContent(code=CODE, errors={field: [says]})
    return instant

"""At which moments are random facts looked at? Days on which clocks and calendars are awkward."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant and the place whose calendar counts."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """Give the local date."""
        return self.date_of(self.now)

    def date_of(self, instant: datetime) -> date:
        """Give the local date of another instant."""
        return instant.astimezone(self.zone).date()

    def ago(self, **back: float) -> datetime:
        """Give an instant some time before."""
        return self.now - timedelta(**back)


def _at(text: str, zone: str) -> Moment:
    return Moment(datetime.fromisoformat(text).astimezone(UTC), ZoneInfo(zone))


MOMENTS = (
    _at("2026-11-22T18:00:00+00:00", "America/New_York"),
    _at("2026-11-01T01:30:00-05:00", "America/New_York"),  # the second half past one
    _at("2026-11-02T23:59:59-08:00", "America/Los_Angeles"),
    _at("2026-03-08T03:00:00-04:00", "America/New_York"),  # there was no half past two
    _at("2027-03-15T00:00:00-05:00", "America/Chicago"),
    _at("2028-02-29T12:00:00-07:00", "America/Phoenix"),
    _at("2027-02-28T23:59:59-10:00", "Pacific/Honolulu"),
    _at("2027-03-01T00:00:00-09:00", "America/Anchorage"),
    _at("2026-12-31T23:59:59-05:00", "America/New_York"),
    _at("2027-01-01T00:00:00-08:00", "America/Los_Angeles"),
    _at("2026-08-31T20:15:00-06:00", "America/Denver"),
    _at("2026-07-04T00:30:00-04:00", "America/Puerto_Rico"),
)

"""On which days is a course played, and which of its nights has a changed clock?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from workflows.platform.errors import InvalidContent

SESSIONS = 6
BETWEEN = timedelta(days=4)
PREPARING = timedelta(days=2)
MORNING, DAY_TIME, EVENING, PAST_MIDNIGHT = time(9), time(10), time(19), time(0, 30)
LATEST_START = timedelta(days=340)
MONTHS = 400  # days within which every zone with two clocks changes them
A_DAY = timedelta(days=1)


class Zone(StrEnum):
    """Where a course can be played: a zone of a state that the demonstration law opens."""

    DENVER = "America/Denver"
    LOS_ANGELES = "America/Los_Angeles"
    NEW_YORK = "America/New_York"
    CHICAGO = "America/Chicago"


class Incident(StrEnum):
    """What goes otherwise than on the best of days."""

    MISSED_LOOK = "missed_look"
    CLOCK_CHANGE = "clock_change"
    LICENCE_END = "licence_end"
    OFFICE_VISIT = "office_visit"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the patient lives."""

    zone: Zone
    state: str
    city: str
    postal_code: str

    @property
    def address(self) -> dict[str, str]:
        """Give a place that nobody lives in."""
        return {
            "line": "1 Invented Street",
            "city": self.city,
            "state": self.state,
            "postal_code": self.postal_code,
        }


PLACES = {
    Zone.DENVER: Place(Zone.DENVER, "CO", "Denver", "80202"),
    Zone.LOS_ANGELES: Place(Zone.LOS_ANGELES, "CA", "Los Angeles", "90012"),
    Zone.NEW_YORK: Place(Zone.NEW_YORK, "NY", "New York", "10007"),
    Zone.CHICAGO: Place(Zone.CHICAGO, "TX", "Houston", "77002"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller chose."""

    starts_on: date | None
    zone: Zone
    seed: int
    incidents: frozenset[Incident]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When everything takes place."""

    place: Place
    begins: datetime
    evenings: tuple[datetime, ...]
    incidents: frozenset[Incident]

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone of the patient."""
        return ZoneInfo(self.place.zone)

    @property
    def licence_ends(self) -> date | None:
        """Give the last day of the licence: the day after the fourth evening."""
        if Incident.LICENCE_END not in self.incidents:
            return None
        return self.evenings[3].astimezone(self.zone).date() + A_DAY

    @property
    def visit(self) -> datetime:
        """Give when the patient comes to the office, some days after the last evening."""
        return self.later(self.evenings[-1], BETWEEN.days)

    @property
    def ends(self) -> datetime:
        """Give the last instant of the story."""
        return self.visit + A_DAY

    def later(self, instant: datetime, days: int) -> datetime:
        """Give the daytime of a day so long after an instant, on the wall clock of the patient."""
        day = instant.astimezone(self.zone).date() + timedelta(days=days)
        return _at(day, DAY_TIME, self.zone)


def plan(wanted: Wanted, now: datetime) -> Calendar:
    """Say when everything takes place, or refuse a start that cannot have what is wanted."""
    zone = ZoneInfo(wanted.zone)
    today = now.astimezone(zone).date()
    starts = wanted.starts_on or _usual_start(wanted, zone, today)
    if not A_DAY <= starts - today <= LATEST_START:
        _refuse("starts_on", f"From tomorrow on, within {LATEST_START.days} days.")
    change = _change(zone, starts) if Incident.CLOCK_CHANGE in wanted.incidents else None
    first = starts + PREPARING
    if change is not None:
        first += (change - A_DAY - first) % BETWEEN
    days = [first + number * BETWEEN for number in range(SESSIONS)]
    chance = Random(wanted.seed)  # noqa: S311 - the minutes of a story, and no secret
    evenings = tuple(_evening(day, change, zone, chance) for day in days)
    begins = _at(starts, MORNING, zone)
    return Calendar(PLACES[wanted.zone], begins, evenings, wanted.incidents)


def _evening(day: date, change: date | None, zone: ZoneInfo, chance: Random) -> datetime:
    minutes = timedelta(minutes=chance.randrange(0, 60, 5))
    if change is not None and day + A_DAY == change:  # the watch goes on over the changed clock
        return _at(change, PAST_MIDNIGHT, zone)
    return _at(day, EVENING, zone) + minutes


def _usual_start(wanted: Wanted, zone: ZoneInfo, today: date) -> date:
    """Begin tomorrow, or so that the third night is that of the next changed clock."""
    if Incident.CLOCK_CHANGE not in wanted.incidents:
        return today + A_DAY
    change = next(_changes(zone, today + 2 * PREPARING))
    return max(today + A_DAY, change - A_DAY - 2 * BETWEEN - PREPARING)


def _change(zone: ZoneInfo, starts: date) -> date:
    first = next(_changes(zone, starts + PREPARING + A_DAY))
    if first > starts + PREPARING + SESSIONS * BETWEEN:
        _refuse("starts_on", f"The clocks change on {first}, and in no night of this course.")
    return first


def _changes(zone: ZoneInfo, since: date) -> Iterator[date]:
    """Give the days, from one on, on which the clocks of a zone are changed."""
    for number in range(MONTHS):
        day = since + number * A_DAY
        before, after = (_at(one, time(12), zone) for one in (day - A_DAY, day))
        if after - before != A_DAY:
            yield day


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _refuse(field: str, why: str) -> None:
    raise InvalidContent(errors={field: [why]})

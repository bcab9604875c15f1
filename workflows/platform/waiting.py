"""When would waiting alone put right what was found?

The rules themselves are asked again at later moments, and the moment is narrowed down between the
last that did not pass and the first that did. There is no table of waits that could drift from the
rules. Nothing here reads or writes a record.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.core import Finding, Point, Rule
from rules.facts import CoverFacts, Facts
from rules.gates import LOOKING_AHEAD
from rules.terms import Force, Outcome

_MINUTES = (1, 5, 10, 15, 20, 25, 30, 45, 60, 90)
_HOURS = (2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144, 168)
_DAYS = (8, 10, 14, 21, 28, 42, 56, 84, 112, 182, 274, 366)
PROBES = (
    *(timedelta(minutes=minutes) for minutes in _MINUTES),
    *(timedelta(hours=hours) for hours in _HOURS),
    *(timedelta(days=days) for days in _DAYS),
)
_FINEST = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class Waiting:
    """The facts of one decision, as they would be later if nothing but time went by."""

    def __init__(self, point: Point, facts: Facts) -> None:
        """Take the facts as they were judged."""
        self._point, self._facts = point, facts
        self._later: dict[timedelta, Facts] = {}

    @property
    def moment(self) -> datetime | None:
        """When the act would take place: now, or the hour it is planned for."""
        return self._facts.course.planned_at if self._is_ahead else self._facts.now

    def later(self, wait: timedelta) -> Facts:
        """Give the same facts at a later moment; what was answered is as old as it is then."""
        if wait not in self._later:
            self._later[wait] = self._at(wait)
        return self._later[wait]

    def clears_at(self, rule: Rule) -> datetime | None:
        """Say from which moment the rule is met by waiting alone; None if waiting does not help."""
        if self.moment is None:
            return None
        still = timedelta(0)
        for wait in PROBES:
            if self._passes(rule, wait):
                return self.moment + self._narrowed(rule, still, wait)
            still = wait
        return None

    def _narrowed(self, rule: Rule, still: timedelta, passes: timedelta) -> timedelta:
        while passes - still > _FINEST:
            between = still + (passes - still) // 2
            if self._passes(rule, between):
                passes = between
            else:
                still = between
        return passes

    def _passes(self, rule: Rule, wait: timedelta) -> bool:
        return rule.look(self.later(wait)).met is True

    @property
    def _is_ahead(self) -> bool:
        return bool(self._point & LOOKING_AHEAD)

    def _at(self, wait: timedelta) -> Facts:
        facts, moment = self._facts, self.moment
        if moment is None:
            return facts
        at, zone = moment + wait, facts.person.time_zone
        known = facts.course.planned_local_date if self._is_ahead else facts.person.local_date
        day = _day(at, wait, zone, known)
        course = replace(facts.course, planned_at=at, planned_local_date=day)
        seen = replace(facts, course=course, cover=_cover(facts.cover, wait))
        if self._is_ahead:
            return seen
        return replace(seen, now=at, person=replace(facts.person, local_date=day))


def retry_times(point: Point, facts: Facts, findings: Iterable[Finding]) -> dict[str, datetime]:
    """Say for each hard finding that stops from when waiting alone clears it, where it does."""
    waiting = Waiting(point, facts)
    known = {
        finding.rule.code: waiting.clears_at(finding.rule)
        for finding in findings
        if finding.rule.force is Force.HARD
        and finding.check.met is False
        and finding.outcome is Outcome.STOP
    }
    return {code: at for code, at in known.items() if at is not None}


def _day(at: datetime, wait: timedelta, zone: str | None, known: date | None) -> date | None:
    """Give the local date then; without a zone a day counts once it has passed everywhere."""
    if known is None:
        return None
    return at.astimezone(ZoneInfo(zone)).date() if zone else known + timedelta(days=wait // _DAY)


def _cover(cover: CoverFacts, wait: timedelta) -> CoverFacts:
    """Somebody has to be on call for as much longer as the act is later."""
    if cover.needed_until is None:
        return cover
    return replace(cover, needed_until=cover.needed_until + wait)

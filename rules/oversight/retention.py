"""How long is each kind of record kept, from when, and who says so? Reviewed data, not code.

The longest period that any class asks for decides; a legal hold outlasts them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from rules.limits import LIMITS, Limits


class RetentionClass(StrEnum):
    """Which kind of thing is kept."""

    MEDICAL_RECORD = "medical_record"
    CONTROLLED_SUBSTANCE = "controlled_substance"
    POLICY_AND_AUDIT = "policy_and_audit"


class CountedFrom(StrEnum):
    """What the period is counted from."""

    LAST_CONTACT = "last_contact"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class Period:
    """One class: its years by the name of a number, from when, and its source."""

    years: str
    counted_from: CountedFrom
    source: str


R = RetentionClass
RETENTION: Mapping[RetentionClass, Period] = MappingProxyType(
    {
        R.MEDICAL_RECORD: Period(
            "medical_record_years",
            CountedFrom.LAST_CONTACT,
            "State law, commonly 7 to 10 years; programme protocol §7 (P)",
        ),
        R.CONTROLLED_SUBSTANCE: Period(
            "controlled_substance_years", CountedFrom.MADE, "21 CFR 1304.04(a)"
        ),
        R.POLICY_AND_AUDIT: Period(
            "policy_and_audit_years", CountedFrom.MADE, "45 CFR 164.316(b)(2)(i) and 164.530(j)(2)"
        ),
    }
)


def years_of(kind: RetentionClass, limits: Limits = LIMITS) -> int:
    """Give the years of one class."""
    return int(getattr(limits, RETENTION[kind].years))


def kept_until(last_contact: date, limits: Limits = LIMITS) -> date:
    """Give the last day on which a record is kept: no class of it may end later."""
    longest = max(years_of(kind, limits) for kind in RETENTION)
    return _years_on(last_contact, longest)


def may_be_destroyed(until: date, today: date, *, held: bool) -> bool:
    """Say whether nothing asks for a record any more that is kept until this day."""
    return not held and today > until


def years_before(now: datetime, years: int) -> datetime:
    """Give the same moment so many years ago; before a leap day there is always one more."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def _years_on(day: date, years: int) -> date:
    """A leap day has its anniversary on the first of March: a day longer, never shorter."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)

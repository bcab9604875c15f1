"""Which row of law is in force at a place on a day, and what does it make stricter?

The newest row that has begun speaks, and of several revisions of it the last. It never falls back
on an older one: what has ended, or was reviewed too long ago, opens nothing.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select, tuple_

from models.plan.law import FederalAuthority, Jurisdiction
from rules.limits import Limits

TELEMEDICINE = "telemedicine"


def of_place(state: Any, today: Any, *outer: Any) -> ColumnElement[bool]:
    """Give the condition on `jurisdiction` that holds for the row in force; `outer` hosts it."""
    newer = Jurisdiction.__table__.alias("newer_law")
    newest = (
        select(newer.c.valid_from, newer.c.revision)
        .where(newer.c.state == state, newer.c.valid_from <= today)
        .order_by(newer.c.valid_from.desc(), newer.c.revision.desc())
        .limit(1)
    )
    key = tuple_(Jurisdiction.valid_from, Jurisdiction.revision)
    return and_(Jurisdiction.state == state, key.in_(newest.correlate(*outer)))


def of_authority(name: str, today: Any) -> ColumnElement[bool]:
    """Give the condition on `federal_authority` that holds for the row in force."""
    newer = FederalAuthority.__table__.alias("newer_authority")
    newest = (
        select(newer.c.valid_from, newer.c.revision)
        .where(newer.c.name == name, newer.c.valid_from <= today)
        .order_by(newer.c.valid_from.desc(), newer.c.revision.desc())
        .limit(1)
    )
    key = tuple_(FederalAuthority.valid_from, FederalAuthority.revision)
    return and_(FederalAuthority.name == name, key.in_(newest.correlate()))


def is_open(law: Jurisdiction | None, today: date) -> bool:
    """Say whether this row lets anybody be treated on that day."""
    return law is not None and law.enabled and today <= last_day(law)


def last_day(law: Jurisdiction) -> date:
    """Give the last day of a row: the end of the law or of its review, whichever comes first."""
    return min(law.review_expires_on, law.valid_until or law.review_expires_on)


def stricter(limits: Limits, law: Jurisdiction | None) -> Limits:
    """Give the limits as this state's law makes them; an age that is not known is the highest."""
    if law is None:
        return limits
    of_age = law.minor_age or limits.adult_years_in_every_state
    return limits.and_also(
        pdmp_life=min(limits.pdmp_life, timedelta(hours=law.pdmp_hours)),
        adult_years=max(limits.adult_years, of_age),
    )


def named(*rows: Jurisdiction | FederalAuthority | None) -> str | None:
    """Name exactly these rows, as a decision keeps them; no row at all is not known."""
    return " ".join(_name(row) for row in rows if row is not None) or None


def _name(row: Jurisdiction | FederalAuthority) -> str:
    what = getattr(row, "state", None) or getattr(row, "name", "")
    return f"{what}@{row.valid_from}#{row.revision}"

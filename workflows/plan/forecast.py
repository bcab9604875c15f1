"""Who is affected, and by what, when law, licences and certifications end in the coming months?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, true, tuple_, union_all

from models.people.patients import Patient
from rules.permissions import Permission
from rules.terms import EndingKind, Role
from workflows.plan import endings
from workflows.plan.endings import Ending
from workflows.platform import access
from workflows.platform.errors import NotFound
from workflows.platform.work import Work, note_each_patient, reading

AHEAD = (30, 60, 90)
SEES_EVERYBODY = frozenset({Role.ADMIN, Role.SAFETY_OFFICER})


class Forecast(NamedTuple):
    """One right that ends, how soon, and how many patients it touches."""

    id: UUID
    kind: EndingKind
    name: str
    holder_id: UUID | None
    ends_on: object
    days_left: int
    patients: int


@dataclass(frozen=True, slots=True)
class Touched:
    """One patient whom an ending touches: an id, and nothing else."""

    id: UUID
    enrolled_at: datetime

    @property
    def patient_id(self) -> UUID:
        """Give it the name it has everywhere."""
        return self.id


@reading(permit=Permission.READ_FORECAST, audit="law.forecast_read")
def read_forecast(work: Work, within_days: int) -> list[Forecast]:
    """List what ends within 30, 60 or 90 days, with the number of patients it touches."""
    access.see(work, None)
    found = [one for one in endings.soon(work, within_days) if _is_shown(work, one)]
    counted = zip(found, _counts(work, found), strict=True)
    return [
        Forecast(
            one.id,
            one.kind,
            one.name,
            one.holder_id,
            one.ends_on,
            (one.ends_on - work.now.date()).days,
            patients,
        )
        for one, patients in counted
    ]


@reading(permit=Permission.READ_FORECAST, audit="law.touched_listed")
def read_touched(
    work: Work, ending_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Touched]:
    """List the patients whom one ending touches, by id; one more than the limit."""
    access.see(work, None)
    ending = next((one for one in endings.soon(work, max(AHEAD)) if one.id == ending_id), None)
    if ending is None or not _is_shown(work, ending):
        raise NotFound
    query = (
        select(Patient.id, Patient.enrolled_at)
        .where(endings.touches(ending), _reach(work))
        .order_by(Patient.enrolled_at, Patient.id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(tuple_(Patient.enrolled_at, Patient.id) > after)
    touched = [Touched(*row) for row in work.session.execute(query)]
    note_each_patient(work, [one.id for one in touched[:limit]])
    return touched


def _counts(work: Work, found: Sequence[Ending]) -> list[int]:
    """Count whom each ending touches, in one statement for all of them."""
    if not found:
        return []
    each = [
        select(literal(place).label("place"), func.count(Patient.id).label("many")).where(
            endings.touches(one), _reach(work)
        )
        for place, one in enumerate(found)
    ]
    counted = {row.place: row.many for row in work.session.execute(union_all(*each))}
    return [counted[place] for place in range(len(found))]


def _is_shown(work: Work, ending: Ending) -> bool:
    """A prescriber sees the papers of nobody else."""
    if work.actor.roles & SEES_EVERYBODY:
        return True
    return ending.holder_id in (None, work.actor.user_id)


def _reach(work: Work) -> ColumnElement[bool]:
    """The office and the safety officers see every id; a prescriber those of own patients."""
    if work.actor.roles & SEES_EVERYBODY:
        return true()
    return endings.touches_anybody_of(work.actor.user_id)

"""How does a patient take the whole record away, and what keeps a stolen phone from doing so?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.people.rights import RecordExport
from models.platform.base import new_id
from rules.permissions import Permission
from rules.terms import CopyFormat, Language, RecipientKind, RequestOutcome
from workflows.people import rights_requests, second_factor
from workflows.people.record_parts import PARTS, Part, Row, names_a_person
from workflows.platform import access
from workflows.platform.errors import RecordForbids, TooManyTries
from workflows.platform.work import Work, command

FORMAT = "vigil-record/1"
A_DAY = timedelta(hours=24)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """Everything that is theirs to take, as it stood at one moment."""

    id: UUID
    patient_id: UUID
    made_at: datetime
    language: Language
    time_zone: str
    in_confidence: bool
    people: dict[str, str]
    parts: dict[str, list[Row]]

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows of each part."""
        return {name: len(rows) for name, rows in self.parts.items()}


@command(permit=Permission.EXPORT_RECORD, audit="record_export.made")
def take_away(
    work: Work, patient_id: UUID, written_as: CopyFormat, *, in_confidence: bool = False
) -> WholeRecord:
    """Hand a copy of the whole record to the patient, or to who hands it over as they asked."""
    patient = access.patient(work, patient_id, lock=True)
    second_factor.insist_fresh(work)
    asked = rights_requests.open_access(work, patient.id)
    if asked is None and patient.user_id != work.actor.user_id:
        raise RecordForbids("The patient has not asked for it.", code="nobody_asked")
    _refuse_too_many(work, patient.id)
    record = _gathered(work, patient, in_confidence=in_confidence)
    kept = RecordExport(
        id=record.id,
        patient_id=patient.id,
        made_by=work.actor.person,
        recipient=RecipientKind.PATIENT,
        written_as=written_as,
        in_confidence=in_confidence,
        row_total=sum(record.counts.values()),
        row_counts=record.counts,
        made_at=work.now,
    )
    work.session.add(kept)
    work.session.flush()
    if asked is not None:
        rights_requests.settle(work, asked, RequestOutcome.GIVEN)
    told = {"object_type": kept.__tablename__, "object_id": str(kept.id)}
    work.audit("record_export.counted", reason=f"{written_as}:{kept.row_total}:patient", **told)
    return record


def _refuse_too_many(work: Work, patient_id: UUID) -> None:
    """So many copies in a day are no reading any more, and each is one more to lose."""
    taken = work.session.scalars(
        select(RecordExport.made_at)
        .where(RecordExport.patient_id == patient_id, RecordExport.made_at > work.now - A_DAY)
        .order_by(RecordExport.made_at.desc())
        .limit(work.limits.record_exports_a_day_max)
    ).all()
    if len(taken) >= work.limits.record_exports_a_day_max:
        raise TooManyTries(taken[-1] + A_DAY)


def _gathered(work: Work, patient: Patient, *, in_confidence: bool) -> WholeRecord:
    """Read it under the patient's lock, so that all of it is of one moment."""
    parts = {
        part.name: list(_rows(work, part, patient, in_confidence=in_confidence))
        for part in PARTS
        if in_confidence or not part.in_confidence
    }
    return WholeRecord(
        id=new_id(),
        patient_id=patient.id,
        made_at=work.now,
        language=patient.preferred_language,
        time_zone=patient.time_zone,
        in_confidence=in_confidence,
        people=_names(work, parts),
        parts=parts,
    )


def _rows(work: Work, part: Part, patient: Patient, *, in_confidence: bool) -> Iterator[Row]:
    """Give the rows of one part, oldest first: ids rise with time."""
    model: Any = part.model
    columns = [getattr(model, name) for name in part.columns]
    query = select(*columns).where(part.of(patient)).order_by(model.id)
    for row in work.session.execute(query.execution_options(yield_per=AT_ONCE)):
        told = dict(zip(part.columns, row, strict=True))
        yield part.told(told, in_confidence=in_confidence)


def _names(work: Work, parts: dict[str, list[Row]]) -> dict[str, str]:
    """Give the names of those who wrote in the record; how they are reached is their own."""
    named = {
        value
        for rows in parts.values()
        for row in rows
        for column, value in row.items()
        if isinstance(value, UUID) and names_a_person(column)
    }
    query = select(UserAccount.id, UserAccount.display_name).where(UserAccount.id.in_(named))
    return {str(row.id): row.display_name for row in work.session.execute(query)}

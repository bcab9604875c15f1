"""What did phones bring that is not in the record, or that two of them brought as one?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_

from models.dose.late_items import LateItem
from models.people.patients import Patient
from rules.access.words import REGISTER
from rules.dose.offline import Verdict
from rules.permissions import Permission
from workflows.platform.errors import NotFound
from workflows.platform.relations import acting_by
from workflows.platform.work import Work, note_each_patient, reading


@reading(permit=Permission.READ_LATE_ITEMS, audit="late_item.listed")
def read_aside(work: Work, before: tuple[datetime, UUID] | None, most: int) -> list[LateItem]:
    """List what was kept aside, and what bears a counter that was used before, newest first."""
    if not acting_by(work, REGISTER):
        raise NotFound
    query = select(LateItem).where(
        or_(LateItem.verdict != Verdict.APPLIED, LateItem.forked.is_(True))
    )
    if before is not None:
        query = query.where(tuple_(LateItem.received_at, LateItem.id) < tuple_(*before))
    ordered = query.order_by(LateItem.received_at.desc(), LateItem.id.desc())
    found = list(work.session.scalars(ordered.limit(most + 1)))
    brought_by = {row.user_id for row in found[:most]}
    theirs = select(Patient.id).where(Patient.user_id.in_(brought_by))
    note_each_patient(work, work.session.scalars(theirs).all())
    return found

"""Did it go out, did it arrive, has its reader said so? Three things, and no word of what it is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from models.platform.trail import Notification
from rules.permissions import Permission
from workflows.platform import access
from workflows.platform.work import Work, reading

PAGE = 50


@reading(permit=Permission.READ_ESCALATIONS, audit="notification.listed")
def of_patient(
    work: Work,
    patient_id: UUID,
    after: tuple[datetime, UUID] | None = None,
    most: int = PAGE,
) -> list[Notification]:
    """List the messages about one patient, to whomever they went, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Notification)
        .where(Notification.patient_id == patient.id)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(Notification.created_at, Notification.id) < tuple_(*after))
    return list(work.session.scalars(query))

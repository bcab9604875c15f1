"""Which row is this message, and who has read it?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, update

from models.platform.base import Instant
from models.platform.trail import Notification
from workflows.platform import access
from workflows.platform.errors import NotFound
from workflows.platform.work import Work


def find(work: Work, notification_id: UUID) -> Notification:
    """Load one message under lock, and say whose record it belongs to (a step)."""
    query = select(Notification).where(Notification.id == notification_id).with_for_update()
    notice = work.session.scalars(query).first()
    if notice is None:
        raise NotFound
    access.see(work, notice.patient_id)
    return notice


def note_read(work: Work, *which: ColumnElement[bool]) -> None:
    """Keep that the acting person has read these messages of theirs; they wait no more (a step)."""
    mine = (Notification.user_id == work.actor.person, Notification.acknowledged_at.is_(None))
    now: ColumnElement[datetime] = literal(work.now, Instant())
    read = update(Notification).where(*mine, *which)
    at = func.greatest(Notification.created_at, now)
    work.session.execute(read.values(acknowledged_at=at, not_before=None, held_for=None))

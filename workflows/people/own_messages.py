"""What was I told, and that I have read it: only its reader can say so."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from models.platform.trail import Notification
from rules.permissions import Permission
from workflows.platform import message_rows
from workflows.platform.errors import NotFound
from workflows.platform.work import Work, command, reading

PAGE = 50


@reading(permit=Permission.MANAGE_OWN_SESSIONS, audit="own_message.listed")
def read_own(
    work: Work, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[Notification]:
    """List what I was told, newest first."""
    query = (
        select(Notification)
        .where(Notification.user_id == work.actor.person)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(Notification.created_at, Notification.id) < tuple_(*after))
    return list(work.session.scalars(query))


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="own_message.acknowledged", once=True)
def acknowledge(work: Work, message_id: UUID) -> Notification:
    """Say that I have read it; the first time counts."""
    mine = select(Notification.id).where(
        Notification.id == message_id, Notification.user_id == work.actor.person
    )
    if work.session.scalar(mine) is None:
        raise NotFound
    notice = message_rows.find(work, message_id)
    message_rows.note_read(work, Notification.id == message_id)
    work.session.refresh(notice)
    return notice

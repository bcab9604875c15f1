"""When is a call for help answered? When a human acknowledges it, or does what it called for."""

from uuid import UUID

from sqlalchemy import select

from models.oversight.holds import Escalation
from models.platform.trail import Notification
from workflows.platform import deadlines, message_rows
from workflows.platform.work import Work


def answered(work: Work, subject_id: UUID, *codes: str) -> None:
    """Take what the acting human has just done as the answer to these calls (a step)."""
    if work.actor.user_id is None:
        return
    query = select(Escalation).where(
        Escalation.subject_id == subject_id,
        Escalation.code.in_(codes),
        Escalation.acknowledged_at.is_(None),
    )
    for escalation in work.session.scalars(query.with_for_update()):
        acknowledge(work, escalation)


def acknowledge(work: Work, escalation: Escalation) -> None:
    """Write down that the acting human has taken it on; it climbs no further (a step)."""
    escalation.acknowledged_at = work.now
    escalation.acknowledged_by = work.actor.person
    deadlines.settle(work, escalation.id)
    message_rows.note_read(work, Notification.subject_id == escalation.id)

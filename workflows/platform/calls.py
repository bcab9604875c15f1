"""When is a call for help answered? When a human acknowledges it, or does what it called for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select

from models.oversight.holds import Escalation
from models.platform.fixed import Place, fixed
from models.platform.trail import Notification
from workflows.platform import deadlines, message_rows
from workflows.platform.work import Work


def answered(work: Work, subject_id: UUID, *codes: str) -> None:
    """Take what the acting human has just done as the answer to these calls (a step)."""
    if work.actor.user_id is None:
        return
    for escalation in work.session.scalars(*_open(codes, subject_id=subject_id)):
        acknowledge(work, escalation)


@fixed
def _open(codes: tuple[str, ...], *, subject_id: Place) -> Select[Escalation]:
    return select(Escalation).where(unanswered(codes, subject_id)).with_for_update()


def unanswered(codes: Sequence[str], subject_id: UUID | Place) -> ColumnElement[bool]:
    """Give the condition on `escalation`: one of these, of this subject, and nobody has it yet."""
    return and_(
        Escalation.subject_id == subject_id,
        Escalation.code.in_(codes),
        Escalation.acknowledged_at.is_(None),
    )


def acknowledge(work: Work, escalation: Escalation) -> None:
    """Write down that the acting human has taken it on; it climbs no further (a step)."""
    escalation.acknowledged_at = work.now
    escalation.acknowledged_by = work.actor.person
    deadlines.settle(work, escalation.id)
    message_rows.note_read(work, Notification.subject_id == escalation.id)

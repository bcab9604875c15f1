"""Who is told when a message reached nobody?"""

from sqlalchemy import select

from models.platform.trail import Deadline, Notification
from rules.terms import DeadlineKind, Role, SubjectKind
from workflows.oversight import escalations
from workflows.platform import notifications, sweep, undelivered
from workflows.platform.work import Work


@sweep.missed(DeadlineKind.MESSAGE_UNDELIVERED)
def somebody_must_reach_them(work: Work, deadline: Deadline) -> None:
    """Call the care team, one open call for each patient; what is about nobody is for the admins.

    A bad hour of a provider is one call about somebody, not one for each message.
    """
    notice = work.session.scalars(
        select(Notification).where(Notification.id == deadline.subject_id)
    ).one()
    if _went_out_since(notice):
        return
    if deadline.patient_id is None:
        for user_id in notifications.holders(work, Role.ADMIN):
            notifications.tell(work, user_id, undelivered.TEMPLATE)
        return
    if not escalations.is_open(work, "message_undelivered", deadline.patient_id):
        subject = (SubjectKind.PATIENT, deadline.patient_id)
        escalations.raise_one(work, "message_undelivered", subject=subject)


def _went_out_since(notice: Notification) -> bool:
    sent, given_up = notice.sent_at, notice.undelivered_at
    return sent is not None and given_up is not None and sent > given_up

"""Which messages that waited on their rows may go now?

What was held for a dose goes when no dose of its reader works any more, however long that took;
what was held for a night, when the night is over; what no provider took, when it is its turn again.
Each is handed to the queue, where it is asked once more whether it has to wait.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, not_, or_, select

from models.platform.trail import Notification
from workflows.platform import jobs, quiet
from workflows.platform.actor import SYSTEM
from workflows.platform.work import Runtime, Work

EVERY = "* * * * * */5"
AT_ONCE = 500


@jobs.job("send_what_waited", every=EVERY)
def hand_in_due(runtime: Runtime) -> int:
    """Hand in one job for each message that may go now; say how many."""
    with runtime.begin(SYSTEM) as work:
        return sum(
            jobs.defer_once(
                work.session, "deliver_notification", str(one), notification_id=str(one)
            )
            for one in due(work)
        )


def due(work: Work) -> list[UUID]:
    """Give what may go now, longest waiting first."""
    quiet_over = or_(
        Notification.held_for.is_distinct_from(quiet.DOSE),
        not_(quiet.is_watched(Notification.user_id)),
    )
    query = (
        select(Notification.id)
        .where(Notification.not_before <= work.now, quiet_over)
        .order_by(Notification.not_before, Notification.id)
        .limit(AT_ONCE)
    )
    return list(work.session.scalars(query))


def next_at(work: Work) -> list[datetime]:
    """Give when the next one that waits for a time may go, if there is one."""
    ahead = select(func.min(Notification.not_before)).where(Notification.not_before > work.now)
    found = work.session.scalar(ahead)
    return [] if found is None else [found]

"""Who looks at what a phone brought and the record did not take, or that two phones brought?"""

from datetime import timedelta

from sqlalchemy import exists, select

from models.dose.late_items import LateItem, Phone
from rules.dose.offline import Verdict, may_arrive_late
from rules.terms import DeadlineKind, Role
from workflows.platform import deadlines, notifications, trail
from workflows.platform.work import Work

TOLD_AGAIN_AFTER = timedelta(hours=1)
"""One message about what could not be read is enough for a while, however many items there are."""
_FAILED = (Verdict.REFUSED, Verdict.INVALID)


def follow(work: Work, row: LateItem, phone: Phone) -> None:
    """See to it that somebody looks at what is not in the record."""
    if row.verdict == Verdict.HELD:
        until = work.now + work.limits.late_item_wait
        due = deadlines.Due(DeadlineKind.LATE_ITEM, ("late_item", row.id), until)
        deadlines.expect(work, [due])
    elif may_arrive_late(row.kind) or row.verdict == Verdict.INVALID:
        _tell_of_unread(work, row)
    tell_of_fork(work, row, phone)


def _tell_of_unread(work: Work, row: LateItem) -> None:
    lately = exists().where(
        LateItem.phone_id == row.phone_id,
        LateItem.id != row.id,
        LateItem.verdict.in_(_FAILED),
        LateItem.received_at > work.now - TOLD_AGAIN_AFTER,
    )
    if not work.session.scalar(select(lately)):
        notifications.tell_everybody_with(work, Role.SAFETY_OFFICER, "late_item_unread")


def tell_of_fork(work: Work, row: LateItem, phone: Phone) -> None:
    """Say once of a phone that there are two of it; what both bring is kept all the same."""
    if not row.forked or phone.forked_at is not None:
        return
    phone.forked_at = work.now
    work.session.flush()
    trail.write_audit(work, "phone.forked", object_type="phone", object_id=str(phone.id))
    trail.write_event(work, "phone.forked", "phone", phone.id)
    notifications.tell_everybody_with(work, Role.SAFETY_OFFICER, "phone_forked")

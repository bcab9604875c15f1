"""What is done with a message that no way took, or that a provider says did not arrive?

It is tried again, by its row when the queue has forgotten it, and by the ways that are left. When
none is, or it has been tried for long enough, a human is told. A message of a call for help begets
no other: its call rings again by itself until somebody answers.
"""

from datetime import timedelta

from models.platform.trail import Notification
from rules.terms import DeadlineKind, SubjectKind
from workflows.platform import deadlines, jobs
from workflows.platform.templates import template_for
from workflows.platform.work import Work

TEMPLATE = "message_undelivered"
AFTER_THE_QUEUE = timedelta(minutes=10)
"""When a row is tried again by itself; longer than the queue ever waits between two tries."""
LATEST = timedelta(days=1)
"""How long a message that may come late is tried."""
TRIES_OF_THE_MOMENT = 5
"""What speaks of this moment is given up after so many; the queue loses some to the page."""


def note_failure(work: Work, notice: Notification, *, led_somewhere: bool) -> None:
    """Keep that no way took it; say when it is tried again, or tell a human (a step)."""
    notice.held_for = notice.not_before = None
    notice.failed_attempts += 1
    notice.paged_until = None
    words = template_for(notice.template)
    young = work.now < notice.created_at + LATEST
    if led_somewhere and young and not words.only_now:
        notice.not_before = work.now + AFTER_THE_QUEUE
    patience = TRIES_OF_THE_MOMENT if words.only_now else jobs.TRIES
    used_up = not young if words.can_wait else notice.failed_attempts >= patience
    if used_up or not led_somewhere:
        tell_a_human(work, notice)


def go_another_way(work: Work, notice: Notification) -> None:
    """Send once more by the ways that are left: it did not arrive by this one (a step)."""
    if template_for(notice.template).only_now:  # it went by every way at once
        tell_a_human(work, notice)
    else:
        notice.not_before = work.now


def tell_a_human(work: Work, notice: Notification) -> None:
    """Let the sweep call somebody, once for each message (a step)."""
    if notice.undelivered_at is not None:
        return
    notice.undelivered_at = max(work.now, notice.created_at)
    if notice.subject_type != SubjectKind.ESCALATION and notice.template != TEMPLATE:
        kind = DeadlineKind.MESSAGE_UNDELIVERED
        deadlines.expect(work, [deadlines.Due(kind, ("notification", notice.id), work.now)])

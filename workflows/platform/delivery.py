"""How does a message reach somebody outside, and what is done when it does not?

What can wait is held on its own row, where it also waits for its next turn after a bad hour of a
provider: the queue forgets a job within minutes. A round looks for what may go (`message_rounds`).
"""

import logging
import sys
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.platform import data_keys
from models.platform.messages import CONSOLE, WAYS, MessagePreference, MessageTry
from models.platform.trail import Notification
from rules.permissions import Permission
from workflows.platform import jobs, message_rows, quiet, undelivered, ways_out
from workflows.platform.actor import SYSTEM
from workflows.platform.language import preferred_by
from workflows.platform.quiet import Wait
from workflows.platform.settings import Settings
from workflows.platform.templates import template_for
from workflows.platform.ways_out import MAIL_HEADER, Letter, Tried
from workflows.platform.work import Runtime, Work, command, reading

__all__ = ["MAIL_HEADER", "Letter"]
log = logging.getLogger(__name__)


class NotDelivered(Exception):
    """No way out took the message; the queue tries again, ever later."""


class StillOnItsWay(NotDelivered):
    """The request that wrote this page is sending it; the queue looks again a little later."""


@jobs.job("deliver_notification")
def deliver(runtime: Runtime, notification_id: str) -> None:
    """Send one message; no transaction stays open while the world outside takes its time."""
    one = UUID(notification_id)
    with runtime.begin(SYSTEM) as work:
        wait = why_wait(work, one)
        letter = None if wait else prepare(work, one)
        if wait:
            hold(work, one, wait)
    _send_and_note(runtime, letter)


def page_now(runtime: Runtime, notification_id: UUID) -> None:
    """Send one page without the queue; what it does not send in time, the queue sends."""
    with runtime.begin(SYSTEM) as work:
        letter = prepare_page(work, notification_id)
    _send_and_note(runtime, letter)


def _send_and_note(runtime: Runtime, letter: Letter | None) -> None:
    if letter is None:
        return
    if letter.gone:
        with runtime.begin(SYSTEM) as work:
            drop(work, letter.notification_id)
        return
    tried = send(runtime.settings, letter)
    with runtime.begin(SYSTEM) as work:
        note_attempt(work, letter.notification_id, tried)
    if not any(one.taken for one in tried):
        log.error("message %s was not delivered", letter.notification_id)
        raise NotDelivered(str(letter.notification_id))


def why_wait(work: Work, notification_id: UUID) -> Wait | None:
    """Say why a message does not go out now, if it is one that can wait (a step)."""
    notice = message_rows.find(work, notification_id)
    if not _goes_out(notice) or not template_for(notice.template).can_wait:
        return None
    return quiet.why_wait(work.session, notice.user_id, work.now)


@command(permit=Permission.RUN_SWEEP, audit="notification.held")
def hold(work: Work, notification_id: UUID, wait: Wait) -> Notification:
    """Let a message wait on its row until the dose is over, or the night."""
    notice = message_rows.find(work, notification_id)
    notice.held_for, notice.not_before = wait.reason, wait.not_before
    return notice


@reading(permit=Permission.RUN_SWEEP, audit="notification.prepared")
def prepare(work: Work, notification_id: UUID) -> Letter | None:
    """Put a message together, if it was not sent yet and nobody is sending it."""
    notice = message_rows.find(work, notification_id)
    if not _goes_out(notice):
        return None
    if _is_on_its_way(work, notice):
        raise StillOnItsWay(str(notice.id))
    return _letter(work, notice)


@reading(permit=Permission.RUN_SWEEP, audit="notification.paged")
def prepare_page(work: Work, notification_id: UUID) -> Letter | None:
    """Put a page together, while it is still ours to send."""
    notice = message_rows.find(work, notification_id)
    ours = notice.sent_at is None and _goes_out(notice) and _is_on_its_way(work, notice)
    return _letter(work, notice) if ours else None


def _goes_out(notice: Notification) -> bool:
    """Say whether it is still to be sent: not read, and never yet, or once more by another way."""
    to_send = notice.sent_at is None or notice.not_before is not None
    return to_send and notice.acknowledged_at is None


def _is_on_its_way(work: Work, notice: Notification) -> bool:
    return notice.paged_until is not None and work.now < notice.paged_until


def _letter(work: Work, notice: Notification) -> Letter:
    address = _address(work, notice)
    email, phone = address or ("", "")
    language = preferred_by(work.session, notice.user_id)
    words = template_for(notice.template, language).with_secret(notice.secret)
    wanted, closed = _wanted(work, notice), _closed(work, notice)
    gone = address is None
    return Letter(notice.id, words, email, phone, wanted=wanted, closed=closed, gone=gone)


def _wanted(work: Work, notice: Notification) -> tuple[str, ...]:
    chosen = select(MessagePreference.ways).where(MessagePreference.user_id == notice.user_id)
    return tuple(work.session.scalar(chosen) or WAYS)


def _closed(work: Work, notice: Notification) -> frozenset[str]:
    """Give the ways of which their provider has said that this message did not arrive."""
    failed = select(MessageTry.way).where(
        MessageTry.notification_id == notice.id, MessageTry.failed_at.is_not(None)
    )
    return frozenset(work.session.scalars(failed))


@command(permit=Permission.RUN_SWEEP, audit="notification.dropped")
def drop(work: Work, notification_id: UUID) -> Notification:
    """Tell nobody: the account it was for is closed."""
    notice = message_rows.find(work, notification_id)
    notice.held_for = notice.not_before = None
    return notice


@command(permit=Permission.RUN_SWEEP, audit="notification.tried")
def note_attempt(work: Work, notification_id: UUID, tried: Sequence[Tried]) -> Notification:
    """Keep by which ways it was tried, and whether one of them took it."""
    notice = message_rows.find(work, notification_id)
    for one in tried:
        way = MessageTry(
            notification_id=notice.id, way=one.kind, tried_at=work.now, taken=one.taken
        )
        work.session.add(way)
    if any(one.taken for one in tried):
        notice.held_for = notice.not_before = None
        notice.sent_at = notice.sent_at or max(work.now, notice.created_at)
    elif _goes_out(notice):  # unless another worker has sent it meanwhile
        undelivered.note_failure(work, notice, led_somewhere=bool(tried))
    return notice


def send(settings: Settings, letter: Letter) -> list[Tried]:
    """Send by the ways that fit; one that takes it is enough. Without any, the console says so."""
    ways = ways_out.ways_to(settings, letter)
    if not (ways or letter.closed or settings.is_production):
        sys.stderr.write(f"vigil: message {letter.notification_id}: {letter.template.title}\n")
        return [Tried(CONSOLE, taken=True)]
    return ways_out.send(letter, ways)


def _address(work: Work, notice: Notification) -> tuple[str, str] | None:
    """Say where they are reached; none if they are gone."""
    if notice.user_id is not None:
        account = work.session.scalars(
            select(UserAccount).where(
                UserAccount.id == notice.user_id, data_keys.readable(UserAccount.id)
            )
        ).first()
        if account is None or account.disabled_at:
            return None
        return account.email, account.phone or ""
    of_patient = (Patient.id == notice.patient_id, data_keys.readable(Patient.id))
    contact = work.session.scalar(select(Patient.contact).where(*of_patient))
    named = (contact or {}).get("emergency_contact")
    if not isinstance(named, dict):
        return "", ""
    return str(named.get("email") or ""), str(named.get("phone") or "")

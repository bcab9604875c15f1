"""What does a provider say became of a message? Signed, as Standard Webhooks say, or not heard.

`v1` of that specification: HMAC-SHA256, under a key that only the provider and we hold, of the id,
the time in seconds and the body, with full stops between them. Without a key nobody is heard.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import orjson
from sqlalchemy import select

from models.platform.messages import MessageTry
from models.platform.trail import Notification
from rules.permissions import Permission
from workflows.platform import message_rows, undelivered
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import InvalidContent, NotFound, NotSignedIn
from workflows.platform.work import Runtime, Work, command

VERSION = "v1"
AT_MOST_OFF = timedelta(minutes=5)
DELIVERED, FAILED = "message.delivered", "message.failed"
_SHAPE = "A type, and data with message_id and way."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message by one way."""

    notification_id: UUID
    way: str
    arrived: bool


def hear(runtime: Runtime, headers: Mapping[str, str], body: bytes) -> None:
    """Keep what a provider says, if it is one of ours who says it, and says it now."""
    with runtime.begin(SYSTEM) as work:
        insist_signed(work, headers, body)
        take(work, understood(body))


def insist_signed(work: Work, headers: Mapping[str, str], body: bytes) -> None:
    """Refuse whoever does not hold the key, and what was said too long ago (a step)."""
    key = work.runtime.settings.receipt_key
    sent = {name.lower(): value for name, value in headers.items()}
    message_id, seconds = sent.get("webhook-id", ""), sent.get("webhook-timestamp", "")
    if not key or not message_id or not _is_now(work, seconds):
        raise NotSignedIn
    text = f"{message_id}.{seconds}.".encode() + body
    wanted = f"{VERSION},{b64encode(hmac.digest(key, text, 'sha256')).decode()}".encode()
    shown = sent.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(wanted, one.encode()) for one in shown):
        raise NotSignedIn


def understood(body: bytes) -> Receipt:
    """Read what is said; what is none of ours is refused whole."""
    try:
        told = orjson.loads(body)
        kind, data = told["type"], told["data"]
        receipt = Receipt(UUID(data["message_id"]), str(data["way"]), kind == DELIVERED)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InvalidContent(errors={"body": [_SHAPE]}) from None
    if kind not in (DELIVERED, FAILED):
        raise InvalidContent(errors={"type": [f"Must be {DELIVERED} or {FAILED}."]})
    return receipt


@command(permit=Permission.RUN_SWEEP, audit="notification.receipt_kept")
def take(work: Work, receipt: Receipt) -> Notification:
    """Keep it, the first word about each try; what did not arrive goes another way."""
    notice = message_rows.find(work, receipt.notification_id)
    tries = _taken(work, notice)
    told_of = next((one for one in tries if one.way == receipt.way), None)
    if told_of is None:
        raise NotFound
    if told_of.delivered_at is None and told_of.failed_at is None:
        if receipt.arrived:
            _arrived(work, notice, told_of)
        else:
            _failed(work, notice, told_of, tries)
    return notice


def _arrived(work: Work, notice: Notification, one: MessageTry) -> None:
    one.delivered_at = max(work.now, one.tried_at)
    if notice.sent_at is not None and notice.delivered_at is None:
        notice.delivered_at = max(work.now, notice.sent_at)
        notice.not_before = notice.held_for = None


def _failed(work: Work, notice: Notification, one: MessageTry, tries: list[MessageTry]) -> None:
    one.failed_at = max(work.now, one.tried_at)
    still_under_way = any(other.failed_at is None for other in tries)
    if notice.acknowledged_at is None and not still_under_way:
        undelivered.go_another_way(work, notice)


def _taken(work: Work, notice: Notification) -> list[MessageTry]:
    """Give what providers took of this message, the newest first."""
    query = (
        select(MessageTry)
        .where(MessageTry.notification_id == notice.id, MessageTry.taken)
        .order_by(MessageTry.tried_at.desc(), MessageTry.id.desc())
    )
    return list(work.session.scalars(query))


def _is_now(work: Work, seconds: str) -> bool:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= len("9999999999")):
        return False
    return abs(work.now.timestamp() - int(seconds)) <= AT_MOST_OFF.total_seconds()

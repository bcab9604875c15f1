"""What became of each message to another system, and how is what it missed sent again?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from models.platform.trail import Event
from models.platform.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from rules.permissions import Permission
from workflows.oversight import event_feed, lent_rights, webhook_delivery
from workflows.oversight.event_feed import Wanted
from workflows.platform import access
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

AGAIN_AT_ONCE = 1000
MOST_TRIES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Logged:
    """One message: of what kind, how it stands, and each try; nobody's id is in it."""

    id: UUID
    delivery: WebhookDelivery
    kind: str
    queued_at: datetime
    attempts: Sequence[WebhookAttempt]


@dataclass(frozen=True, slots=True)
class SentAgain:
    """How many messages wait again; `more` says that the range holds more than were taken."""

    count: int
    more: bool


@reading(permit=Permission.MANAGE_WEBHOOKS, audit="webhook.deliveries_listed")
def read(
    work: Work, endpoint_id: UUID, after: tuple[datetime, UUID] | None, most: int
) -> list[Logged]:
    """List what was sent to an endpoint, or is to be, oldest first."""
    access.see(work, None)
    _endpoint(work, endpoint_id)
    query = (
        select(WebhookDelivery, Event.kind)
        .join(Event, Event.id == WebhookDelivery.event_id)
        .where(WebhookDelivery.endpoint_id == endpoint_id)
        .order_by(WebhookDelivery.queued_at, WebhookDelivery.id)
        .limit(most + 1)
    )
    if after is not None:
        place = tuple_(WebhookDelivery.queued_at, WebhookDelivery.id)
        query = query.where(place > tuple_(*after))
    rows = work.session.execute(query).all()
    tries = _tries(work, [row[0].id for row in rows])
    return [
        Logged(row.id, row, kind, row.queued_at, tries.get(row.id, [])[-MOST_TRIES_SHOWN:])
        for row, kind in rows
    ]


@command(permit=Permission.MANAGE_WEBHOOKS, audit="webhook.sent_again")
def send_again(work: Work, endpoint_id: UUID, since: datetime, until: datetime) -> SentAgain:
    """Send everything of a range again, by the rights of now and under the same ids."""
    access.see(work, None)
    if until <= since:
        raise InvalidContent(errors={"until": ["A range ends after it begins."]})
    endpoint = _endpoint(work, endpoint_id)
    lent = lent_rights.follower(work, endpoint.owner_id)
    if lent is None or endpoint.agreed_at is None or endpoint.ended_at is not None:
        raise RecordForbids("Nobody lends it their rights now.", code="webhook_without_rights")
    wanted = Wanted(endpoint.kinds, max(since, endpoint.agreed_at), until)
    found = event_feed.after(lent, 0, wanted, AGAIN_AT_ONCE)
    event_ids = [event.id for event in found.items]
    return SentAgain(
        webhook_delivery.queue(work, endpoint_id, event_ids, again=True), more=found.more
    )


def _tries(work: Work, delivery_ids: list[UUID]) -> dict[UUID, list[WebhookAttempt]]:
    query = select(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(delivery_ids))
    found: dict[UUID, list[WebhookAttempt]] = {}
    for one in work.session.scalars(query.order_by(WebhookAttempt.tried_at, WebhookAttempt.id)):
        found.setdefault(one.delivery_id, []).append(one)
    return found


def _endpoint(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    query = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
    found = work.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found

"""How does another system learn that something happened, and who learns that it did not?

Events are picked from their table, in their order, under a lock of the endpoint's place: what is
committed is picked once, whoever dies meanwhile. A message may arrive twice, under the same id, and
later than one that happened after it. Whether the one who lent their rights may still see the event
is asked when it is picked, and again just before each try.
"""

import logging
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.dialects.postgresql import insert

from models.platform.base import new_id
from models.platform.trail import Deadline, Event
from models.platform.webhooks import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookPlace,
)
from rules.terms import DeadlineKind, Role
from workflows.oversight import event_feed, lent_rights, webhooks
from workflows.oversight.event_feed import Wanted
from workflows.platform import access, deadlines, jobs, notifications, outgoing, sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.outgoing import AddressRefused, NoAnswer, Target, UrlRefused
from workflows.platform.webhook_signing import headers
from workflows.platform.work import Runtime, Work

log = logging.getLogger(__name__)
EVERY = "* * * * * */5"
AT_ONCE = 200
MOST_IN_A_ROW = 50
LANES = 2
"""So many of the worker's hands wait for strangers at the most."""
LEASE = timedelta(minutes=2)
"""How long one who is sending has a message alone; who died with it gives it back by then."""
AGAIN_AFTER = tuple(
    timedelta(**later)
    for later in (
        *({"seconds": 5}, {"minutes": 5}, {"minutes": 30}, {"hours": 2}, {"hours": 5}),
        *({"hours": 10}, {"hours": 14}, {"hours": 20}, {"hours": 24}),
    )
)
JITTER_PERCENT = 20
ALARM_AGAIN = timedelta(days=1)
HEADERS = {"Content-Type": "application/json", "User-Agent": "Vigil"}
DELIVERED, GONE = range(200, 300), 410


@dataclass(frozen=True, slots=True)
class Message:
    """One message ready to go; never printed with its address or its signatures."""

    delivery_id: UUID
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one try."""

    outcome: str
    status: int | None = None
    took_ms: int = 0


@jobs.job("pick_events", every=EVERY)
def pick_events(runtime: Runtime) -> int:
    """Pick what happened for each endpoint, and hand in one job for each that has to be told."""
    with runtime.begin(SYSTEM) as work:
        endpoints = work.session.scalars(select(WebhookEndpoint.id).where(_lives())).all()
    handed_in = 0
    for endpoint_id in endpoints:
        with runtime.begin(SYSTEM) as work:
            pick(work, endpoint_id)
            if _next(work, endpoint_id) is not None:
                handed_in += _hand_in(work, endpoint_id)
    return handed_in


@jobs.job("tell_endpoint")
def tell_endpoint(runtime: Runtime, endpoint_id: str) -> int:
    """Send what is due to one endpoint, one after the other; who fails is left alone for now."""
    sent = 0
    for _ in range(MOST_IN_A_ROW):
        with runtime.begin(SYSTEM) as work:
            delivery_id = _next(work, UUID(endpoint_id))
            message = None if delivery_id is None else prepare(work, delivery_id)
        if delivery_id is None:
            return sent
        if message is None:
            continue
        came = send(runtime, message)
        with runtime.begin(SYSTEM) as work:
            note(work, message.delivery_id, came)
        if came.outcome != "delivered":
            log.warning("webhook message %s: %s", message.delivery_id, came.outcome)
            return sent
        sent += 1
    return sent


def pick(work: Work, endpoint_id: UUID) -> int:
    """Pick the next events for one endpoint (a step); its place moves in the same transaction."""
    access.see(work, None)
    query = select(WebhookPlace).where(WebhookPlace.endpoint_id == endpoint_id)
    place = work.session.scalars(query.with_for_update(skip_locked=True)).first()
    endpoint = _endpoint(work, endpoint_id)
    if place is None or endpoint is None:
        return 0
    lent = lent_rights.follower(work, endpoint.owner_id)
    if lent is None:
        raise_alarm(work, endpoint_id)
        place.sequence = max(place.sequence, event_feed.horizon(work))
        return 0
    found = event_feed.after(lent, place.sequence, Wanted(endpoint.kinds), AT_ONCE)
    place.sequence = found.place
    return queue(work, endpoint_id, [one.id for one in found.items])


def queue(work: Work, endpoint_id: UUID, event_ids: list[UUID], *, again: bool = False) -> int:
    """Write down that these events are to be told (a step); one that is known is told `again`."""
    if not event_ids:
        return 0
    waits = {"queued_at": work.now, "due_at": work.now, "state": "waiting", "tries": 0}
    rows = [
        {"id": new_id(), "endpoint_id": endpoint_id, "event_id": one, **waits} for one in event_ids
    ]
    adding = insert(WebhookDelivery).values(rows)
    pair = ["endpoint_id", "event_id"]
    if again:
        adding = adding.on_conflict_do_update(
            index_elements=pair,
            set_={**waits, "settled_at": None},
            where=WebhookDelivery.state != "waiting",
        )
    else:
        adding = adding.on_conflict_do_nothing(index_elements=pair)
    return len(work.session.scalars(adding.returning(WebhookDelivery.id)).all())


def prepare(work: Work, delivery_id: UUID) -> Message | None:
    """Put one message together, if whoever lent their rights may still see what it is about."""
    delivery, endpoint, event = _loaded(work, delivery_id)
    lent = lent_rights.follower(work, endpoint.owner_id)
    if lent is None or not event_feed.may_follow(lent, event.id):
        _keep(work, delivery, Came("withheld"))
        _settle(work, delivery, "withheld")
        return None
    delivery.due_at = work.now + LEASE
    delivery.tries += 1
    keys = [key.private_key for key in webhooks.live_keys(work, endpoint.id)]
    body = payload(event)
    signed = headers(str(event.id), work.now, body, keys)
    return Message(delivery.id, endpoint.url, body, {**HEADERS, **signed})


def payload(event: Event) -> bytes:
    """Write what is sent: what kind of thing happened, when, and by which ids it is read."""
    return orjson.dumps(
        {
            "type": event.kind,
            "timestamp": event.occurred_at.isoformat(),
            "data": {
                "id": str(event.id),
                "sequence": event.sequence,
                "patient_id": str(event.patient_id),
                "object_type": event.object_type,
                "object_id": None if event.object_id is None else str(event.object_id),
            },
        }
    )


def send(runtime: Runtime, message: Message) -> Came:
    """Send one message; no transaction stays open while the world outside takes its time."""
    ways, began = runtime.settings.webhooks, perf_counter()
    status, outcome = None, "no_answer"
    try:
        status = outgoing.post(Target.of(message.url, ways), message.body, message.headers, ways)
        outcome = "delivered" if status in DELIVERED else "gone" if status == GONE else "refused"
    except (AddressRefused, UrlRefused):
        outcome = "address_refused"
    except NoAnswer:
        pass
    return Came(outcome, status, round((perf_counter() - began) * 1000))


def note(work: Work, delivery_id: UUID, came: Came) -> None:
    """Keep what came of a try, and say when the next one is, or that there is none."""
    delivery, endpoint, event = _loaded(work, delivery_id)
    _keep(work, delivery, came)
    if delivery.due_at is None:  # it ended while somebody was sending
        return
    if came.outcome == "delivered":
        _settle(work, delivery, "delivered")
        _leave_trace(work, endpoint, event)
    elif came.outcome == "gone":
        webhooks.ended(work, endpoint, "gone")
        raise_alarm(work, endpoint.id)
    elif delivery.tries > len(AGAIN_AFTER):
        _settle(work, delivery, "dead")
        raise_alarm(work, endpoint.id)
    else:
        delivery.due_at = work.now + _with_jitter(AGAIN_AFTER[delivery.tries - 1])


def raise_alarm(work: Work, endpoint_id: UUID) -> None:
    """Let the sweep tell people that an endpoint is told nothing; once a day at the most."""
    of_it = (Deadline.subject_id == endpoint_id, Deadline.kind == DeadlineKind.WEBHOOK_SILENT)
    latest = select(Deadline.id).where(*of_it, Deadline.due_at > work.now - ALARM_AGAIN)
    if work.session.scalars(latest.limit(1)).first() is None:
        due = deadlines.Due(
            DeadlineKind.WEBHOOK_SILENT, ("webhook_endpoint", endpoint_id), work.now
        )
        deadlines.expect(work, [due])


@sweep.missed(DeadlineKind.WEBHOOK_SILENT)
def somebody_must_mend_it(work: Work, deadline: Deadline) -> None:
    """Tell every administrator, and the one whose rights it uses."""
    query = select(WebhookEndpoint.owner_id).where(WebhookEndpoint.id == deadline.subject_id)
    owner = work.session.scalars(query).all()
    for user_id in {*notifications.holders(work, Role.ADMIN), *owner}:
        notifications.tell(work, user_id, "webhook_silent")


def _hand_in(work: Work, endpoint_id: UUID) -> bool:
    lane, name = str(endpoint_id.int % LANES), str(endpoint_id)
    return jobs.defer_once(work.session, "tell_endpoint", name, lane=lane, endpoint_id=name)


def _lives() -> ColumnElement[bool]:
    return and_(WebhookEndpoint.agreed_at.is_not(None), WebhookEndpoint.ended_at.is_(None))


def _endpoint(work: Work, endpoint_id: UUID) -> WebhookEndpoint | None:
    query = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, _lives())
    return work.session.scalars(query).first()


def _next(work: Work, endpoint_id: UUID) -> UUID | None:
    """Give what has waited longest and is due, and nobody else holds."""
    query = (
        select(WebhookDelivery.id)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookEndpoint.id == endpoint_id, _lives(), WebhookDelivery.due_at <= work.now)
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(1)
    )
    return work.session.scalars(query.with_for_update(of=WebhookDelivery, skip_locked=True)).first()


def _loaded(work: Work, delivery_id: UUID) -> tuple[WebhookDelivery, WebhookEndpoint, Event]:
    """Load a message with where it goes and what it is about, the endpoint locked first."""
    access.see(work, None)
    of_it = select(WebhookDelivery.endpoint_id).where(WebhookDelivery.id == delivery_id)
    query = select(WebhookEndpoint).where(WebhookEndpoint.id.in_(of_it)).with_for_update()
    endpoint = work.session.scalars(query).one()
    both = select(WebhookDelivery, Event).join(Event, Event.id == WebhookDelivery.event_id)
    row = both.where(WebhookDelivery.id == delivery_id).with_for_update(of=WebhookDelivery)
    delivery, event = work.session.execute(row).one()
    return delivery, endpoint, event


def _keep(work: Work, delivery: WebhookDelivery, came: Came) -> None:
    work.session.add(
        WebhookAttempt(
            delivery_id=delivery.id,
            tried_at=work.now,
            outcome=came.outcome,
            status=came.status,
            took_ms=came.took_ms,
        )
    )


def _settle(work: Work, delivery: WebhookDelivery, state: str) -> None:
    delivery.state, delivery.due_at, delivery.settled_at = state, None, work.now


def _leave_trace(work: Work, endpoint: WebhookEndpoint, event: Event) -> None:
    """Write into the patient's trail that another system was told by somebody's rights."""
    told = {"object_type": "webhook_endpoint", "object_id": str(endpoint.id)}
    work.audit("webhook.sent", patient_id=event.patient_id, actor_id=endpoint.owner_id, **told)


def _with_jitter(later: timedelta) -> timedelta:
    """Spread the tries, so that those who failed together do not come back together."""
    return later * (100 + secrets.randbelow(JITTER_PERCENT + 1)) / 100

"""Which other systems are told of events, by whose rights, and with which keys?

An administrator sets an address up, and is told of nothing by it. The person whose rights it uses
agrees, and may withdraw at any time. Nothing is sent by rights that nobody lent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from models.people.accounts import UserAccount
from models.platform.base import new_id
from models.platform.webhooks import WebhookDelivery, WebhookEndpoint, WebhookKey, WebhookPlace
from rules.access.policy import may
from rules.permissions import Permission
from workflows.oversight import event_feed, lent_rights
from workflows.people import second_factor, signing
from workflows.platform import access, notifications
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.outgoing import Target, UrlRefused
from workflows.platform.webhook_signing import Pair
from workflows.platform.work import Work, command, reading

KEYS_OVERLAP = timedelta(hours=24)
"""How long the key before still signs, beside the one that follows it."""
MOST_ENDPOINTS = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """An endpoint with the public halves of the keys that sign now, the lasting one first."""

    endpoint: WebhookEndpoint
    keys: Sequence[WebhookKey]


@command(permit=Permission.MANAGE_WEBHOOKS, audit="webhook.set_up", once=True)
def set_up(work: Work, url: str, kinds: Sequence[str], owner_id: UUID) -> WebhookEndpoint:
    """Write an address down, and ask the person whose rights it shall use."""
    second_factor.insist_fresh(work)
    signing.refuse_oneself(work, owner_id)
    _refuse_bad_url(work, url)
    event_feed.refuse_unknown(kinds)
    _refuse_who_may_not(work, owner_id)
    endpoint = WebhookEndpoint(
        id=new_id(),
        url=url,
        kinds=sorted(set(kinds)),
        owner_id=owner_id,
        set_up_by=work.actor.person,
        set_up_at=work.now,
    )
    work.session.add(endpoint)
    work.session.flush()
    _add_key(work, endpoint.id)
    notifications.tell(work, owner_id, "webhook_wants_you")
    return endpoint


@command(permit=Permission.LEND_RIGHTS, audit="webhook.agreed", once=True)
def agree(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    """Lend one's own rights to this address, for what happens from now on."""
    endpoint = _own(work, endpoint_id)
    second_factor.insist_fresh(work)
    if endpoint.agreed_at is None:
        endpoint.agreed_at = work.now
        start = event_feed.horizon(work)
        place = insert(WebhookPlace).values(endpoint_id=endpoint.id, sequence=start)
        work.session.execute(place.on_conflict_do_nothing())
    return endpoint


@command(permit=Permission.LEND_RIGHTS, audit="webhook.withdrawn", once=True)
def withdraw(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    """Take one's rights back; nothing more is sent."""
    return ended(work, _own(work, endpoint_id), "withdrawn")


@command(permit=Permission.MANAGE_WEBHOOKS, audit="webhook.ended", once=True)
def end(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    """Send nothing more there."""
    return ended(work, _locked(work, endpoint_id), "asked")


@command(permit=Permission.MANAGE_WEBHOOKS, audit="webhook.key_rotated", once=True)
def rotate_key(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    """Draw a new key; until the one before retires, both of them sign."""
    endpoint = _locked(work, endpoint_id)
    second_factor.insist_fresh(work)
    if endpoint.ended_at is not None:
        raise RecordForbids("It has ended.", code="webhook_ended")
    if len(live_keys(work, endpoint_id)) > 1:
        raise RecordForbids("The key before has not retired yet.", code="key_still_changing")
    retiring = update(WebhookKey).where(
        WebhookKey.endpoint_id == endpoint_id, WebhookKey.retires_at.is_(None)
    )
    work.session.execute(retiring.values(retires_at=work.now + KEYS_OVERLAP))
    _add_key(work, endpoint_id)
    return endpoint


@reading(permit=Permission.MANAGE_WEBHOOKS, audit="webhook.listed")
def read_all(work: Work) -> list[Listed]:
    """List the addresses, the newest first."""
    access.see(work, None)
    return _listed(work)


@reading(permit=Permission.LEND_RIGHTS, audit="webhook.own_listed")
def read_own(work: Work) -> list[Listed]:
    """List the addresses that use, or ask to use, one's own rights."""
    access.see(work, None)
    return _listed(work, owner_id=work.actor.person)


def ended(work: Work, endpoint: WebhookEndpoint, reason: str) -> WebhookEndpoint:
    """End an endpoint, and whatever waits for it (a step)."""
    if endpoint.ended_at is None:
        endpoint.ended_at, endpoint.end_reason = work.now, reason
        state = "dead" if reason == "gone" else "withheld"
        waiting = update(WebhookDelivery).where(
            WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.due_at.is_not(None)
        )
        work.session.execute(waiting.values(state=state, due_at=None, settled_at=work.now))
    return endpoint


def live_keys(work: Work, endpoint_id: UUID) -> Sequence[WebhookKey]:
    """Give the keys that sign now, the lasting one first."""
    signs = or_(WebhookKey.retires_at.is_(None), WebhookKey.retires_at > work.now)
    query = select(WebhookKey).where(WebhookKey.endpoint_id == endpoint_id, signs)
    return work.session.scalars(query.order_by(WebhookKey.retires_at.desc().nulls_first())).all()


def _listed(work: Work, owner_id: UUID | None = None) -> list[Listed]:
    query = select(WebhookEndpoint)
    if owner_id is not None:
        query = query.where(WebhookEndpoint.owner_id == owner_id)
    newest = query.order_by(WebhookEndpoint.set_up_at.desc(), WebhookEndpoint.id)
    found = work.session.scalars(newest.limit(MOST_ENDPOINTS)).all()
    return [Listed(one, live_keys(work, one.id)) for one in found]


def _own(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = _locked(work, endpoint_id)
    if endpoint.owner_id != work.actor.user_id:
        raise NotFound
    return endpoint


def _locked(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    access.see(work, None)
    query = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update()
    endpoint = work.session.scalars(query).first()
    if endpoint is None:
        raise NotFound
    return endpoint


def _add_key(work: Work, endpoint_id: UUID) -> None:
    pair = Pair.new()
    work.session.add(
        WebhookKey(
            id=new_id(),
            endpoint_id=endpoint_id,
            public_key=pair.public,
            private_key=pair.private,
            made_at=work.now,
        )
    )
    work.session.flush()


def _refuse_bad_url(work: Work, url: str) -> None:
    try:
        Target.of(url, work.runtime.settings.webhooks)
    except UrlRefused as reason:
        raise InvalidContent(errors={"url": [str(reason)]}) from None


def _refuse_who_may_not(work: Work, owner_id: UUID) -> None:
    """Refuse an owner who could lend nothing: not here any more, or without a role for it."""
    query = select(UserAccount.id).where(UserAccount.id == owner_id)
    if work.session.scalar(query.with_for_update(read=True)) is None:
        raise NotFound
    if not may(lent_rights.roles_of(work, owner_id), Permission.LEND_RIGHTS):
        raise RecordForbids("They may lend no rights.", code="owner_may_not_lend")

"""How are other systems told of events: set up by one person, by the rights of another?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from workflows.oversight import webhook_log, webhooks
from workflows.platform.outgoing import LONGEST_URL

if TYPE_CHECKING:
    from workflows.oversight.webhooks import Listed

MOST_KINDS, MOST_KEYS = 50, 2
LONGEST_KEY = 64

blp = Blueprint("webhooks", description="Addresses of other systems that are told what happens.")


class WebhookIn(Schema):
    """Where to, of which kinds (none named: all of them), and by whose rights."""

    url = fields.Text(LONGEST_URL, required=True)
    kinds = fields.List(fields.Code(), MOST_KINDS, load_default=list)
    owner_id = fields.Id(required=True)


class WebhookKeyOut(Schema):
    """A key by which our messages are known; two of them while one follows the other."""

    public_key = fields.Text(LONGEST_KEY)
    made_at = fields.Instant()
    retires_at = fields.Instant(allow_none=True)


class WebhookOut(Schema):
    """An address that is told; nothing is sent before the owner of the rights has agreed."""

    id = fields.Id()
    url = fields.Text(LONGEST_URL)
    kinds = fields.List(fields.Code(), MOST_KINDS)
    owner_id = fields.Id()
    set_up_by = fields.Id()
    set_up_at = fields.Instant()
    agreed_at = fields.Instant(allow_none=True)
    ended_at = fields.Instant(allow_none=True)
    end_reason = fields.Code(allow_none=True)


class WebhookListedOut(WebhookOut):
    """An address, with the keys by which its messages are known now."""

    keys = fields.List(fields.Nested(WebhookKeyOut()), MOST_KEYS)


class AttemptOut(Schema):
    """One try; what the other side answered is not kept, only its status."""

    tried_at = fields.Instant()
    outcome = fields.Code()
    status = fields.Whole(100, 999, allow_none=True)
    took_ms = fields.Whole()


class DeliveryOut(Schema):
    """One message: `event_id` is its webhook-id, on every try and when it is sent again."""

    id = fields.Id()
    event_id = fields.Id(attribute="delivery.event_id")
    kind = fields.Code()
    state = fields.Code(attribute="delivery.state")
    queued_at = fields.Instant()
    due_at = fields.Instant(attribute="delivery.due_at", allow_none=True)
    settled_at = fields.Instant(attribute="delivery.settled_at", allow_none=True)
    attempts = fields.List(fields.Nested(AttemptOut()), webhook_log.MOST_TRIES_SHOWN)


class RangeIn(Schema):
    """What happened from when until before when."""

    since = fields.Instant(required=True)
    until = fields.Instant(required=True)


class SentAgainOut(Schema):
    """How many messages wait again; if there are more, ask again from a later time on."""

    count = fields.Whole(0, webhook_log.AGAIN_AT_ONCE)
    more = fields.Truth()


@blp.route("/webhooks")
class Webhooks(MethodView):
    """Every address."""

    @blp.operation("set_up_webhook", refuses=(409,), once=True)
    @blp.arguments(WebhookIn())
    @blp.response(201, WebhookOut())
    def post(self, told: dict[str, Any]) -> object:
        """Set an address up; a fresh second factor is needed, and the owner has to agree."""
        with begin() as work:
            return webhooks.set_up(work, **told)

    @blp.operation("list_webhooks")
    @blp.response(200, WebhookListedOut(many=True))
    def get(self) -> object:
        """List the addresses, the newest first."""
        with begin() as work:
            return [_listed(one) for one in webhooks.read_all(work)]


@blp.route("/me/webhooks")
class OwnWebhooks(MethodView):
    """The addresses that use my rights."""

    @blp.operation("list_webhooks_by_my_rights")
    @blp.response(200, WebhookListedOut(many=True))
    def get(self) -> object:
        """List the addresses that use my rights, or ask to."""
        with begin() as work:
            return [_listed(one) for one in webhooks.read_own(work)]


@blp.route("/webhooks/<uuid:webhook_id>/agreement")
class Agreement(MethodView):
    """The word of the one whose rights are used."""

    @blp.operation("agree_to_webhook", refuses=(409,), once=True)
    @blp.response(201, WebhookOut())
    def post(self, webhook_id: UUID) -> object:
        """Lend my rights to it from now on; a fresh second factor is needed."""
        with begin() as work:
            return webhooks.agree(work, webhook_id)


@blp.route("/webhooks/<uuid:webhook_id>/withdrawal")
class Withdrawal(MethodView):
    """The end of that word."""

    @blp.operation("withdraw_from_webhook", once=True)
    @blp.response(201, WebhookOut())
    def post(self, webhook_id: UUID) -> object:
        """Take my rights back; nothing more is sent by them."""
        with begin() as work:
            return webhooks.withdraw(work, webhook_id)


@blp.route("/webhooks/<uuid:webhook_id>/end")
class End(MethodView):
    """The end of an address."""

    @blp.operation("end_webhook", once=True)
    @blp.response(201, WebhookOut())
    def post(self, webhook_id: UUID) -> object:
        """Send nothing more there."""
        with begin() as work:
            return webhooks.end(work, webhook_id)


@blp.route("/webhooks/<uuid:webhook_id>/keys")
class Keys(MethodView):
    """The keys that sign."""

    @blp.operation("rotate_webhook_key", refuses=(409,), once=True)
    @blp.response(201, WebhookOut())
    def post(self, webhook_id: UUID) -> object:
        """Draw a new key; for a day both sign. A fresh second factor is needed."""
        with begin() as work:
            return webhooks.rotate_key(work, webhook_id)


@blp.route("/webhooks/<uuid:webhook_id>/deliveries")
class Deliveries(MethodView):
    """What was sent, and what came of it."""

    @blp.operation("list_webhook_deliveries")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(DeliveryOut)())
    def get(self, wanted: dict[str, Any], webhook_id: UUID) -> object:
        """List the messages to one address, oldest first, with every try."""
        with begin() as work:
            found = webhook_log.read(work, webhook_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "queued_at")


@blp.route("/webhooks/<uuid:webhook_id>/redeliveries")
class Redeliveries(MethodView):
    """What is sent again."""

    @blp.operation("redeliver_webhook", refuses=(409,))
    @blp.arguments(RangeIn())
    @blp.response(201, SentAgainOut())
    def post(self, told: dict[str, Any], webhook_id: UUID) -> object:
        """Send everything of a range again, under the same ids and by the rights of now."""
        with begin() as work:
            return webhook_log.send_again(work, webhook_id, **told)


def _listed(one: "Listed") -> dict[str, Any]:
    names = WebhookOut().fields
    return {name: getattr(one.endpoint, name) for name in names} | {"keys": one.keys}

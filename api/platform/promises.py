"""Who comes next, and when: what stands beside the answer to a call for help or of harm."""

from api.platform import fields
from api.platform.fields import Schema
from api.platform.request import current_actor, runtime
from rules.oversight.promises import Channel, Promise
from workflows.oversight import channels
from workflows.platform.beside import beside


class PromiseOut(Schema):
    """What one way promises; no next human and no promise where the roster has nobody."""

    channel = fields.Choice(Channel)
    monitored = fields.Truth()
    next_human_at = fields.Instant(allow_none=True)
    promised_reply_at = fields.Instant(allow_none=True)
    says = fields.Text(300)


def promised(channel: Channel) -> Promise | None:
    """Say who comes next; the fact is kept already, whatever this says."""
    ways = beside(runtime(), current_actor(), channels.read_ways)
    return next((one for one in ways.channels if one.channel is channel), None) if ways else None

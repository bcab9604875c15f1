"""How does somebody see what they were told, say that they read it, and choose how to be told?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from workflows.oversight import message_states
from workflows.people import message_preferences, own_messages
from workflows.people.message_preferences import QuietHours

WAYS = ("mail", "text")
HELD_FOR = ("dose", "quiet_hours")
LAST_MINUTE = 24 * 60 - 1

blp = Blueprint("messages", description="What somebody was told: sent, delivered, read.")


class MessageStateOut(Schema):
    """What became of a message: three states, and none stands for another; null is not yet.

    `delivered_at` is there only where a provider said so. `undelivered_at` is when a human was told
    that it reached nobody; it may have been sent since.
    """

    id = fields.Id()
    created_at = fields.Instant()
    held_for = fields.Code(HELD_FOR, allow_none=True)
    sent_at = fields.Instant(allow_none=True)
    delivered_at = fields.Instant(allow_none=True)
    acknowledged_at = fields.Instant(allow_none=True)
    undelivered_at = fields.Instant(allow_none=True)


class PatientMessageOut(MessageStateOut):
    """A message about a patient; without `user_id` it went to the emergency contact."""

    user_id = fields.Id(allow_none=True)


class OwnMessageOut(MessageStateOut):
    """A message to me: which one of ours, and never about whom."""

    template = fields.Code()


class QuietHoursIn(Schema):
    """Minutes of the day, by the clock where I am; a night begins later than it ends."""

    from_minute = fields.Whole(0, LAST_MINUTE, required=True)
    until_minute = fields.Whole(0, LAST_MINUTE, required=True)


class QuietHoursOut(QuietHoursIn):
    """When I want quiet."""


class MessagePreferenceIn(Schema):
    """How I want to be told of what can wait: ways in the order they are tried, and when not."""

    ways = fields.List(fields.Code(WAYS), len(WAYS), 1, required=True)
    quiet_hours = fields.Nested(QuietHoursIn(), allow_none=True, load_default=None)


class MessagePreferenceOut(Schema):
    """What I want. What calls me, warns me or keeps my account safe comes all the same."""

    ways = fields.List(fields.Code(WAYS), len(WAYS))
    quiet_hours = fields.Nested(QuietHoursOut(), allow_none=True)
    time_zone = fields.Text(64, allow_none=True)


@blp.route("/me/messages")
class OwnMessages(MethodView):
    """What I was told."""

    @blp.operation("list_own_messages")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(OwnMessageOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List what I was told, newest first."""
        with begin() as work:
            found = own_messages.read_own(work, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "created_at")


@blp.route("/me/messages/<uuid:message_id>/acknowledgement")
class MessageAcknowledgement(MethodView):
    """I have read it."""

    @blp.operation("acknowledge_message", once=True)
    @blp.response(201, OwnMessageOut())
    def post(self, message_id: UUID) -> object:
        """Say that I have read a message; the first time counts."""
        with begin() as work:
            return own_messages.acknowledge(work, message_id)


@blp.route("/me/message-preferences")
class MessagePreferences(MethodView):
    """How I want to be told."""

    @blp.operation("read_message_preferences")
    @blp.response(200, MessagePreferenceOut())
    def get(self) -> object:
        """Read how I want to be told of what can wait."""
        with begin() as work:
            return message_preferences.read_own(work)

    @blp.operation("set_message_preferences")
    @blp.arguments(MessagePreferenceIn())
    @blp.response(201, MessagePreferenceOut())
    def post(self, said: dict[str, Any]) -> object:
        """Say how I want to be told of what can wait; nothing else asks for it."""
        told = said["quiet_hours"]
        hours = None if told is None else QuietHours(told["from_minute"], told["until_minute"])
        with begin() as work:
            return message_preferences.set_own(work, said["ways"], hours)


@blp.route("/patients/<uuid:patient_id>/messages")
class PatientMessages(MethodView):
    """What became of the messages about one patient."""

    @blp.operation("list_messages_of_patient")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(PatientMessageOut)())
    def get(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """List what became of the messages about a patient: ids and states, and no word of them."""
        with begin() as work:
            found = message_states.of_patient(work, patient_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "created_at")

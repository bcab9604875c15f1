"""How does anybody learn who answers, when, and how quickly they did until now?"""

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.promises import PromiseOut
from api.platform.request import begin
from workflows.oversight import channels

blp = Blueprint("channels", description="Who answers on which way, and when; never a guess.")


class ChannelsOut(Schema):
    """Every way, and in words how quickly calls for help were answered, if enough say so."""

    channels = fields.List(fields.Nested(PromiseOut()), 10)
    usual_answer = fields.Text(300, allow_none=True)


class AnswerTimesOut(Schema):
    """How long until a human took it on; a call that waits has waited until now. Null: too few."""

    calls = fields.Whole()
    unanswered = fields.Whole()
    half_within_seconds = fields.Whole(allow_none=True)
    nine_of_ten_within_seconds = fields.Whole(allow_none=True)
    longest_seconds = fields.Whole(allow_none=True)


class GroupTimesOut(Schema):
    """The same of one kind of call, or of one week by its ISO number."""

    of = fields.Text(64)
    times = fields.Nested(AnswerTimesOut())


class PublishedTimesOut(Schema):
    """How quickly humans answered; of nobody in particular."""

    since = fields.Instant()
    least_calls = fields.Whole()
    all_calls = fields.Nested(AnswerTimesOut())
    by_code = fields.List(fields.Nested(GroupTimesOut()), 200)
    by_week = fields.List(fields.Nested(GroupTimesOut()), 60)


@blp.route("/channels")
class Channels(MethodView):
    """The ways to us."""

    @blp.operation("read_channels")
    @blp.response(200, ChannelsOut())
    def get(self) -> object:
        """Read who answers on which way, and when."""
        with begin() as work:
            return channels.read_ways(work)


@blp.route("/answer-times")
class AnswerTimes(MethodView):
    """How quickly humans answered."""

    @blp.operation("read_answer_times")
    @blp.response(200, PublishedTimesOut())
    def get(self) -> object:
        """Read how long it took until a human took calls on, by kind and by week."""
        with begin() as work:
            return channels.read_answer_times(work)

"""How does a client answer the questions after a dose, and see which are due?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.aftercare.next_day import WORDS, NextDay
from rules.limits import Limits
from rules.limits.telling import told
from rules.terms import FollowUpKind, Symptom
from workflows.aftercare import follow_up
from workflows.aftercare.follow_up import Told

blp = Blueprint("follow_up", description="After a dose: what is asked, and what was answered.")


class SuicideAnswersIn(Schema):
    """The answers since the last contact, by item id; the wording comes with a licence."""

    q1 = fields.TriState()
    q2 = fields.TriState()
    q3 = fields.TriState()
    q4 = fields.TriState()
    q5 = fields.TriState()
    q6 = fields.TriState()
    q6_recent = fields.TriState()


class FollowUpAnswersIn(Schema):
    """How it went. What is left out was not answered, and never counts as a no."""

    side_effects = fields.List(
        fields.Choice(Symptom), len(Symptom), load_default=None, allow_none=True
    )
    global_change = fields.Whole(1, 7, load_default=None, allow_none=True)
    suicide_screen = fields.Nested(SuicideAnswersIn(), load_default=dict)
    urinary_trouble = fields.TriState()
    urinary_blood = fields.TriState()
    urinary_pain = fields.Whole(0, 3, load_default=None, allow_none=True)
    fall_or_injury = fields.TriState()
    drove = fields.TriState()
    took_more = fields.TriState()
    medical_help = fields.TriState()
    unreal_or_racing = fields.TriState()
    words = fields.Text(4000, load_default=None, allow_none=True)
    device_at = fields.Instant(load_default=None, allow_none=True)


class FollowUpAlarmOut(Schema):
    """What somebody looks at now, and what to do until then."""

    code = fields.Code()
    says = fields.Text(500)


class FollowUpAnswerOut(Schema):
    """Answers as they were kept; early or half ones do not close the contact."""

    id = fields.Id()
    follow_up_id = fields.Id()
    complete = fields.Truth()
    timing = fields.Code(("early", "in_time", "late"))
    alarms = fields.List(fields.Nested(FollowUpAlarmOut()), 20)
    adverse_event_id = fields.Id(allow_none=True)
    received_at = fields.Instant()


class FollowUpSaidOut(Schema):
    """What was said; null means not answered."""

    side_effects = fields.List(fields.Choice(Symptom), len(Symptom), allow_none=True)
    global_change = fields.Whole(1, 7, allow_none=True)
    suicide = fields.Nested(SuicideAnswersIn())
    urinary_trouble = fields.TriState()
    urinary_blood = fields.TriState()
    urinary_pain = fields.Whole(0, 3, allow_none=True)
    fall_or_injury = fields.TriState()
    drove = fields.TriState()
    took_more = fields.TriState()
    medical_help = fields.TriState()
    unreal_or_racing = fields.TriState()
    words = fields.Text(4000, allow_none=True)


class FollowUpAnswerReadOut(FollowUpAnswerOut):
    """Answers as they were kept, with what was said."""

    answers = fields.Nested(FollowUpSaidOut())


class FollowUpAnswersOut(Schema):
    """Everything answered to one contact, newest first."""

    items = fields.List(fields.Nested(FollowUpAnswerReadOut()), 50)


class FollowUpOut(Schema):
    """One contact after a dose."""

    id = fields.Id()
    patient_id = fields.Id()
    dose_session_id = fields.Id()
    kind = fields.Choice(FollowUpKind)
    due_at = fields.Instant()
    window_from = fields.Instant()
    window_to = fields.Instant(allow_none=True)
    done_at = fields.Instant(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/follow-ups")
class FollowUps(MethodView):
    """The contacts of a patient."""

    @blp.operation("list_follow_ups")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(FollowUpOut)())
    def get(self, query: dict[str, Any], patient_id: UUID) -> object:
        """List a patient's contacts after doses, latest due first."""
        with begin() as work:
            found = follow_up.of_patient(work, patient_id, query["after"], query["limit"])
        return page(found, query["limit"], "due_at")


@blp.route("/follow-ups/<uuid:follow_up_id>/answers")
class FollowUpAnswers(MethodView):
    """The answers to one contact."""

    @blp.operation("answer_follow_up", once=True)
    @blp.arguments(FollowUpAnswersIn())
    @blp.response(201, FollowUpAnswerOut())
    def post(self, sent: dict[str, Any], follow_up_id: UUID) -> object:
        """Answer the questions after a dose; whatever comes is kept, and alarms reach people."""
        with begin() as work:
            kept = follow_up.answer(work, follow_up_id, said_in(sent))
            return _shown(kept, work.limits)

    @blp.operation("list_follow_up_answers")
    @blp.response(200, FollowUpAnswersOut())
    def get(self, follow_up_id: UUID) -> object:
        """Read what was answered, newest first."""
        with begin() as work:
            found = follow_up.answers(work, follow_up_id)
            shown = [_shown(kept, work.limits) | {"answers": kept.answers} for kept in found]
        return {"items": shown}


def said_in(sent: dict[str, Any]) -> Told:
    """Read the answers to one contact."""
    words, device_at = sent.pop("words"), sent.pop("device_at")
    effects, suicide = sent.pop("side_effects"), sent.pop("suicide_screen")
    said = NextDay(
        **sent,
        side_effects=None if effects is None else frozenset(effects),
        suicide=suicide,
    )
    return Told(said=said, words=words, device_at=device_at)


def _shown(kept: Any, limits: Limits) -> dict[str, Any]:
    names = ("id", "follow_up_id", "complete", "timing", "adverse_event_id", "received_at")
    alarms = [{"code": code, "says": told(WORDS[code], limits)} for code in kept.alarm_codes]
    return {name: getattr(kept, name) for name in names} | {"alarms": alarms}

"""How does anybody call for help, and get what to do in the same answer?

The button takes anything: what is sent is read as far as it makes sense, and the call is kept.
"""

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.dose.dispatch import DispatchCodeOut, handed_out
from api.intake.crisis import InstructionOut
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema, is_printable
from api.platform.promises import PromiseOut, promised
from api.platform.request import begin, begin_as_anybody, current_actor, raw_body, runtime
from api.platform.values import understood_instant
from rules.dose.emergencies import TEXTS, instruction_for
from rules.oversight.promises import Channel
from rules.terms import SessionState
from workflows.dose import dispatch_links, emergencies
from workflows.dose.emergencies import ANY, CallForHelp
from workflows.platform.beside import beside
from workflows.platform.work import Work

if TYPE_CHECKING:
    from models.dose.dose_sessions import EmergencyCall

blp = Blueprint("emergencies", description="Calls for help, and what to do until it comes.")

CODES = tuple(TEXTS["en"])
LONGEST = 4000
_AN_HOUR = "public, max-age=3600"


class EmergencyOut(Schema):
    """The call is kept; this is what to do now."""

    id = fields.Id()
    patient_id = fields.Id()
    dose_session_id = fields.Id(allow_none=True)
    code = fields.Code()
    raised_at = fields.Instant()
    received_at = fields.Instant()
    instruction = fields.Nested(InstructionOut())


class EmergencyAnswerOut(EmergencyOut):
    """The same, with who comes next and the code of a card for helpers, for who may hand it out."""

    promise = fields.Nested(PromiseOut(), allow_none=True)
    card = fields.Nested(DispatchCodeOut(), allow_none=True)


class EmergencyClosureIn(Schema):
    """Why it is over."""

    rationale = fields.Text(2000, min=10, required=True)


class EmergencyClosedOut(Schema):
    """The session after its emergency; the watch goes on."""

    id = fields.Id()
    state = fields.Choice(SessionState)


class EmergencyTextsOut(Schema):
    """Every instruction, to be kept on the phone for when there is no network."""

    instructions = fields.List(fields.Nested(InstructionOut()), 100)


@blp.route("/dose-sessions/<uuid:dose_session_id>/emergencies")
class SessionEmergencies(MethodView):
    """The calls for help of one session."""

    @blp.operation("raise_emergency", any_body=True)
    @blp.response(201, EmergencyAnswerOut())
    def post(self, dose_session_id: UUID) -> object:
        """Call for help in this session; an empty call is a call."""
        with begin_as_anybody() as work:
            call = understood_call(raw_body())
            told = _told(work, emergencies.raise_emergency(work, dose_session_id, call))
        return with_card(told)

    @blp.operation("list_emergencies")
    @blp.response(200, EmergencyOut(many=True))
    def get(self, dose_session_id: UUID) -> object:
        """List the calls for help of this session, in order."""
        with begin() as work:
            return [_told(work, call) for call in emergencies.read_calls(work, dose_session_id)]


@blp.route("/patients/<uuid:patient_id>/emergencies")
class PatientEmergencies(MethodView):
    """A call for help outside any session."""

    @blp.operation("raise_emergency_for_patient", any_body=True)
    @blp.response(201, EmergencyAnswerOut())
    def post(self, patient_id: UUID) -> object:
        """Call for help for this patient; a session that is under way is found by itself."""
        with begin_as_anybody() as work:
            call = understood_call(raw_body())
            told = _told(work, emergencies.raise_for_patient(work, patient_id, call))
        return with_card(told)


@blp.route("/dose-sessions/<uuid:dose_session_id>/emergency-closure")
class EmergencyClosure(MethodView):
    """The end of an emergency."""

    @blp.operation("close_emergency", refuses=(409,), once=True)
    @blp.arguments(EmergencyClosureIn())
    @blp.response(201, EmergencyClosedOut())
    def post(self, closure: dict[str, Any], dose_session_id: UUID) -> object:
        """End the emergency of this session; the watch goes on until the release."""
        with begin() as work:
            return emergencies.close_emergency(work, dose_session_id, closure["rationale"])


@blp.route("/emergency-instructions")
class EmergencyInstructions(MethodView):
    """What to do, for every emergency."""

    @blp.operation("list_emergency_instructions", public=True)
    @blp.response(200, EmergencyTextsOut())
    def get(self) -> object:
        """Read every emergency instruction; keep it on the phone."""
        limits = runtime().limits()
        texts = [instruction_for(code, limits) for code in (ANY, *CODES)]
        return {"instructions": texts}, 200, {"Cache-Control": _AN_HOUR}


def with_card(told: dict[str, Any]) -> dict[str, Any]:
    """Add who comes next and a code for helpers; the call is kept, whatever becomes of these."""
    return told | {
        "promise": promised(Channel.CALL_FOR_HELP),
        "card": _card(told["dose_session_id"], told["patient_id"]),
    }


def _card(dose_session_id: UUID | None, patient_id: UUID) -> dict[str, object] | None:
    in_session = dose_session_id is not None
    make = dispatch_links.make_in_session if in_session else dispatch_links.make_for_patient
    made = beside(runtime(), current_actor(), make, dose_session_id or patient_id)
    return handed_out(made) if made else None


def understood_call(body: bytes) -> CallForHelp:
    """Understand what can be understood of the call; nothing in it can be wrong."""
    sent = body.decode("utf-8", errors="replace")
    try:
        told = json.loads(sent)
    except (ValueError, RecursionError):
        told = sent
    said = told if isinstance(told, dict) else {"words": told}
    code, words = said.get("code"), said.get("words")
    return CallForHelp(
        code=code if isinstance(code, str) and code in CODES else ANY,
        words=_clean(words) if isinstance(words, str) else None,
        device_at=understood_instant(said.get("device_at")),
    )


def _clean(words: str) -> str | None:
    """Take out what no database stores; of a long story, keep the beginning."""
    return "".join(sign for sign in words[:LONGEST] if is_printable(sign)).strip() or None


def _told(work: Work, call: "EmergencyCall") -> dict[str, Any]:
    names = ("id", "patient_id", "dose_session_id", "code", "raised_at", "received_at")
    kept = {name: getattr(call, name) for name in names}
    return kept | {"instruction": instruction_for(call.code, work.limits)}

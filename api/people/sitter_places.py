"""How does a sitter accept, prove a phone, learn, and see where and when to be?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.people.patients import AddressParts
from api.people.sitters import SitterPlaceOut
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, runtime
from rules.terms import SessionState, SitterState
from workflows.people import sitter_contact, sitter_training, sitters, sittings
from workflows.people.sitter_training import EDITION, QUESTIONS

blp = Blueprint("sitter_places", description="For sitters: accepting, learning, where to be.")


class SittingOut(Schema):
    """One evening: when and where."""

    dose_session_id = fields.Id()
    scheduled_at = fields.Instant()
    time_zone = fields.Text(64)
    state = fields.Choice(SessionState)
    address = fields.Nested(AddressParts(), allow_none=True)


class CardEntryOut(Schema):
    """What to do, and whom to call, first number first."""

    code = fields.Code()
    text = fields.Text(1000)
    call = fields.List(fields.Text(20))


class PlaceOut(Schema):
    """One person I sit for, what is still missing, when and where, and the emergency card."""

    sitter_id = fields.Id()
    first_name = fields.Text(100)
    state = fields.Choice(SitterState)
    missing = fields.List(fields.Code(("acceptance", "contact", "training")))
    sessions = fields.List(fields.Nested(SittingOut()))
    card = fields.List(fields.Nested(CardEntryOut()))


class PlaceAcceptanceIn(Schema):
    """An own phone, the day of birth, and the consent to be called."""

    phone = fields.Phone(required=True)
    born_on = fields.LocalDate(required=True)
    consents = fields.Truth(required=True)


class ContactCodeOut(Schema):
    """Digits are on their way; outside production they are shown here, where no phone rings."""

    id = fields.Id()
    expires_at = fields.Instant()


class ContactCheckIn(Schema):
    """The digits that came."""

    code = fields.Pattern(r"^[0-9]{6}$", 6, required=True)


class ContactCheckOut(Schema):
    """Whether they were right."""

    verified = fields.Truth()
    tries_left = fields.Whole()


class LessonOut(Schema):
    """One page to read."""

    code = fields.Code()
    title = fields.Text(200)
    words = fields.Text(2000)


class QuestionOut(Schema):
    """One question, with the answers to choose from."""

    code = fields.Code()
    asks = fields.Text(500)
    choices = fields.Answers()


class TrainingOut(Schema):
    """The course for sitters."""

    edition = fields.Code()
    lessons = fields.List(fields.Nested(LessonOut()))
    questions = fields.List(fields.Nested(QuestionOut()))


class QuizIn(Schema):
    """One choice for each question."""

    edition = fields.Code(required=True)
    answers = fields.Answers(fields.Code(), most=50, required=True)


class TaughtAgainOut(Schema):
    """What to think about before the next try."""

    code = fields.Code()
    teaches = fields.Text(500)


class QuizOut(Schema):
    """Whether all is understood, and what is not yet."""

    passed = fields.Truth()
    wrong = fields.List(fields.Nested(TaughtAgainOut()))
    sitter = fields.Nested(SitterPlaceOut())


@blp.route("/sitter-places")
class Places(MethodView):
    """For whom I sit."""

    @blp.operation("list_my_sitter_places")
    @blp.response(200, PlaceOut(many=True))
    def get(self) -> object:
        """List for whom I sit, when and where, with the emergency card."""
        with begin() as work:
            return sittings.my_places(work)


@blp.route("/sitter-places/<uuid:sitter_id>/acceptance")
class PlaceAcceptance(MethodView):
    """Taking a place."""

    @blp.operation("accept_sitter_place", refuses=(409,))
    @blp.arguments(PlaceAcceptanceIn())
    @blp.response(201, SitterPlaceOut())
    def post(self, said: dict[str, Any], sitter_id: UUID) -> object:
        """Take the place of a sitter."""
        with begin() as work:
            return sitters.accept(work, sitter_id, **said)


@blp.route("/sitter-places/<uuid:sitter_id>/contact-codes")
class ContactCodes(MethodView):
    """Digits to my phone."""

    @blp.operation("send_contact_code", refuses=(409,))
    @blp.response(201, ContactCodeOut())
    def post(self, sitter_id: UUID) -> object:
        """Send six digits to my phone; they are good for ten minutes."""
        with begin() as work:
            return sitter_contact.send_code(work, sitter_id)


@blp.route("/sitter-places/<uuid:sitter_id>/contact-checks")
class ContactChecks(MethodView):
    """The digits back."""

    @blp.operation("check_contact_code", refuses=(409,))
    @blp.arguments(ContactCheckIn())
    @blp.response(201, ContactCheckOut())
    def post(self, said: dict[str, Any], sitter_id: UUID) -> object:
        """Prove my phone with the digits that came."""
        with begin() as work:
            return sitter_contact.check_code(work, sitter_id, said["code"])


@blp.route("/sitter-training")
class Training(MethodView):
    """The course for sitters."""

    @blp.operation("read_sitter_training")
    @blp.response(200, TrainingOut())
    def get(self) -> object:
        """Read the course and its questions."""
        lessons = sitter_training.lessons(runtime().limits())
        return {"edition": EDITION, "lessons": lessons, "questions": QUESTIONS}


@blp.route("/sitter-places/<uuid:sitter_id>/quiz")
class Quiz(MethodView):
    """The questions answered."""

    @blp.operation("take_sitter_quiz", refuses=(409,))
    @blp.arguments(QuizIn())
    @blp.response(201, QuizOut())
    def post(self, said: dict[str, Any], sitter_id: UUID) -> object:
        """Answer the questions; what is wrong is taught again."""
        with begin() as work:
            return sitter_training.take_quiz(work, sitter_id, said["edition"], said["answers"])

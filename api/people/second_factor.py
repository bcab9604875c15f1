"""How does a person set up a second factor, and prove it before an act that needs it?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.people.secret_fields import HIDDEN
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.people import recovery_codes, second_factor
from workflows.people.passwords import LONGEST

blp = Blueprint("second_factor", description="A second factor, and the proof of it.")


class PasswordAgainIn(Schema):
    """The password, once more."""

    current_password = fields.Text(LONGEST, required=True, metadata=HIDDEN)


class CodeIn(Schema):
    """What the authenticator shows now."""

    code = fields.Pattern(r"^[0-9]{6}$", 6, required=True, metadata={"writeOnly": True})


class FactorBegunOut(Schema):
    """What the authenticator app needs; it is shown this once."""

    id = fields.Id()
    secret = fields.Text(64)
    address = fields.Text(300, metadata={"description": "otpauth address, to show as a QR code."})


class FactorProvedOut(Schema):
    """The proof, and when it was given."""

    id = fields.Id()
    proved_at = fields.Instant()


class FactorHeldOut(Schema):
    """Whether there is a factor, and until when its last proof on this device counts."""

    confirmed_at = fields.Instant(allow_none=True)
    fresh_until = fields.Instant(allow_none=True)


class CodesOut(Schema):
    """Codes to write down; they are shown this once, and each is good once."""

    recovery_codes = fields.List(fields.Text(40), recovery_codes.HOW_MANY, attribute="codes")


class CodesLeftOut(Schema):
    """How many codes are left."""

    left = fields.Whole()


class FactorEndedOut(Schema):
    """Whose factor was ended."""

    id = fields.Id()


@blp.route("/auth/second-factor")
class Own(MethodView):
    """My second factor."""

    @blp.operation("read_second_factor")
    @blp.response(200, FactorHeldOut())
    def get(self) -> object:
        """Say whether I have a second factor, and until when my last proof counts."""
        with begin() as work:
            return second_factor.own(work)

    @blp.operation("begin_second_factor")
    @blp.arguments(PasswordAgainIn())
    @blp.response(201, FactorBegunOut())
    def post(self, said: dict[str, Any]) -> object:
        """Begin a new factor, knowing the password; it counts once a first code is confirmed."""
        with begin() as work:
            tried = second_factor.begin_factor(work, said["current_password"])
        return tried.insisted()


@blp.route("/auth/second-factor/confirmation")
class Confirmation(MethodView):
    """The first code."""

    @blp.operation("confirm_second_factor")
    @blp.arguments(CodeIn())
    @blp.response(201, FactorProvedOut())
    def post(self, said: dict[str, Any]) -> object:
        """Take the new factor into use with its first code; the one before it ends."""
        with begin() as work:
            tried = second_factor.confirm(work, said["code"])
        return tried.insisted()


@blp.route("/auth/second-factor/proofs")
class Proofs(MethodView):
    """Being here now."""

    @blp.operation("prove_second_factor")
    @blp.arguments(CodeIn())
    @blp.response(201, FactorProvedOut())
    def post(self, said: dict[str, Any]) -> object:
        """Prove that I am here; the next minutes may do what a token alone may not."""
        with begin() as work:
            tried = second_factor.prove(work, said["code"])
        return tried.insisted()


@blp.route("/auth/recovery-codes")
class RecoveryCodes(MethodView):
    """What I show when the phone is lost."""

    @blp.operation("count_recovery_codes")
    @blp.response(200, CodesLeftOut())
    def get(self) -> object:
        """Say how many of my recovery codes are left."""
        with begin() as work:
            return recovery_codes.codes_left(work)

    @blp.operation("make_recovery_codes")
    @blp.response(201, CodesOut())
    def post(self) -> object:
        """Make new recovery codes, just after a proof; the older ones open nothing more."""
        with begin() as work:
            return recovery_codes.make_codes(work)


@blp.route("/people/<uuid:user_id>/second-factor/end")
class End(MethodView):
    """The factor of somebody who lost it."""

    @blp.operation("end_second_factor")
    @blp.response(201, FactorEndedOut())
    def post(self, user_id: UUID) -> object:
        """End the factor of somebody who lost the phone; they begin anew with their password."""
        with begin() as work:
            return second_factor.end_of_person(work, user_id)

"""How does a device make a passkey, sign in with it, and prove that its owner is here?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.people.second_factor import FactorProvedOut, PasswordAgainIn
from api.people.sign_in import DEVICE_KEY, TokensOut, both
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, runtime
from workflows.people import passkey_sign_in, passkeys
from workflows.people.passkey_checks import ALGORITHMS, Made, Signed, text_of
from workflows.people.passkeys import MOST, Asked
from workflows.people.sign_in import Device

ISSUER = "Vigil"
BASE64URL = r"^[A-Za-z0-9_-]+$"
LONGEST_ID = 1400

blp = Blueprint("passkeys", description="Passkeys: keys that a device makes and never gives away.")


class Letters(fields.Pattern):
    """Bytes in base64url, without padding, as browsers write them."""

    def __init__(self, longest: int = LONGEST_ID, **more: Any) -> None:
        """Take up to so many letters."""
        super().__init__(BASE64URL, longest, **more)


class ChallengeOut(Schema):
    """What a device has to sign, for `publicKey` of `navigator.credentials`."""

    id = fields.Id(metadata={"description": "Send it back beside the answer; good once."})
    challenge = Letters()
    rp_id = fields.Text(253)
    user_verification = fields.Code(["required"])
    known = fields.List(Letters(), MOST, metadata={"description": "Ids of one's own passkeys."})
    expires_at = fields.Instant()


class CreationOut(ChallengeOut):
    """What a device needs to make a key; no attestation is asked for."""

    rp_name = fields.Text(100)
    user_handle = Letters(100)
    user_name = fields.Text(100)
    algorithms = fields.List(fields.Whole(-1000, 0), metadata={"description": "As COSE counts."})


class MadeIn(Schema):
    """What the device answered when it made the key."""

    challenge_id = fields.Id(required=True)
    name = fields.Text(100, load_default="")
    credential_id = Letters(required=True)
    client_data_json = Letters(8000, required=True)
    attestation_object = Letters(16000, required=True)


class SignedIn(Schema):
    """What the device signed."""

    challenge_id = fields.Id(required=True)
    credential_id = Letters(required=True)
    client_data_json = Letters(8000, required=True)
    authenticator_data = Letters(4000, required=True)
    signature = Letters(2000, required=True)
    user_handle = Letters(100, load_default="")


class KnockIn(SignedIn):
    """What the device signed, and which device it is."""

    device_name = fields.Text(100, load_default="")
    device_key = fields.Pattern(DEVICE_KEY, 128, load_default="")


class PasskeyOut(Schema):
    """One key of mine."""

    id = fields.Id()
    name = fields.Text(100, min=0)
    created_at = fields.Instant()
    last_used_at = fields.Instant(allow_none=True)
    ended_at = fields.Instant(allow_none=True)


@blp.route("/auth/passkeys")
class Passkeys(MethodView):
    """My passkeys."""

    @blp.operation("list_passkeys")
    @blp.response(200, PasskeyOut(many=True))
    def get(self) -> object:
        """List my passkeys, newest first."""
        with begin() as work:
            return passkeys.own_passkeys(work)

    @blp.operation("register_passkey", refuses=(409,))
    @blp.arguments(MadeIn())
    @blp.response(201, FactorProvedOut())
    def post(self, said: dict[str, Any]) -> object:
        """Take a new passkey into use; making it also proves that I am here."""
        told = Made(said["credential_id"], said["client_data_json"], said["attestation_object"])
        with begin() as work:
            tried = passkeys.register(work, said["challenge_id"], told, said["name"])
        return tried.insisted()


@blp.route("/auth/passkeys/challenges")
class Creations(MethodView):
    """The beginning of a passkey."""

    @blp.operation("begin_passkey", refuses=(409,))
    @blp.arguments(PasswordAgainIn())
    @blp.response(201, CreationOut())
    def post(self, said: dict[str, Any]) -> object:
        """Ask for a challenge to make a passkey with, knowing the password."""
        with begin() as work:
            asked = passkeys.begin_passkey(work, said["current_password"])
            owner = work.actor.person
        asked.insisted()
        return _challenge(asked) | {
            "rp_name": ISSUER,
            "user_handle": text_of(owner.bytes),
            "user_name": str(owner),
            "algorithms": list(ALGORITHMS),
        }


@blp.route("/auth/passkeys/<uuid:passkey_id>/end")
class PasskeyEnd(MethodView):
    """The end of a passkey."""

    @blp.operation("end_passkey", refuses=(409,))
    @blp.response(201, PasskeyOut())
    def post(self, passkey_id: UUID) -> object:
        """End a passkey of mine, such as that of a lost phone."""
        with begin() as work:
            return passkeys.end_passkey(work, passkey_id)


@blp.route("/auth/passkeys/proof-challenges")
class ProofChallenges(MethodView):
    """The beginning of a proof."""

    @blp.operation("ask_passkey_proof")
    @blp.response(201, ChallengeOut())
    def post(self) -> object:
        """Ask for a challenge to prove with that I am here."""
        with begin() as work:
            return _challenge(passkeys.ask_proof(work))


@blp.route("/auth/passkeys/proofs")
class PasskeyProofs(MethodView):
    """Being here now."""

    @blp.operation("prove_with_passkey")
    @blp.arguments(SignedIn())
    @blp.response(201, FactorProvedOut())
    def post(self, said: dict[str, Any]) -> object:
        """Prove with a passkey that I am here; the next minutes may do what a token may not."""
        with begin() as work:
            tried = passkeys.prove(work, said["challenge_id"], _signed(said))
        return tried.insisted()


@blp.route("/auth/passkey-log-in/challenges")
class DoorChallenges(MethodView):
    """The beginning of a sign-in."""

    @blp.operation("ask_passkey_log_in", public=True)
    @blp.response(201, ChallengeOut())
    def post(self) -> object:
        """Ask for a challenge to sign in with; it is the same for everybody."""
        with begin() as work:
            return _challenge(passkey_sign_in.ask_at_the_door(work))


@blp.route("/auth/passkey-log-in")
class PasskeyLogIn(MethodView):
    """The door, with a key of one's own."""

    @blp.operation("log_in_with_passkey", public=True)
    @blp.arguments(KnockIn())
    @blp.response(201, TokensOut())
    def post(self, said: dict[str, Any]) -> object:
        """Sign in with a passkey alone: the device has seen a finger or a PIN for it."""
        device = Device(said["device_name"], said["device_key"])
        with begin() as work:
            tried = passkey_sign_in.log_in(work, said["challenge_id"], _signed(said), device)
        return both(tried.granted())


def _signed(said: dict[str, Any]) -> Signed:
    return Signed(
        said["credential_id"],
        said["client_data_json"],
        said["authenticator_data"],
        said["signature"],
        said["user_handle"],
    )


def _challenge(asked: Asked) -> dict[str, object]:
    return {
        "id": asked.id,
        "challenge": text_of(asked.challenge),
        "rp_id": runtime().settings.passkey_rp_id,
        "user_verification": "required",
        "known": [text_of(credential) for credential in asked.known],
        "expires_at": asked.expires_at,
    }

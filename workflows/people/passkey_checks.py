"""Does this answer come from a passkey, to this very challenge, in our own place?

The library that reads what a device signed is loaded when a first passkey is used, because loading
it takes half a second. Whatever it cannot read is a no.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from workflows.platform.settings import Settings

R = TypeVar("R")
ALGORITHMS = (-8, -7, -257)  # EdDSA, ES256, RS256, as COSE numbers them
NO_ATTESTATION = "none"


@dataclass(frozen=True, slots=True)
class Made:
    """What a device says about a key it has just made; base64url without padding."""

    credential_id: str
    client_data_json: str = field(repr=False)
    attestation_object: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a device signed with a key it made before; base64url without padding."""

    credential_id: str
    client_data_json: str = field(repr=False)
    authenticator_data: str = field(repr=False)
    signature: str = field(repr=False)
    user_handle: str = ""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was checked."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def read_made(settings: Settings, challenge: bytes, told: Made) -> NewKey | None:
    """Give the key that was made for this challenge, after a finger or a PIN, if it was."""

    def read() -> NewKey | None:
        from webauthn import verify_registration_response  # noqa: PLC0415 - as above
        from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415 - as above

        verified = verify_registration_response(
            credential=_credential(
                told.credential_id,
                attestationObject=told.attestation_object,
                clientDataJSON=told.client_data_json,
            ),
            expected_challenge=challenge,
            expected_rp_id=settings.passkey_rp_id,
            expected_origin=list(settings.passkey_origins),
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
        )
        if verified.fmt != NO_ATTESTATION:
            return None  # none is asked for, and what is not asked for is not read
        key = verified.credential_public_key
        return NewKey(verified.credential_id, key, verified.sign_count)

    return _or_none(read)


def read_signed(
    settings: Settings, challenge: bytes, told: Signed, key: bytes, count: int
) -> int | None:
    """Give the new count of a key that signed this challenge; None if it did not."""

    def read() -> int:
        from webauthn import verify_authentication_response  # noqa: PLC0415 - as above

        return verify_authentication_response(
            credential=_credential(
                told.credential_id,
                clientDataJSON=told.client_data_json,
                authenticatorData=told.authenticator_data,
                signature=told.signature,
            ),
            expected_challenge=challenge,
            expected_rp_id=settings.passkey_rp_id,
            expected_origin=list(settings.passkey_origins),
            credential_public_key=key,
            credential_current_sign_count=count,
            require_user_verification=True,
        ).new_sign_count

    return _or_none(read)


def bytes_of(text: str) -> bytes | None:
    """Read base64url as browsers write it, without padding."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None


def text_of(plain: bytes) -> str:
    """Write base64url as browsers read it, without padding."""
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def _credential(credential_id: str, **response: str) -> dict[str, Any]:
    return {
        "id": credential_id,
        "rawId": credential_id,
        "type": "public-key",
        "response": response,
    }


def _or_none(read: Callable[[], R]) -> R | None:
    try:
        return read()
    except Exception:  # noqa: BLE001 - it reads hostile bytes; in whatever way it fails, it is a no
        return None

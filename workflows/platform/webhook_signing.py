"""How does a receiver know that a message is ours? By Ed25519, as Standard Webhooks say (`v1a`).

What is signed is the id, the time in seconds and the body, with full stops between them. While one
key follows another there are two signatures; one that fits is enough.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLIC, PRIVATE = "whpk_", "whsk_"
VERSION = "v1a"


@dataclass(frozen=True, slots=True)
class Pair:
    """Both halves of a key, as they are written down; the private one is never shown."""

    public: str
    private: str = field(repr=False)

    @classmethod
    def new(cls) -> "Pair":
        """Draw a key by chance."""
        key = Ed25519PrivateKey.generate()
        return cls(
            PUBLIC + b64encode(key.public_key().public_bytes_raw()).decode(),
            PRIVATE + b64encode(key.private_bytes_raw()).decode(),
        )


def headers(
    message_id: str, at: datetime, body: bytes, private_keys: Iterable[str]
) -> dict[str, str]:
    """Give the three headers of a message; at least one key signs it."""
    seconds = str(int(at.timestamp()))
    text = signed_text(message_id, seconds, body)
    signatures = [f"{VERSION},{_signature(key, text)}" for key in private_keys]
    if not signatures:
        message = "nothing is sent unsigned"
        raise ValueError(message)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(signatures),
    }


def signed_text(message_id: str, seconds: str, body: bytes) -> bytes:
    """Give the text that is signed."""
    return f"{message_id}.{seconds}.".encode() + body


def _signature(private_key: str, text: bytes) -> str:
    seed = b64decode(private_key.removeprefix(PRIVATE))
    return b64encode(Ed25519PrivateKey.from_private_bytes(seed).sign(text)).decode()

"""What does a phone do with a passkey? The same, in a few lines: real keys, real signatures.

It can also do what no honest phone does: answer for another place, count backwards, see nobody.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "http://localhost:8000"


def text(plain: bytes) -> str:
    """Write bytes as browsers do."""
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def plain(letters: str) -> bytes:
    """Read bytes as browsers do."""
    return urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


@dataclass(slots=True)
class Authenticator:
    """One device with one key."""

    origin: str = ORIGIN
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    kind: str = ""
    format: str = "none"
    user_handle: str = ""
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def make(self, asked: dict[str, Any], **over: Any) -> dict[str, Any]:
        """Make the key that was asked for, and say so."""
        self.user_handle = asked["user_handle"]
        data = self._client_data(asked["challenge"], self.kind or "webauthn.create")
        held = cbor2.dumps({"fmt": self.format, "attStmt": {}, "authData": self._made()})
        return {
            "challenge_id": asked["id"],
            "name": "phone",
            "credential_id": text(self.credential),
            "client_data_json": text(data),
            "attestation_object": text(held),
        } | over

    def sign(self, asked: dict[str, Any], **over: Any) -> dict[str, Any]:
        """Sign what was asked, one use later."""
        self.count += 1
        data = self._client_data(asked["challenge"], self.kind or "webauthn.get")
        said = self._said(self.flags)
        signature = self.key.sign(said + sha256(data).digest(), ECDSA(hashes.SHA256()))
        return {
            "challenge_id": asked["id"],
            "credential_id": text(self.credential),
            "client_data_json": text(data),
            "authenticator_data": text(said),
            "signature": text(signature),
            "user_handle": self.user_handle,
        } | over

    def _client_data(self, challenge: str, kind: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _said(self, flags: int) -> bytes:
        place = sha256(self.rp_id.encode()).digest()
        return place + bytes([flags]) + self.count.to_bytes(4, "big")

    def _made(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        named = len(self.credential).to_bytes(2, "big") + self.credential
        return self._said(self.flags | ATTESTED) + bytes(16) + named + cose

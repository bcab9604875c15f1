"""How did a value look before it was bound to its row? Nothing but a test writes that any more."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.platform.key_ring import FORMAT_1, NONCE_BYTES, KeyRing


def in_form_1(ring: KeyRing, plain: bytes, column: str) -> bytes:
    """Seal a value as it was done at first: under the ring, bound to its column alone."""
    nonce = os.urandom(NONCE_BYTES)
    text = AESGCM(ring.keys[ring.primary]).encrypt(nonce, plain, column.encode())
    return FORMAT_1 + ring.primary.to_bytes(4, "big") + nonce + text

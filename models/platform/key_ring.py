"""Which keys does this process hold, and what may be done with them?

The ring wraps the key of each person and nothing else; what people say is sealed under their own.
"""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT_1 = b"\x01"
NONCE_BYTES = 12
_NUMBER_BYTES = 4
_WRAPPED_HERE = b"\x01"


class SealBroken(ValueError):
    """A stored value does not open: wrong key, wrong place, or somebody changed it."""


class Erased(SealBroken):
    """The key of the person it belongs to was destroyed; nobody can open it again."""


class KeysAway(Exception):
    """The service that keeps the keys cannot be asked now."""


class Wrapping(Protocol):
    """What wraps the keys of people, and never sees what is sealed under them."""

    @property
    def name(self) -> str:
        """Say which key wraps now; a data key under any other one is waiting to be renewed."""

    def wrap(self, key: bytes, whose: UUID) -> bytes:
        """Wrap the key of one person, for that person alone."""

    def unwrap(self, wrapped: bytes, whose: UUID) -> bytes:
        """Give the key again; anything amiss is `SealBroken`."""


@dataclass(frozen=True, repr=False)
class KeyRing:
    """The keys of this house; the primary one wraps, all of them unwrap."""

    keys: Mapping[int, bytes]
    primary: int
    index_key: bytes
    elsewhere: Wrapping | None = None

    @property
    def name(self) -> str:
        """Say which key wraps now."""
        return f"ring:{self.primary}" if self.elsewhere is None else self.elsewhere.name

    def wrap(self, key: bytes, whose: UUID) -> bytes:
        """Wrap the key of one person, for that person alone."""
        if self.elsewhere is not None:
            return self.elsewhere.wrap(key, whose)
        header = _WRAPPED_HERE + self.primary.to_bytes(_NUMBER_BYTES, "big")
        nonce = os.urandom(NONCE_BYTES)
        wrapped = AESGCM(self.keys[self.primary]).encrypt(nonce, key, header + whose.bytes)
        return header + nonce + wrapped

    def unwrap(self, wrapped: bytes, whose: UUID) -> bytes:
        """Give the key again; the ring still opens what it wrapped before a service took over."""
        if wrapped[:1] != _WRAPPED_HERE:
            if self.elsewhere is None:
                message = "wrapped by something that is not configured"
                raise SealBroken(message)
            return self.elsewhere.unwrap(wrapped, whose)
        start = 1 + _NUMBER_BYTES
        return self._opened(wrapped, start, wrapped[:start] + whose.bytes, "data_key.wrapped")

    def open_form_1(self, sealed: bytes, column: str) -> bytes:
        """Open a value that was sealed under the ring itself and names its column only."""
        if sealed[:1] != FORMAT_1:
            raise SealBroken(column)
        return self._opened(sealed, 1 + _NUMBER_BYTES, column.encode(), column)

    def blind(self, column: str, value: str) -> bytes:
        """Give the same short fingerprint for the same value, so that equality can be asked."""
        text = f"{column}\0{value.strip().casefold()}".encode()
        return hmac.digest(self.index_key, text, "sha256")[:16]

    def stamp(self, purpose: str, message: bytes) -> bytes:
        """Give what only this house can put beside a message, to know it again."""
        text = b"stamp\0" + purpose.encode() + b"\0" + message
        return hmac.digest(self.index_key, text, "sha256")

    def _opened(self, sealed: bytes, start: int, bound_to: bytes, column: str) -> bytes:
        key = self.keys.get(int.from_bytes(sealed[1:start], "big"))
        if key is None:
            raise SealBroken(column)
        nonce, text = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        return decrypted(key, nonce, text, bound_to, column)


def decrypted(key: bytes, nonce: bytes, text: bytes, bound_to: bytes, column: str) -> bytes:
    """Open one AES-256-GCM text, or say by the name of its column that it does not open."""
    try:
        return AESGCM(key).decrypt(nonce, text, bound_to)
    except (InvalidTag, ValueError) as broken:  # the latter when a piece of it is missing
        raise SealBroken(column) from broken


class _Ring:
    """The one ring of this process; set once when it starts."""

    current: KeyRing | None = None


def use_key_ring(ring: KeyRing) -> None:
    """Seal and open with this ring from now on."""
    _Ring.current = ring


def key_ring() -> KeyRing:
    """Give the ring in use; without one nothing sealed can be written or read."""
    if _Ring.current is None:
        message = "no key ring is in use"
        raise SealBroken(message)
    return _Ring.current

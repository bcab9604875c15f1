"""How is what a patient tells us kept unreadable to whoever only has the database?

Sealed form: one byte of format, four bytes of key id, twelve of nonce, then AES-256-GCM text and
tag. The name of the column is authenticated with it, so a value cannot be moved to another column
unnoticed.
"""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.engine import Dialect

_FORMAT = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12


class SealBroken(ValueError):
    """A stored value does not open: wrong key, wrong column, or somebody changed it."""


@dataclass(frozen=True)
class KeyRing:
    """The keys for what is sealed; the primary one seals, all of them open."""

    keys: Mapping[int, bytes]
    primary: int
    index_key: bytes

    def seal(self, plain: bytes, column: str) -> bytes:
        """Seal a value for one column."""
        key_id = self.primary.to_bytes(_KEY_ID_BYTES, "big")
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.keys[self.primary]).encrypt(nonce, plain, column.encode())
        return _FORMAT + key_id + nonce + sealed

    def open(self, sealed: bytes, column: str) -> bytes:
        """Open a sealed value; anything amiss is `SealBroken`."""
        start = 1 + _KEY_ID_BYTES
        key = self.keys.get(int.from_bytes(sealed[1:start], "big"))
        if sealed[:1] != _FORMAT or key is None:
            raise SealBroken(column)
        nonce, text = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, text, column.encode())
        except (InvalidTag, ValueError) as broken:  # the latter when a piece of it is missing
            raise SealBroken(column) from broken

    def blind(self, column: str, value: str) -> bytes:
        """Give the same short fingerprint for the same value, so that equality can be asked."""
        text = f"{column}\0{value.strip().casefold()}".encode()
        return hmac.digest(self.index_key, text, "sha256")[:16]

    def stamp(self, purpose: str, message: bytes) -> bytes:
        """Give what only this house can put beside a message, to know it again."""
        text = b"stamp\0" + purpose.encode() + b"\0" + message
        return hmac.digest(self.index_key, text, "sha256")


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


class EncryptedText(sa.types.TypeDecorator[str]):
    """Text that is sealed at rest; the argument is `table.column`."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        """Bind the seal to the column it is for."""
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else key_ring().seal(value.encode(), self.column)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else key_ring().open(value, self.column).decode()


class EncryptedJSON(sa.types.TypeDecorator[Any]):
    """A JSON value that is sealed at rest; the argument is `table.column`."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        """Bind the seal to the column it is for."""
        super().__init__()
        self.column = column

    def process_bind_param(self, value: Any, _dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else key_ring().seal(orjson.dumps(value), self.column)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Any:
        """Open on the way out."""
        return None if value is None else orjson.loads(key_ring().open(value, self.column))

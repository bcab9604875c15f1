"""How is what a patient tells us kept unreadable to whoever only has the database?

Sealed form 2: one byte of format, sixteen of the key it is under, sixteen of the row it belongs to,
twelve of nonce, then AES-256-GCM text and tag. What stands before the nonce is authenticated with
the name of the table and the column, so a value opens in its own row and column and nowhere else;
a CHECK on each column compares the row in it with the row it stands in. The key is one person's own
(`data_keys`): once it is destroyed, nothing of theirs opens.

Form 1, under a key of the ring itself, is opened until `python -m workflows.reseal` has renewed it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import orjson
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.engine import Dialect

from models.platform import data_keys
from models.platform.base import Base
from models.platform.key_ring import (
    FORMAT_1,
    NONCE_BYTES,
    Erased,
    KeyRing,
    KeysAway,
    SealBroken,
    Wrapping,
    decrypted,
    key_ring,
    use_key_ring,
)

__all__ = ["Erased", "KeyRing", "KeysAway", "SealBroken", "Wrapping", "key_ring", "use_key_ring"]

FORMAT_2 = b"\x02"
_ID_BYTES = 16
_HEADER_BYTES = 1 + 2 * _ID_BYTES
_FEWEST_BYTES = _HEADER_BYTES + NONCE_BYTES + 16


@dataclass(frozen=True, slots=True, repr=False)
class Of:
    """A value on its way into one row, with the key of the person it belongs to."""

    value: Any
    row_id: UUID
    whose: UUID
    key: bytes


def seal(plain: bytes, column: str, of: Of) -> bytes:
    """Seal a value for one column of one row."""
    header = FORMAT_2 + of.whose.bytes + of.row_id.bytes
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + AESGCM(of.key).encrypt(nonce, plain, header + column.encode())


def unseal(told: bytes, column: str) -> bytes:
    """Open what `data_keys.with_key` has read; anything amiss is `SealBroken`."""
    row_id, wrapped, sealed = data_keys.unpacked(told)
    if sealed[:1] == FORMAT_1:
        return key_ring().open_form_1(sealed, column)
    header, rest = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
    if sealed[:1] != FORMAT_2 or wrapped is None or header[1 + _ID_BYTES :] != row_id.bytes:
        raise SealBroken(column)
    key = data_keys.opened(UUID(bytes=header[1 : 1 + _ID_BYTES]), wrapped)
    bound_to = header[: 1 + _ID_BYTES] + row_id.bytes + column.encode()
    return decrypted(key, rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound_to, column)


class _Sealed:
    """What both kinds of sealed column share."""

    column: str

    def column_expression(self, column: Any) -> Any:
        """Read the id of the row and the wrapped key along with the value."""
        bare = getattr(column, "element", column)
        told = data_keys.with_key(sa.type_coerce(bare, sa.LargeBinary), bare.table.c.id)
        return sa.type_coerce(told, cast("sa.types.TypeEngine[Any]", self))


class EncryptedText(_Sealed, sa.types.TypeDecorator[str]):
    """Text that is sealed at rest; the argument is `table.column`."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        """Bind the seal to the column it is for."""
        super().__init__()
        self.column = column

    def process_bind_param(self, value: Any, _dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        of = _told_whose(value, self.column)
        return None if of is None else seal(of.value.encode(), self.column, of)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else unseal(value, self.column).decode()


class EncryptedJSON(_Sealed, sa.types.TypeDecorator[Any]):
    """A JSON value that is sealed at rest; the argument is `table.column`."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        """Bind the seal to the column it is for."""
        super().__init__()
        self.column = column

    def process_bind_param(self, value: Any, _dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        of = _told_whose(value, self.column)
        return None if of is None else seal(orjson.dumps(of.value), self.column, of)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Any:
        """Open on the way out."""
        return None if value is None else orjson.loads(unseal(value, self.column))


def _told_whose(value: Any, column: str) -> Of | None:
    """Refuse a value of which nobody has said to which row and person it belongs."""
    if value is None or isinstance(value, Of):
        return value
    raise SealBroken(f"{column}: nobody said whose it is")


def sealed_columns(table: sa.FromClause) -> Iterator[sa.Column[Any]]:
    """Give every sealed column of a table."""
    for column in table.columns:
        if isinstance(column, sa.Column) and isinstance(column.type, _Sealed):
            yield column


@sa.event.listens_for(sa.Table, "after_parent_attach")
def _bind_to_the_row(table: sa.Table, metadata: sa.MetaData) -> None:
    """Let the database itself refuse a value that was sealed for another row."""
    if metadata is Base.metadata:
        for column in sealed_columns(table):
            holds = row_check(column.name)
            table.append_constraint(sa.CheckConstraint(holds, name=f"{column.name}_sealed"))


def row_check(column: str) -> str:
    """Write the CHECK; form 1 names no row, and passes until nothing is left of it."""
    start = 2 + _ID_BYTES
    return (
        f"substr({column}, 1, 1) = '\\x01'::bytea OR substr({column}, 1, 1) = '\\x02'::bytea"
        f" AND octet_length({column}) >= {_FEWEST_BYTES}"
        f" AND substr({column}, {start}, {_ID_BYTES}) = uuid_send(id)"
    )

"""Whose key is a value sealed under, and where is that key?

One random key for each patient's record and for each account, and one of the house for what belongs
to nobody. It stands here wrapped; the ring, or a service that keeps keys, unwraps it. To erase a
person is to destroy their key: the row stays, without it.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from models.platform.base import Base, both_or_neither
from models.platform.key_ring import Erased, SealBroken, key_ring

HOUSE = UUID(int=0)
KEY_BYTES = 32
_ID_BYTES = 16
_LENGTH_BYTES = 2
_ERASED, _NO_KEY = -1, 0

_at_hand: ContextVar[dict[UUID, bytes] | None] = ContextVar("keys_at_hand", default=None)


class DataKey(Base):
    """The wrapped key of one patient's record, of one account, or of the house.

    It is asked for by one person and destroyed by another; it never comes back.
    """

    __tablename__ = "data_key"
    __table_args__ = (
        sa.CheckConstraint("(wrapped IS NULL) = (erased_at IS NOT NULL)", name="gone"),
        sa.CheckConstraint(both_or_neither("asked_at", "asked_by", "ground"), name="asked"),
        sa.CheckConstraint(both_or_neither("erased_at", "erased_by"), name="erased"),
        sa.CheckConstraint(
            "erased_at IS NULL OR asked_at IS NOT NULL AND asked_at <= erased_at", name="order"
        ),
        sa.CheckConstraint("erased_by <> asked_by", name="two_people"),
        sa.CheckConstraint(
            "erased_at IS NULL OR id <> '00000000-0000-0000-0000-000000000000'", name="house_stays"
        ),
        sa.Index("ix_data_key_wrapped_by", "wrapped_by", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None]
    wrapped_by: Mapped[str]
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    asked_by: Mapped[UUID | None] = mapped_column(default=None)
    ground: Mapped[str | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    erased_by: Mapped[UUID | None] = mapped_column(default=None)


@contextmanager
def at_hand() -> Iterator[None]:
    """Keep the keys that are seen meanwhile; they are forgotten with the unit of work."""
    token = _at_hand.set({})
    try:
        yield
    finally:
        _at_hand.reset(token)


def forget() -> None:
    """Forget every key at hand: after a rollback one of them may never have been kept."""
    if (kept := _at_hand.get()) is not None:
        kept.clear()


def with_key(
    sealed: sa.ColumnElement[bytes], row_id: sa.ColumnElement[UUID]
) -> sa.ColumnElement[bytes]:
    """Give the expression that reads a value with the id of its row and its wrapped key.

    The key comes with every value in the same statement, so that one that was destroyed is gone at
    once, and no copy of it can be too old.
    """
    named = sa.cast(sa.func.encode(sa.func.substr(sealed, 2, _ID_BYTES), "hex"), sa.Uuid)
    whose = sa.case((sa.func.octet_length(sealed) > _ID_BYTES, named))  # a piece names nobody
    return sa.func.uuid_send(row_id).op("||")(_told(DataKey.id == whose)).op("||")(sealed)


def of(whose: sa.ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> sa.ColumnElement[bytes]:
    """Give the column that brings somebody's key along with whatever else is read; see `take`."""
    return sa.type_coerce(_told(DataKey.id == whose), sa.LargeBinary)


def readable(
    *whose: sa.ColumnElement[UUID]
    | InstrumentedAttribute[UUID]
    | InstrumentedAttribute[UUID | None],
) -> sa.ColumnElement[bool]:
    """Leave out of a list what nobody can open any more; it would spoil the rest of it."""
    gone = sa.exists().where(DataKey.id.in_(whose), DataKey.erased_at.is_not(None))
    return ~gone.correlate_except(DataKey)


def take(whose: UUID, told: bytes) -> None:
    """Keep at hand the key that came along; raise `Erased` where it was destroyed."""
    wrapped, _ = _parted(told)
    if wrapped is not None:
        _kept(whose, wrapped)


def unpacked(told: bytes) -> tuple[UUID, bytes | None, bytes]:
    """Take apart what `with_key` has read: the row, the wrapped key if there is one, the value."""
    wrapped, sealed = _parted(told[_ID_BYTES:])
    return UUID(bytes=told[:_ID_BYTES]), wrapped, sealed


def opened(whose: UUID, wrapped: bytes) -> bytes:
    """Unwrap a key that was read with the value it opens, and keep it at hand for writing."""
    return _kept(whose, wrapped)


def key_of(connection: sa.Connection, whose: UUID) -> bytes:
    """Give somebody's key for writing; who has none yet is given one in this transaction."""
    kept = _at_hand.get()
    if kept is not None and whose in kept:
        return kept[whose]
    query = sa.select(DataKey.wrapped).where(DataKey.id == whose)
    found = connection.execute(query).first()
    if found is None:
        connection.execute(_made(whose))
        found = connection.execute(query).one()
    if found.wrapped is None:
        raise Erased(str(whose))
    return _kept(whose, found.wrapped)


def _made(whose: UUID) -> sa.Insert:
    """Make a key; where somebody else has just done so, theirs counts."""
    ring = key_ring()
    wrapped = ring.wrap(os.urandom(KEY_BYTES), whose)
    making = insert(DataKey).values(id=whose, wrapped=wrapped, wrapped_by=ring.name)
    return making.on_conflict_do_nothing()


def _kept(whose: UUID, wrapped: bytes) -> bytes:
    key = key_ring().unwrap(wrapped, whose)
    if (kept := _at_hand.get()) is not None:
        kept[whose] = key
    return key


def _told(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bytes]:
    """Write a key down with its length before it: -1 was destroyed, 0 is none."""
    length = sa.func.coalesce(sa.func.octet_length(DataKey.wrapped), _ERASED)
    row = sa.func.int2send(sa.cast(length, sa.SmallInteger)).op("||")(
        sa.func.coalesce(DataKey.wrapped, sa.text("''::bytea"))
    )
    found = sa.select(row).where(condition).correlate_except(DataKey).scalar_subquery()
    return sa.func.coalesce(found, sa.text("'\\x0000'::bytea"))


def _parted(told: bytes) -> tuple[bytes | None, bytes]:
    (length,) = struct.unpack_from(">h", told)
    if length == _ERASED:
        raise Erased("data_key")
    if length == _NO_KEY:
        return None, told[_LENGTH_BYTES:]
    end = _LENGTH_BYTES + length
    if length < 0 or len(told) < end:  # pragma: no cover - written by the expression above
        raise SealBroken("data_key")
    return told[_LENGTH_BYTES:end], told[end:]

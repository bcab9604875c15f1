"""Was this very request done before?

The key row is inserted first, in the transaction of the effect: a twin waits for it and then gets
the first answer, so the rightful person is never refused by her own retry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Update, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.platform.base import Base
from models.platform.encryption import key_ring
from models.platform.fixed import Place
from models.platform.trail import IdempotencyKey
from workflows.platform.actor import Actor
from workflows.platform.errors import AlreadyUnderWay, KeyReused

_NO_ONE = UUID(int=0)
_CLAIM = (
    insert(cast("Table", IdempotencyKey.__table__))
    .on_conflict_do_nothing()
    .returning(IdempotencyKey.key)
)


@dataclass(frozen=True, slots=True)
class OnceKey:
    """The key a client chose and the fingerprint of what it sent."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What the first request made."""

    model: type[Base]
    result_id: UUID


def claim(
    session: Session, actor: Actor, once: OnceKey, operation: str, now: datetime
) -> Kept | None:
    """Claim the key, or give what it made; another request under the same key is refused."""
    row = {
        "actor_id": _who(actor),
        "operation": operation,
        "key": once.key,
        "fingerprint": _sealed(once),
        "claimed_at": now,
    }
    won = session.execute(_CLAIM, row).first()
    return None if won else _kept(session, actor, once, operation)


def settled(actor: Actor, once: OnceKey, operation: str, row: Base) -> dict[str, Any]:
    """Give the values for `settling`: whose key it is, and what the request made."""
    return {
        "key_actor": _who(actor),
        "key_operation": operation,
        "key_key": once.key,
        "key_type": row.__tablename__,
        "key_made": getattr(row, "id", None),
    }


def settling(told: Mapping[str, Place]) -> Update:
    """Give the statement that remembers what the request made."""
    return (
        update(IdempotencyKey)
        .where(*_same(told["key_actor"], told["key_operation"], told["key_key"]))
        .values(result_type=told["key_type"], result_id=told["key_made"])
    )


def _kept(session: Session, actor: Actor, once: OnceKey, operation: str) -> Kept:
    found = session.execute(
        select(IdempotencyKey).where(*_same(_who(actor), operation, once.key))
    ).scalar_one()
    if found.fingerprint != _sealed(once):
        raise KeyReused
    if found.result_type is None or found.result_id is None:
        raise AlreadyUnderWay
    return Kept(_models()[found.result_type], found.result_id)


def _same(
    actor_id: UUID | Place, operation: str | Place, key: str | Place
) -> tuple[ColumnElement[bool], ...]:
    return (
        IdempotencyKey.actor_id == actor_id,
        IdempotencyKey.operation == operation,
        IdempotencyKey.key == key,
    )


def _sealed(once: OnceKey) -> bytes:
    """Give the fingerprint under our key: few answers are possible, and hashes can be tried out."""
    return key_ring().blind("idempotency_key.fingerprint", once.fingerprint.hex())


def _who(actor: Actor) -> UUID:
    return actor.user_id or _NO_ONE


def _models() -> dict[str, type[Base]]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}

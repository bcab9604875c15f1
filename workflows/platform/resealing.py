"""How are keys and seals renewed while the service runs?

A page at a time, each in a transaction of its own, so that it may be stopped at any moment and
taken up again. A row that somebody is writing is passed over and found on the next round. The
trail keeps a new print of a row that is never changed, because its bytes are others now.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from models import Base
from models.platform import data_keys, sealing
from models.platform.base import new_id
from models.platform.data_keys import DataKey
from models.platform.encryption import Of, seal, sealed_columns
from models.platform.key_ring import FORMAT_1, key_ring
from models.platform.trail import AuditEvent
from rules.terms import Role

PAGE = 200
RENEWED = "seal.renewed"
_SEAL_RAW = sa.LargeBinary()


@dataclass(frozen=True, slots=True)
class Left:
    """What is still under an old key or in the old form; a ring key it needs must stay."""

    keys: int
    rows: int

    def __bool__(self) -> bool:
        """Say whether there is anything left to do."""
        return bool(self.keys or self.rows)


def renew(engine: Engine, now: datetime, page: int = PAGE) -> Iterator[tuple[str, int]]:
    """Renew everything that nobody is holding, and say after each page what was done."""
    yield from _paged(engine, "data_key", partial(_rewrap, page=page))
    for table in sealed_tables():
        yield from _paged(engine, table.name, partial(_reseal, table=table, now=now, page=page))


def left(connection: Connection) -> Left:
    """Count what is still under another key than the one that wraps now, or in form 1."""
    keys = sa.select(sa.func.count()).select_from(DataKey).where(*_old_keys())
    rows = sum(
        connection.scalar(sa.select(sa.func.count()).select_from(table).where(in_form_1(table)))
        or 0
        for table in sealed_tables()
    )
    return Left(connection.scalar(keys) or 0, rows)


def sealed_tables() -> Sequence[sa.Table]:
    """Give every table with a sealed column."""
    return [t for t in Base.metadata.sorted_tables if next(sealed_columns(t), None) is not None]


def in_form_1(table: sa.Table) -> sa.ColumnElement[bool]:
    """Ask for the rows of which something is not yet bound to its row."""
    return sa.or_(*(_first_byte(column) == FORMAT_1 for column in sealed_columns(table)))


def _paged(
    engine: Engine, name: str, renew_page: Callable[[Connection, UUID], Sequence[UUID]]
) -> Iterator[tuple[str, int]]:
    last = UUID(int=0)
    while True:
        with data_keys.at_hand(), engine.begin() as connection:
            done = renew_page(connection, last)
        if not done:
            return
        yield name, len(done)
        last = done[-1]


def _rewrap(connection: Connection, last: UUID, *, page: int) -> Sequence[UUID]:
    """Wrap the keys of a page anew; what they seal stays as it is."""
    ring = key_ring()
    after = DataKey.id > last if last.int else sa.true()
    query = sa.select(DataKey.id, DataKey.wrapped).where(*_old_keys(), after)
    rows = connection.execute(_held(query.order_by(DataKey.id), page)).all()
    for row in rows:
        anew = ring.wrap(ring.unwrap(row.wrapped, row.id), row.id)
        changing = sa.update(DataKey).where(DataKey.id == row.id)
        connection.execute(changing.values(wrapped=anew, wrapped_by=ring.name))
    return [row.id for row in rows]


def _old_keys() -> tuple[sa.ColumnElement[bool], ...]:
    return DataKey.wrapped.is_not(None), DataKey.wrapped_by != key_ring().name


def _reseal(
    connection: Connection, last: UUID, *, table: sa.Table, now: datetime, page: int
) -> Sequence[UUID]:
    """Seal a page of rows in the form of today."""
    sealed = tuple(sealed_columns(table))
    raw = [sa.type_coerce(column, _SEAL_RAW).label(column.key) for column in sealed]
    who = [table.c[name] for name in sealing.naming(table.name)]
    query = sa.select(*who, *raw).where(in_form_1(table), table.c.id > last).order_by(table.c.id)
    rows = [dict(row) for row in connection.execute(_held(query, page)).mappings()]
    for row in rows:
        changing = sa.update(table).where(table.c.id == row["id"])
        connection.execute(changing.values(_anew(connection, table.name, row, sealed)))
    _print_anew(connection, table.name, [row["id"] for row in rows], now)
    return [row["id"] for row in rows]


def _anew(
    connection: Connection, table: str, row: Mapping[str, Any], sealed: Sequence[sa.Column[Any]]
) -> dict[str, Any]:
    whose = sealing.owner_of(connection, table, row)
    of = Of(None, row["id"], whose, data_keys.key_of(connection, whose))
    said: dict[str, Any] = {}
    for column in sealed:
        kept, name = row[column.key], f"{table}.{column.key}"
        if kept is not None and kept[:1] == FORMAT_1:
            anew = seal(key_ring().open_form_1(kept, name), name, of)
            said[column.key] = sa.literal(anew, _SEAL_RAW)
    return said


def _print_anew(connection: Connection, table: str, ids: Sequence[UUID], now: datetime) -> None:
    """Let the trail keep a new print of every row of which it keeps one."""
    if not ids:
        return
    chain = sa.func.max(AuditEvent.stream).label("stream")
    query = (
        sa.select(AuditEvent.object_id, AuditEvent.patient_id, chain)
        .where(
            AuditEvent.object_type == table,
            AuditEvent.object_id.in_([str(one) for one in ids]),
            AuditEvent.object_digest.is_not(None),
        )
        .group_by(AuditEvent.object_id, AuditEvent.patient_id)
        .order_by("stream", AuditEvent.object_id)
    )
    for entry in connection.execute(query).all():
        told = {
            "id": new_id(),
            "stream": entry.stream,
            "recorded_at": now,
            "actor_roles": Role.SYSTEM,
            "action": RENEWED,
            "object_type": table,
            "object_id": entry.object_id,
            "patient_id": entry.patient_id,
            "outcome": "done",
        }
        connection.execute(sa.insert(AuditEvent).values(told))


def _first_byte(column: sa.Column[Any]) -> sa.ColumnElement[bytes]:
    return sa.func.substr(sa.type_coerce(column, _SEAL_RAW), 1, 1)


def _held(query: Any, page: int) -> Any:
    return query.limit(page).with_for_update(skip_locked=True, key_share=True)

"""How do several statements of an act go to the database and back in one way?

They are sent one behind the other, in their order, before the first is answered. Rows that the act
has made and not yet written go first: to write them one by one is a way for each of them.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from models.platform import sealing

DIALECT: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class Part(NamedTuple):
    """A part of each row: how many columns, how each is opened, and the row they make, if any."""

    width: int
    opens: tuple[tuple[int, Callable[[Any], Any]], ...]
    row: type[tuple[Any, ...]] | None
    key: int


class Written(NamedTuple):
    """A statement as PostgreSQL gets it."""

    sql: str
    order: tuple[str, ...]
    constants: dict[str, Any]
    parts: tuple[Part, ...]


class Asked(NamedTuple):
    """A statement with the values for its places, in their order."""

    written: Written
    values: tuple[Any, ...]


def together(session: Session, *asked: Asked) -> list[list[tuple[Any, ...]]]:
    """Ask several questions in one round trip, of this transaction; give the rows of each.

    What this act has said so far is there to be read, and is written also when nothing is asked.
    """
    return _ask(session, _new_rows(session), asked)


def _ask(
    session: Session, new: Sequence[Any], asked: Sequence[Asked]
) -> list[list[tuple[Any, ...]]]:
    connection = session.connection()
    every = [*(_inserting(connection, row) for row in new), *asked]
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.pipeline() if len(every) > 1 else nullcontext():
            cursors = [_sent(connection, driver.cursor(), one) for one in every]
            found = [
                cursor.fetchall() if one.written.parts else []
                for cursor, one in zip(cursors, every, strict=True)
            ]
    except psycopg.Error as error:
        raise _as_told_by_the_orm(error) from error
    for row in new:
        _is_kept(session, row)
    return [
        [_taken_apart(row, one.written.parts) for row in rows]
        for one, rows in zip(asked, found[len(new) :], strict=True)
    ]


class _Insert(NamedTuple):
    """How a row of one table is written."""

    written: Written
    names: tuple[str, ...]
    binds: tuple[Callable[[Any], Any] | None, ...]


def _new_rows(session: Session) -> list[Any]:
    """Give what is new and can go along; whatever is not so simple is left to the ORM.

    New rows are written in the order in which they were made, and before what has changed.
    """
    new = list(session.new)
    if new and not session.in_nested_transaction() and all(_is_plain(row) for row in new):
        if not (session.dirty or session.deleted):
            return new
        _ask(session, new, ())
    session.flush()
    return []


def _is_plain(row: Any) -> bool:
    """Say whether all of a row is known here: no version to count, nothing the database adds."""
    mapper: Mapper[Any] = sa.inspect(row).mapper
    return mapper.version_id_col is None and all(
        one.key in row.__dict__ or _is_left_empty(one.columns[0]) for one in mapper.column_attrs
    )


def _is_left_empty(column: Any) -> bool:
    """Say whether a column of which nothing was said stays empty."""
    return bool(column.nullable) and column.default is None and column.server_default is None


def _inserting(connection: sa.Connection, row: Any) -> Asked:
    mapper: Mapper[Any] = sa.inspect(row).mapper
    how = _insert(mapper)
    told = {name: getattr(row, name) for name in how.names}
    told |= sealing.with_owner(connection, cast("sa.Table", mapper.local_table).name, told)
    values = (
        told[name] if bind is None else bind(told[name])
        for name, bind in zip(how.names, how.binds, strict=True)
    )
    return Asked(how.written, tuple(values))


@cache
def _insert(mapper: Mapper[Any]) -> _Insert:
    table = cast("sa.Table", mapper.local_table)
    columns = {one.columns[0].name: one.key for one in mapper.column_attrs}
    compiled = sa.insert(table).compile(dialect=DIALECT, column_keys=list(columns))
    order = tuple(cast("Any", compiled).positiontup)
    binds = (table.c[one].type.dialect_impl(DIALECT).bind_processor(DIALECT) for one in order)
    written = Written(str(compiled), order, {}, ())
    return _Insert(written, tuple(columns[one] for one in order), tuple(binds))


def _is_kept(session: Session, row: Any) -> None:
    """Let the ORM know that a row is in the database, as if it had put it there."""
    session.expunge(row)
    for one in sa.inspect(row).mapper.column_attrs:
        if one.key not in row.__dict__:  # of which nothing was said: it is empty there too
            set_committed_value(row, one.key, None)
    make_transient_to_detached(row)
    session.add(row)


def _sent(
    connection: sa.Connection, cursor: psycopg.Cursor[Any], asked: Asked
) -> psycopg.Cursor[Any]:
    """Send one; whoever listens to what is sent to the database hears this too."""
    sql, values = asked.written.sql, asked.values
    for hear in cast("Any", connection).dispatch.before_cursor_execute:
        sql, values = hear(connection, cursor, sql, values, None, False)  # noqa: FBT003
    return cursor.execute(cast("Any", sql), values, prepare=True)


def _as_told_by_the_orm(error: psycopg.Error) -> BaseException:
    """Give the error that SQLAlchemy would have raised, with nothing of what was asked."""
    return sa.exc.DBAPIError.instance(
        None, None, error, psycopg.Error, hide_parameters=True, dialect=DIALECT
    )


def _taken_apart(found: Sequence[Any], parts: tuple[Part, ...]) -> tuple[Any, ...]:
    values = iter(found)
    return tuple(_made(list(islice(values, part.width)), part) for part in parts)


def _made(values: list[Any], part: Part) -> Any:
    if part.row is not None and values[part.key] is None:
        return None
    for number, opens in part.opens:
        values[number] = opens(values[number])
    return values[0] if part.row is None else part.row._make(values)  # type: ignore[attr-defined]

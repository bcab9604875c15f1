"""How is a statement put together once, and asked many times with other values?

To put a long statement together, and to make rows of the ORM of what it finds, costs many times
what PostgreSQL needs to answer it. A function that is `fixed` is called once for each shape: what
it is given by position makes the shape and is what it says; what it is given by name are values,
and it sees places for them. `rows` gives what is only looked at: rows that nobody can write to.
"""

import itertools
from collections import namedtuple
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, cast
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapper, Session

TYPES: dict[type, Any] = {
    UUID: sa.Uuid(),
    type(None): sa.Uuid(),  # nobody: an id that is not there
    datetime: sa.DateTime(timezone=True),
    str: sa.Text(),
    int: sa.Integer(),
}
MOST_SHAPES = 256
Place = sa.BindParameter[Any]
"""Where a value goes."""
At = datetime | sa.ColumnElement[Any]
"""An instant: itself, or the place for it."""
_DIALECT: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class _Part(NamedTuple):
    """A part of each row: how many columns, how each is opened, and the row they make, if any."""

    width: int
    opens: tuple[tuple[int, Callable[[Any], Any]], ...]
    row: type[tuple[Any, ...]] | None
    key: int


class _Written(NamedTuple):
    """A statement as PostgreSQL gets it."""

    sql: str
    order: tuple[str, ...]
    constants: dict[str, Any]
    parts: tuple[_Part, ...]


class Asked(NamedTuple):
    """A statement with the values for its places, in their order."""

    written: _Written
    values: tuple[Any, ...]


class Fixed:
    """A statement for each shape, built at its first use."""

    def __init__(self, build: Callable[..., Any]) -> None:
        """Take the function that builds one."""
        self._build = build
        self._built: dict[tuple[Any, ...], Any] = {}
        self._written: dict[tuple[Any, ...], _Written] = {}

    def __call__(self, *shape: Any, **values: Any) -> tuple[Any, dict[str, Any]]:
        """Give the statement of a shape and the values for its places, to be executed."""
        known = self._built.get(shape)
        if known is None:
            if len(self._built) >= MOST_SHAPES:  # shapes are few; whoever makes many gains nothing
                self._built.clear()
                self._written.clear()
            places = {name: place(name, type(value)) for name, value in values.items()}
            known = self._built[shape] = self._build(*shape, **places)
        return known, values

    def rows(self, session: Session, *shape: Any, **values: Any) -> list[tuple[Any, ...]]:
        """Read; a table in the SELECT becomes a row that is only looked at, or None (no row)."""
        return together(session, self.asked(*shape, **values))[0]

    def asked(self, *shape: Any, **values: Any) -> Asked:
        """Give the question and its values, to be asked together with others."""
        written = self._written.get(shape)
        if written is None:
            written = self._written[shape] = _write(self(*shape, **values)[0], frozenset(values))
        told = written.constants | values
        return Asked(written, tuple(told[name] for name in written.order))


def fixed(build: Callable[..., Any]) -> Fixed:
    """Build a statement once for each shape; values of other types than `TYPES` are refused."""
    return Fixed(build)


def together(session: Session, *asked: Asked) -> list[list[tuple[Any, ...]]]:
    """Ask several questions in one round trip, of this transaction; give the rows of each."""
    session.flush()  # what this act has said so far is there to be read
    connection = session.connection()
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.pipeline() if len(asked) > 1 else nullcontext():
            cursors = [_sent(connection, driver.cursor(), one) for one in asked]
            found = [cursor.fetchall() for cursor in cursors]
    except psycopg.Error as error:
        raise _as_told_by_the_orm(error) from error
    return [
        [_taken_apart(row, one.written.parts) for row in rows]
        for one, rows in zip(asked, found, strict=True)
    ]


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
        None, None, error, psycopg.Error, hide_parameters=True, dialect=_DIALECT
    )


def moment(at: At) -> sa.ColumnElement[Any]:
    """Give an instant as SQL, whether it is known by now or not."""
    return at if isinstance(at, sa.ColumnElement) else sa.literal(at, sa.DateTime(timezone=True))


def place(name: str, kind: type) -> Place:
    """Give the place for a value of this name; there is one of a name in a statement."""
    return sa.bindparam(name, value=None, type_=TYPES[kind], required=False)


def _write(statement: sa.Select[Any], places: frozenset[str]) -> _Written:
    """Write a statement down with every column of its tables named."""
    told = [
        (one["expr"], one.get("entity") is one["expr"]) for one in statement.column_descriptions
    ]
    columns = [_columns(expression, table=table) for expression, table in told]
    parts = tuple(
        _part(sa.inspect(expression).mapper if table else None, mine)
        for (expression, table), mine in zip(told, columns, strict=True)
    )
    whole = statement.with_only_columns(*itertools.chain(*columns))
    compiled = whole.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    constants = {
        name: _bound(compiled, name, value)
        for name, value in compiled.params.items()
        if name not in places
    }
    return _Written(str(compiled), tuple(compiled.positiontup or ()), constants, parts)


def _bound(compiled: Any, name: str, value: Any) -> Any:
    """Make a constant of the statement what the driver takes."""
    if name not in compiled.binds:  # one of several in a list
        return value
    opens = compiled.binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return value if opens is None else opens(value)


def _columns(expression: Any, *, table: bool) -> list[Any]:
    if not table:
        return [expression]
    return [getattr(expression, name) for name in _names(sa.inspect(expression).mapper)]


def _names(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(attribute.key for attribute in mapper.column_attrs)


def _part(mapper: Mapper[Any] | None, columns: Sequence[Any]) -> _Part:
    opens = [one.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for one in columns]
    kept = tuple((number, one) for number, one in enumerate(opens) if one is not None)
    if mapper is None:
        return _Part(1, kept, None, 0)
    key = mapper.get_property_by_column(mapper.primary_key[0]).key
    return _Part(len(columns), kept, _row_of(mapper), _names(mapper).index(key))


@cache
def _row_of(mapper: Mapper[Any]) -> type[tuple[Any, ...]]:
    return namedtuple(mapper.class_.__name__, _names(mapper))


def _taken_apart(found: Sequence[Any], parts: tuple[_Part, ...]) -> tuple[Any, ...]:
    values = iter(found)
    return tuple(_made(list(islice(values, part.width)), part) for part in parts)


def _made(values: list[Any], part: _Part) -> Any:
    if part.row is not None and values[part.key] is None:
        return None
    for number, opens in part.opens:
        values[number] = opens(values[number])
    return values[0] if part.row is None else part.row._make(values)  # type: ignore[attr-defined]

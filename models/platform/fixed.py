"""How is a statement put together once, and asked many times with other values?

To put a long statement together, and to make rows of the ORM of what it finds, costs many times
what PostgreSQL needs to answer it. A function that is `fixed` is called once for each shape: what
it is given by position makes the shape and is what it says; what it is given by name are values,
and it sees places for them. `rows` gives what is only looked at: rows that nobody can write to.
"""

import itertools
from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, Session

from models.platform.together import DIALECT, Asked, Part, Written, together

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


class Fixed:
    """A statement for each shape, built at its first use."""

    every: ClassVar[list["Fixed"]] = []

    def __init__(self, build: Callable[..., Any]) -> None:
        """Take the function that builds one."""
        self._build = build
        self._built: dict[tuple[Any, ...], Any] = {}
        self._written: dict[tuple[Any, ...], Written] = {}
        self.every.append(self)

    def forget(self) -> None:
        """Build all anew, for whoever has taken something away that a builder asks."""
        self._built.clear()
        self._written.clear()

    def __call__(self, *shape: Any, **values: Any) -> tuple[Any, dict[str, Any]]:
        """Give the statement of a shape and the values for its places, to be executed."""
        known = self._built.get(shape)
        if known is None:
            if len(self._built) >= MOST_SHAPES:  # shapes are few; whoever makes many gains nothing
                self.forget()
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


def moment(at: At) -> sa.ColumnElement[Any]:
    """Give an instant as SQL, whether it is known by now or not."""
    return at if isinstance(at, sa.ColumnElement) else sa.literal(at, sa.DateTime(timezone=True))


def place(name: str, kind: type) -> Place:
    """Give the place for a value of this name; there is one of a name in a statement."""
    return sa.bindparam(name, value=None, type_=TYPES[kind], required=False)


def _write(statement: Any, places: frozenset[str]) -> Written:
    """Write a statement down with every column of its tables named."""
    if not isinstance(statement, sa.Select):
        return _written(statement, places, ())
    told = [
        (one["expr"], one.get("entity") is one["expr"]) for one in statement.column_descriptions
    ]
    columns = [_columns(expression, table=table) for expression, table in told]
    parts = tuple(
        _part(sa.inspect(expression).mapper if table else None, mine)
        for (expression, table), mine in zip(told, columns, strict=True)
    )
    whole = statement.with_only_columns(*itertools.chain(*columns))
    return _written(whole, places, parts)


def _written(statement: Any, places: frozenset[str], parts: tuple[Part, ...]) -> Written:
    compiled = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    constants = {
        name: _bound(compiled, name, value)
        for name, value in compiled.params.items()
        if name not in places
    }
    return Written(str(compiled), tuple(compiled.positiontup or ()), constants, parts)


def _bound(compiled: Any, name: str, value: Any) -> Any:
    """Make a constant of the statement what the driver takes."""
    if name not in compiled.binds:  # one of several in a list
        return value
    opens = compiled.binds[name].type.dialect_impl(DIALECT).bind_processor(DIALECT)
    return value if opens is None else opens(value)


def _columns(expression: Any, *, table: bool) -> list[Any]:
    if not table:
        return [expression]
    return [getattr(expression, name) for name in _names(sa.inspect(expression).mapper)]


def _names(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(attribute.key for attribute in mapper.column_attrs)


def _part(mapper: Mapper[Any] | None, columns: Sequence[Any]) -> Part:
    opens = [one.type.dialect_impl(DIALECT).result_processor(DIALECT, None) for one in columns]
    kept = tuple((number, one) for number, one in enumerate(opens) if one is not None)
    if mapper is None:
        return Part(1, kept, None, 0)
    key = mapper.get_property_by_column(mapper.primary_key[0]).key
    return Part(len(columns), kept, _row_of(mapper), _names(mapper).index(key))


@cache
def _row_of(mapper: Mapper[Any]) -> type[tuple[Any, ...]]:
    return namedtuple(mapper.class_.__name__, _names(mapper))

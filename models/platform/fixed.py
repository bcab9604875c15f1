"""How is a statement put together once, and asked many times with other values?

To put a long statement together costs more than to answer it. A function that is `fixed` is called
once for each shape: what it is given by name are values, and it sees places for them; what it is
given by position makes the shape, and is what it says.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa

P = ParamSpec("P")
S_co = TypeVar("S_co", covariant=True)
TYPES: dict[type, Any] = {
    UUID: sa.Uuid(),
    datetime: sa.DateTime(timezone=True),
    str: sa.Text(),
    int: sa.Integer(),
}
MOST_SHAPES = 256
Place = sa.BindParameter[Any]
"""Where a value goes."""
At = datetime | sa.ColumnElement[Any]
"""An instant: itself, or the place for it."""


class Fixed(Protocol[S_co]):
    """Give the statement of a shape, and the values for its places."""

    def __call__(self, *shape: Any, **values: Any) -> tuple[S_co, dict[str, Any]]:
        """Take the shape by position and the values by name."""


def fixed(build: Callable[..., S_co]) -> Fixed[S_co]:
    """Build a statement once for each shape; values of other types than `TYPES` are refused."""
    built: dict[tuple[Any, ...], S_co] = {}

    def given(*shape: Any, **values: Any) -> tuple[S_co, dict[str, Any]]:
        known = built.get(shape)
        if known is None:
            if len(built) >= MOST_SHAPES:  # shapes are few; whoever makes many loses no memory
                built.clear()
            places = {name: place(name, type(value)) for name, value in values.items()}
            known = built[shape] = build(*shape, **places)
        return known, values

    return given


def place(name: str, kind: type) -> sa.BindParameter[Any]:
    """Give the place for one value."""
    return sa.bindparam(name, type_=TYPES[kind])


def moment(at: At) -> sa.ColumnElement[Any]:
    """Give an instant as SQL, whether it is known by now or not."""
    return at if isinstance(at, sa.ColumnElement) else sa.literal(at, sa.DateTime(timezone=True))

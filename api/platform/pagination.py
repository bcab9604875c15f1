"""How does a long list go on, without counting and without skipping?"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import marshmallow as ma

from api.platform import fields

LONGEST_PAGE, USUAL_PAGE = 100, 25
LONGEST_CURSOR = 120


class Position(NamedTuple):
    """The last row somebody has seen: its time, and its id among rows of the same time."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin."""

    items: Sequence[Any]
    next: Position | None = None


class Cursor(fields.HouseField):
    """A position, written so that nobody is tempted to read it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Position:
        try:
            text = urlsafe_b64decode(str(value)[:LONGEST_CURSOR].encode("ascii")).decode("ascii")
            at, _bar, row_id = text.partition("|")
            instant = fields.Instant().deserialize(at)
            return Position(instant, fields.Id().deserialize(row_id))
        except (binascii.Error, ValueError):
            raise ma.ValidationError("Is not a cursor of ours.") from None

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        if value is None:
            return None
        at, row_id = value
        return urlsafe_b64encode(f"{at.isoformat()}|{row_id}".encode()).decode()

    def documented(self) -> fields.Documented:
        """Give the alphabet."""
        return {"type": "string", "pattern": r"^[A-Za-z0-9_=-]+$", "maxLength": LONGEST_CURSOR}


class PageQuery(fields.Schema):
    """Which page is wanted."""

    after = Cursor(load_default=None, metadata={"description": "`next` of the page before."})
    limit = fields.Whole(1, LONGEST_PAGE, load_default=USUAL_PAGE)


@cache
def page_of(schema: type[fields.Schema]) -> type[fields.Schema]:
    """Make the schema of a page of these, once and under a name of its own."""
    name = f"{schema.__name__.removesuffix('Out')}PageOut"
    parts: dict[str, Any] = {
        "__doc__": f"A page of {schema.__name__}.",
        "items": fields.List(fields.Nested(schema()), LONGEST_PAGE, required=True),
        "next": Cursor(required=True, allow_none=True),
    }
    return type(name, (fields.Schema,), parts)


def page(rows: Sequence[Any], limit: int, at: str) -> Page:
    """Cut a page from one row more than the limit; `at` names the time it is ordered by."""
    if len(rows) <= limit:
        return Page(rows)
    last = rows[limit - 1]
    return Page(rows[:limit], Position(getattr(last, at), last.id))

"""Which values does the house take from outside, and how exactly must they be written?

Each field refuses what it would have to guess, and documents itself truthfully for the OpenAPI
document. Messages name what is wanted and never repeat what was sent.
"""

from typing import Any

import marshmallow as ma
from marshmallow import validate

from api.platform.field import Documented, HouseField, QueryText, Schema, is_printable, nullable
from api.platform.values import (
    LARGEST_WHOLE,
    Answers,
    Instant,
    LocalDate,
    LocalTime,
    Measured,
    Moment,
    Scalar,
    TriState,
    Truth,
    Whole,
)
from api.platform.words import Choice, Code, Email, Id, Pattern, Phone, Text, Zone

__all__ = [
    "LARGEST_WHOLE",
    "Answers",
    "Choice",
    "Code",
    "Documented",
    "Email",
    "HouseField",
    "Id",
    "Instant",
    "List",
    "List_",
    "LocalDate",
    "LocalTime",
    "Measured",
    "Moment",
    "Nested",
    "Pattern",
    "Phone",
    "QueryText",
    "Scalar",
    "Schema",
    "Text",
    "TriState",
    "Truth",
    "Whole",
    "Zone",
    "is_printable",
    "nullable",
]


class List(ma.fields.List[Any]):
    """At most so many of one field."""

    def __init__(self, of: Any, most: int = 100, least: int = 0, **more: Any) -> None:
        """Take from `least` to `most`."""
        super().__init__(of, validate=validate.Length(min=least or None, max=most), **more)


List_ = List


class Nested(ma.fields.Nested):
    """An object inside an object, as strict as its own schema."""

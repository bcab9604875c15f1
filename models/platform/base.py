"""What do all tables share: names of constraints, ids, instants and versions?"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, dataclass_transform
from uuid import UUID

import sqlalchemy as sa
import uuid_utils.compat
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """Give a new UUIDv7: ordered by time for the index, and never a secret."""
    return uuid_utils.compat.uuid7()


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware point in time, kept in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a time that does not say where it is."""
        if value is not None and value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        return value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Hand every instant out in UTC."""
        return None if value is None else value.astimezone(UTC)


def choice(words: type[StrEnum], name: str) -> sa.Enum:
    """Store one of these words as text, with a CHECK that knows no other."""
    return sa.Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def one_of(column: str, *words: str) -> str:
    """Write the CHECK that allows only these words in a column."""
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def both_or_neither(*columns: str) -> str:
    """Write the CHECK that a pair is filled in together or not at all."""
    return f"num_nulls({', '.join(columns)}) IN (0, {len(columns)})"


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(mapped_column,))
class Row(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """A row written down by name: a forgotten column is an error before anything runs."""


class Base(Row, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """The root of all tables; it has no repr, because a repr ends in a log."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant(), str: sa.Text()}  # noqa: RUF012 - read by SQLAlchemy


class Identified(Row, kw_only=True, eq=False, repr=False):
    """A row with an id of its own, made by us or brought by a phone."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)


class Versioned(Row, kw_only=True, eq=False, repr=False):
    """A row that people edit: its version is its ETag, and a stale write fails."""

    version: Mapped[int] = mapped_column(sa.Integer, init=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - declared on the class
        return {"version_id_col": cls.version}

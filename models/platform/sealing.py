"""To which row and person does a value belong that is being written?

A type of column sees neither, so it is said just before the statement is sent: for what the ORM
writes and for rows given as parameters. Whoever writes a sealed value in any other way is refused.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from models.platform import data_keys
from models.platform.base import Base
from models.platform.encryption import Of, sealed_columns

# Whose a row is: the record of a patient before an account; without either it is the house's.
_PERSON_COLUMNS = ("patient_id", "user_id", "accepted_by", "signer_id")
_OWN_KEY = ("patient", "user_account")
# What was said about a report of harm belongs to whom the report is about.
_BEHIND = {
    "adverse_event_addition": ("adverse_event_id", "adverse_event"),
    "adverse_event_assessment": ("adverse_event_id", "adverse_event"),
}
_NOTED = "whose_rows_are_written"

Parameters = Mapping[str, Any]


def owner_of(connection: Connection, table: str, row: Mapping[str, Any]) -> UUID:
    """Say under whose key a row is sealed, asking the row it is added to where that says so."""
    if table not in _BEHIND:
        return _named_by(table, row)
    name, behind = _BEHIND[table]
    return of_row(connection, behind, row[name])


def _named_by(table: str, row: Mapping[str, Any]) -> UUID:
    if table in _OWN_KEY:
        return UUID(str(row["id"]))
    found = (row[name] for name in _PERSON_COLUMNS if row.get(name) is not None)
    return next(found, data_keys.HOUSE)


def belongs_to(table: sa.Table, patient_id: UUID, user_id: UUID) -> sa.ColumnElement[bool] | None:
    """Ask for the rows of one person, of record and account; none, if no row can be theirs."""
    if table.name in _OWN_KEY:
        return table.c.id == (patient_id if table.name == "patient" else user_id)
    if table.name in _BEHIND:
        name, behind = _BEHIND[table.name]
        other = Base.metadata.tables[behind].c
        return table.c[name].in_(sa.select(other.id).where(other.patient_id == patient_id))
    names = [name for name in _PERSON_COLUMNS if name in table.c]
    whose = (table.c[n] == (patient_id if n == "patient_id" else user_id) for n in names)
    return sa.or_(*whose) if names else None


@cache
def sealed_names(table: str) -> frozenset[str]:
    """Name the sealed columns of a table."""
    known = Base.metadata.tables.get(table)
    return frozenset() if known is None else frozenset(c.key for c in sealed_columns(known))


@cache
def _usual(table: str) -> Mapping[str, Any]:
    """Give what stands in a sealed column of which nothing was said."""
    columns = (c for c in Base.metadata.tables[table].columns if c.key in sealed_names(table))
    return {
        c.key: c.default.arg for c in columns if isinstance(c.default, ScalarElementColumnDefault)
    }


@event.listens_for(Engine, "before_execute", retval=True)
def _say_whose(
    connection: Connection,
    statement: Any,
    many: list[Parameters],
    one: Parameters,
    _options: Mapping[str, Any],
) -> tuple[Any, list[Parameters], Parameters]:
    if not isinstance(statement, sa.Insert | sa.Update):
        return statement, many, one
    table = getattr(statement.table, "name", "")
    if not sealed_names(table):
        return statement, many, one
    inserting = isinstance(statement, sa.Insert)
    return (
        statement,
        [_with_owner(connection, table, row, inserting=inserting) for row in many],
        _with_owner(connection, table, one, inserting=inserting) if one else one,
    )


def with_owner(connection: Connection, table: str, row: Parameters) -> Parameters:
    """Put beside each sealed value of a new row the row itself and the key it is for."""
    return _with_owner(connection, table, row, inserting=True) if sealed_names(table) else row


def _with_owner(
    connection: Connection, table: str, row: Parameters, *, inserting: bool
) -> Parameters:
    """Put beside each sealed value the row and the key it is for."""
    told = {**_usual(table), **row} if inserting else row
    said = {
        name: told[name]
        for name in sealed_names(table)
        if told.get(name) is not None and not isinstance(told[name], Of)
    }
    if not said:
        return row
    row_id = row["id"] if inserting else row[f"{table}_id"]
    whose = owner_of(connection, table, row) if inserting else _noted(connection, table, row_id)
    key = data_keys.key_of(connection, whose)
    return {**row, **{name: Of(value, row_id, whose, key) for name, value in said.items()}}


@event.listens_for(Engine, "rollback")
@event.listens_for(Engine, "rollback_savepoint")
def _forget(connection: Connection, *_: object) -> None:
    """Forget the keys at hand, for one of them may never have been kept, and what was noted."""
    data_keys.forget()
    if not connection.invalidated and not connection.closed:
        connection.info.pop(_NOTED, None)


@event.listens_for(Base, "before_update", propagate=True)
def _note_owner(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    """An UPDATE names only what changes, so the row itself says whose it is."""
    table = cast("sa.Table", mapper.local_table).name
    changed = (sa.inspect(row).attrs[name].history.has_changes() for name in sealed_names(table))
    if table not in _BEHIND and any(changed):
        told = {column.key: getattr(row, column.key) for column in _says_whose(table)}
        connection.info.setdefault(_NOTED, {})[table, row.id] = _named_by(table, told)


@cache
def _says_whose(table: str) -> tuple[sa.Column[Any], ...]:
    return tuple(c for c in Base.metadata.tables[table].columns if c.key in naming(table))


def naming(table: str) -> tuple[str, ...]:
    """Name the columns that say whose a row of this table is."""
    known = Base.metadata.tables[table].columns
    names = ("id", *_PERSON_COLUMNS, *_BEHIND.get(table, ())[:1])
    return tuple(name for name in names if name in known)


def _noted(connection: Connection, table: str, row_id: UUID) -> UUID:
    """Give whose row it is: as the ORM has just said, or as the row says."""
    noted: dict[tuple[str, UUID], UUID] = connection.info.get(_NOTED, {})
    if (table, row_id) in noted:
        return noted.pop((table, row_id))
    return of_row(connection, table, row_id)


def of_row(connection: Connection, table: str, row_id: UUID) -> UUID:
    """Ask a row whose it is."""
    query = sa.select(*_says_whose(table)).where(Base.metadata.tables[table].c.id == row_id)
    return owner_of(connection, table, dict(connection.execute(query).mappings().one()))

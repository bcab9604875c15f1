"""Which rows did one lived course leave, and what do they become in the copy with number n?

An id of the pattern keeps its end and gets the number of the copy as its beginning, so that ids of
one patient lie together, as they do where they are made in the order of time. Rows that belong to
the staff are copied once for a whole group of patients; what belongs to nobody is kept as it is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg

from bench.evenings import Lived
from models.platform.sealing import sealed_names

GROUP = 50  # patients of one coach: a page of the caseload
STAFF_FROM = 1 << 46  # numbers of groups and of patients never meet
OWN, STAFF, NOBODY = "own", "staff", "nobody"
ALREADY = ("alembic_version", "heartbeat", "event_owed", "door_tries")
NUMBERED = {("lot", "number"), ("medication_order", "external_prescription_id")}
# A lot is shared, though it names nobody; a slot is for one patient, though it names its host only.
FIXED = {"lot": STAFF, "slot": OWN}
BLIND = re.compile(r"_blind$")
AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Seen = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a copy fills; what the database fills itself is left out."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the pattern, as PostgreSQL writes its values down."""

    table: str
    values: Mapping[str, str | None]
    whose: str

    @property
    def id(self) -> UUID | None:
        """Give the id, where there is one."""
        told = self.values.get("id")
        return UUID(told) if told else None


@dataclass(frozen=True, slots=True)
class Pattern:
    """All rows of one lived course, and how an id of theirs is to be moved."""

    lived: Lived
    rows: tuple[Row, ...]
    columns: Mapping[str, tuple[Column, ...]]
    whose: Mapping[str, str] = field(repr=False)

    def moved(self, old: UUID, number: int) -> UUID:
        """Give the id that this id has in the copy with a number."""
        kind = self.whose.get(str(old), NOBODY)
        if kind == NOBODY:
            return old
        first = number if kind == OWN else STAFF_FROM + number // GROUP
        return UUID(hex=f"{first:012x}{old.hex[12:]}")

    def of(self, whose: str) -> Iterator[Row]:
        """Give the rows of a patient, of the staff or of nobody."""
        return (row for row in self.rows if row.whose == whose)


def seen(connection: psycopg.Connection) -> Seen:
    """Note every row that is there, to know later which ones are new."""
    return {
        table: {row for (row,) in connection.execute(f'SELECT t::text FROM "{table}" t')}
        for table in tables(connection)
    }


def tables(connection: psycopg.Connection) -> list[str]:
    """Name the tables of the house; the queue of jobs is not copied."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    names = [name for (name,) in connection.execute(query)]
    return [n for n in names if not n.startswith("procrastinate") and n not in ALREADY]


def take(connection: psycopg.Connection, before: Seen, lived: Lived) -> Pattern:
    """Read what is new, and sort it by whose it is."""
    columns = {table: tuple(_columns(connection, table)) for table in before}
    found: list[tuple[str, dict[str, str | None]]] = []
    for table, old in before.items():
        named = ", ".join(f'"{column.name}"::text' for column in columns[table])
        for text, *values in connection.execute(f'SELECT t::text, {named} FROM "{table}" t'):
            if text not in old:
                names = (column.name for column in columns[table])
                found.append((table, dict(zip(names, values, strict=True))))
    whose = _sorted(found, lived)
    rows = tuple(Row(table, row, _of_row(table, row, whose)) for table, row in found)
    return Pattern(lived, rows, columns, whose)


def thinned(whole: Pattern, most: int) -> Pattern:
    """Keep so many rows of each table at most; who they name may be left out."""
    count: Counter[str] = Counter()
    kept = []
    for row in whole.rows:
        count[row.table] += 1
        if row.whose != OWN or count[row.table] <= most:
            kept.append(row)
    return replace(whole, rows=tuple(kept))


def _columns(connection: psycopg.Connection, table: str) -> Iterator[Column]:
    query = """
        SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
        AND attidentity = '' AND attgenerated = '' ORDER BY attnum
    """
    for name, kind in connection.execute(query, (table,)):
        yield Column(name, kind)


def _sorted(found: list[tuple[str, dict[str, str | None]]], lived: Lived) -> dict[str, str]:
    """Say of each id whose it is: a row that names somebody of the patient's is the patient's."""
    whose = {str(one): OWN for one in lived.people.own}
    whose |= {str(one): STAFF for one in lived.people.staff}
    for wanted in (OWN, STAFF):
        grown = True
        while grown:
            new = {
                row["id"]
                for _, row in found
                if row.get("id") and row["id"] not in whose and _names(row, whose, wanted)
            }
            whose |= {str(one): wanted for one in new}
            grown = bool(new)
    return whose | {str(row["id"]): FIXED[table] for table, row in found if table in FIXED}


def _names(row: Mapping[str, Any], whose: Mapping[str, str], wanted: str) -> bool:
    return any(whose.get(one) == wanted for value in row.values() if value
               for one in AN_ID.findall(value))  # fmt: skip


def _of_row(table: str, row: Mapping[str, Any], whose: Mapping[str, str]) -> str:
    if table in FIXED:
        return FIXED[table]
    return next((kind for kind in (OWN, STAFF) if _names(row, whose, kind)), NOBODY)


def is_sealed(table: str, column: str) -> bool:
    """Say whether a column holds sealed values."""
    return column in sealed_names(table)

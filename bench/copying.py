"""How do many patients come out of one? By SQL, a statement for each row of the pattern.

The copies of a crowd keep the sealed bytes of the pattern behind a header of their own, as the
CHECKs ask for it: same shape, same size, and nobody can or does open them. The copies whom the load
is about are sealed anew in Python, each under keys of their own, and open like any real row.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from bench.pattern import (
    AN_ID,
    BLIND,
    GROUP,
    NOBODY,
    NUMBERED,
    OWN,
    STAFF,
    STAFF_FROM,
    Column,
    Pattern,
    Row,
    is_sealed,
)
from models.platform.data_keys import KEY_BYTES
from models.platform.encryption import Of, seal, unseal
from models.platform.key_ring import key_ring

FORMAT, HEADER = slice(0, 1), 33
SPREAD_DAYS = 365
# Nobody of the staff meets two patients at once; a constraint sees to it.
MEETINGS = {"slot": ("starts_at", "ends_at"), "appointment": ("starts_at", "ends_at")}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which copies are made: from the first number on, so many, older by up to a year or not."""

    first: int
    count: int
    is_crowd: bool

    @property
    def each(self) -> range:
        """Give every number."""
        return range(self.first, self.first + self.count)

    @property
    def groups(self) -> range:
        """Give every group of staff."""
        return range(self.first // GROUP, (self.first + self.count - 1) // GROUP + 1)


def copy(connection: psycopg.Connection, pattern: Pattern, numbers: Numbers) -> int:
    """Add the copies, with no trigger and no reference looked at; say how many rows were added."""
    added = 0
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL synchronous_commit = off")
        for row in pattern.rows:
            added += connection.execute(_statement(pattern, row, numbers)).rowcount
        if not numbers.is_crowd:
            _seal(connection, pattern, numbers)
    return added


def _statement(pattern: Pattern, row: Row, numbers: Numbers) -> str:
    columns = pattern.columns[row.table]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(
        _value(pattern, row, column, is_crowd=numbers.is_crowd) for column in columns
    )
    each = numbers.groups if row.whose == STAFF else numbers.each
    among = f" FROM generate_series({each.start}::bigint, {each.stop - 1}) AS n"
    if row.whose == NOBODY:  # it may be there already
        among = " ON CONFLICT DO NOTHING"
    return f'INSERT INTO "{row.table}" ({names}) SELECT {values}{among}'


def _value(pattern: Pattern, row: Row, column: Column, *, is_crowd: bool) -> str:
    """Write the expression that a value of the pattern becomes in copy n."""
    told = row.values[column.name]
    if told is None and (row.table, column.name) == ("deadline", "settled_at"):
        told = _settled(row, is_crowd=is_crowd)
    if told is None:
        return "NULL"
    if row.whose == NOBODY:
        return f"{_quoted(told)}::{column.kind}"
    if column.kind == "bytea":
        return _bytes(pattern, row, column.name, bytes.fromhex(told[2:]))
    written = _quoted(told)
    if AN_ID.search(told):
        written = f"({_with_ids(pattern, row, told)})"
    elif (row.table, column.name) in NUMBERED:
        written = f"({written} || '-' || n)"
    return f"{written}::{column.kind}{_shift(row, column, is_crowd=is_crowd)}"


def _shift(row: Row, column: Column, *, is_crowd: bool) -> str:
    """Spread a crowd over a year, and the meetings of the others over two days."""
    if row.whose != OWN or column.kind != "timestamp with time zone":
        return ""
    if is_crowd:
        return f" - (n % {SPREAD_DAYS}) * interval '1 day'"
    is_meeting = column.name in MEETINGS.get(row.table, ())
    return f" - (n % {GROUP}) * interval '1 hour'" if is_meeting else ""


def _settled(row: Row, *, is_crowd: bool) -> str | None:
    """Call what a crowd had to do done, or the worker would call for everybody who is late."""
    due, missed = str(row.values["due_at"]), row.values["missed_at"]
    is_open = missed is None and (is_crowd or datetime.fromisoformat(due) < datetime.now(UTC))
    return due if is_open else None


def _with_ids(pattern: Pattern, row: Row, told: str) -> str:
    """Put the ids of the copy in the place of those of the pattern, wherever they stand."""
    parts, at = [], 0
    for found in AN_ID.finditer(told):
        if before := told[at : found.start()]:
            parts.append(_quoted(before))
        parts.append(_id(pattern, row, found.group()))
        at = found.end()
    if told[at:]:
        parts.append(_quoted(told[at:]))
    return " || ".join(parts)


def _id(pattern: Pattern, row: Row, old: str) -> str:
    kind = pattern.whose.get(old, NOBODY)
    if kind == NOBODY:
        return _quoted(old)
    group = "n" if row.whose == STAFF else f"n / {GROUP}"
    number = "n" if kind == OWN else f"{STAFF_FROM} + {group}"
    begun = f"overlay(lpad(to_hex({number}), 12, '0') placing '-' from 9 for 0)"
    return f"{begun} || '{old[13:]}'"


def _bytes(pattern: Pattern, row: Row, name: str, told: bytes) -> str:
    if is_sealed(row.table, name) and told[FORMAT] == b"\x02":
        whose, row_id = UUID(bytes=told[1:17]), UUID(bytes=told[17:HEADER])
        ids = (f"uuid_send(({_id(pattern, row, str(one))})::uuid)" for one in (whose, row_id))
        return " || ".join(["'\\x02'::bytea", *ids, f"'\\x{told[HEADER:].hex()}'::bytea"])
    if BLIND.search(name):
        return f"decode(md5('{told.hex()}' || n), 'hex')"
    return f"'\\x{told.hex()}'::bytea"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _seal(connection: psycopg.Connection, pattern: Pattern, numbers: Numbers) -> None:
    """Give everybody of these copies a key of their own, and seal what they said under it."""
    plain = list(_opened(pattern))
    keys: dict[UUID, bytes] = {}
    _give_keys(connection, pattern, numbers, keys)
    for table, name in sorted({(row.table, name) for row, name, *_ in plain}):
        of_column = [part for part in plain if (part[0].table, part[1]) == (table, name)]
        connection.execute("CREATE TEMP TABLE anew (id uuid, sealed bytea) ON COMMIT DROP")
        with connection.cursor().copy("COPY anew FROM STDIN (FORMAT BINARY)") as into:
            into.set_types(["uuid", "bytea"])
            for row_id, value in _sealed_anew(pattern, numbers, of_column, keys):
                into.write_row((row_id, value))
        connection.execute(
            f'UPDATE "{table}" t SET "{name}" = anew.sealed FROM anew WHERE t.id = anew.id'
        )
        connection.execute("DROP TABLE anew")


def _opened(pattern: Pattern) -> Iterator[tuple[Row, str, UUID, bytes]]:
    """Open every sealed value of the pattern, under the key that stands in the pattern too."""
    wrapped = {
        row.id: bytes.fromhex(str(row.values["wrapped"])[2:])
        for row in pattern.rows
        if row.table == "data_key"
    }
    for row in pattern.rows:
        for column in pattern.columns[row.table]:
            told = row.values[column.name]
            if told is None or row.id is None or not is_sealed(row.table, column.name):
                continue
            sealed = bytes.fromhex(told[2:])
            whose = UUID(bytes=sealed[1:17])
            key = wrapped[whose]
            packed = row.id.bytes + len(key).to_bytes(2, "big") + key + sealed
            yield row, column.name, whose, unseal(packed, f"{row.table}.{column.name}")


def _give_keys(
    connection: psycopg.Connection, pattern: Pattern, numbers: Numbers, keys: dict[UUID, bytes]
) -> None:
    ring = key_ring()
    holders = [row for row in pattern.rows if row.table == "data_key" and row.id is not None]
    for row in holders:
        for number in numbers.each:
            whose = pattern.moved(row.id or UUID(int=0), number)
            keys.setdefault(whose, os.urandom(KEY_BYTES))
    connection.execute("CREATE TEMP TABLE given (id uuid, wrapped bytea) ON COMMIT DROP")
    with connection.cursor().copy("COPY given FROM STDIN (FORMAT BINARY)") as into:
        into.set_types(["uuid", "bytea"])
        for whose, key in keys.items():
            into.write_row((whose, ring.wrap(key, whose)))
    connection.execute(
        "UPDATE data_key k SET wrapped = given.wrapped FROM given WHERE k.id = given.id"
    )


def _sealed_anew(
    pattern: Pattern,
    numbers: Numbers,
    parts: list[tuple[Row, str, UUID, bytes]],
    keys: dict[UUID, bytes],
) -> Iterator[tuple[UUID, bytes]]:
    for row, name, whose, plain in parts:
        if row.id is None:
            continue
        column = f"{row.table}.{name}"
        each = numbers.each
        if row.whose == STAFF:
            each = range(numbers.first, numbers.first + numbers.count, GROUP)
        for number in each:
            row_id, holder = pattern.moved(row.id, number), pattern.moved(whose, number)
            yield row_id, seal(plain, column, Of(plain, row_id, holder, keys[holder]))

"""Is the whole trail what was written, and are the rows that it is about what they were?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from workflows.oversight import audit_rows, chain_check, checkpoint_check, checkpoint_notes
from workflows.oversight.chain_check import Found, Wrong
from workflows.oversight.checkpoint_check import Files, Signed
from workflows.oversight.checkpoint_notes import Head


@dataclass(slots=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    chains: int = 0
    entries: int = 0
    checkpoints: int = 0
    found: list[Found] = field(default_factory=list)


@dataclass(slots=True)
class _Told:
    """What the entries say about rows that are never changed: the last print of each, and where."""

    prints: dict[tuple[str, str], tuple[str, str, int]] = field(default_factory=dict)


def check(
    connection: Connection, outside: Files, public_keys: Sequence[str], stream: str = ""
) -> Checked:
    """Compare everything in one snapshot of the database with itself and with what is outside."""
    audit_rows.settle(connection)
    inside = audit_rows.checkpoints(connection)
    signed = checkpoint_check.judge(inside, outside, public_keys)
    checked = Checked(checkpoints=len({*inside, *outside}), found=list(signed.found))
    heads, told = audit_rows.heads(connection), _Told()
    seen: set[str] = set()
    for name, rows in audit_rows.entries(connection, stream):
        seen.add(checkpoint_notes.mark(name))
        pins = signed.pins.get(checkpoint_notes.mark(name), {})
        walked = _noted(rows, checked, told)
        checked.found += chain_check.judge(name, walked, heads.get(name), pins)
        checked.chains += 1
    if not stream:
        names = {*heads, *audit_rows.signed_streams(connection)}
        checked.found += list(_gone(names, heads, signed, seen))
    checked.found += list(_objects(connection, told))
    return checked


def _noted(rows: Iterator[Row[Any]], checked: Checked, told: _Told) -> Iterator[chain_check.Row]:
    for row in rows:
        checked.entries += 1
        if row.object_digest is not None:
            place = (row.object_digest, row.stream, row.seq)
            told.prints[row.object_type, row.object_id] = place
        yield audit_rows.as_row(row)


def _gone(
    names: set[str], heads: dict[str, Head], signed: Signed, seen: set[str]
) -> Iterator[Found]:
    """Name the chains of which nothing is left."""
    named = {checkpoint_notes.mark(name): name for name in names}
    for mark in sorted({*named, *signed.pins} - seen):
        name = named.get(mark, f"chain {mark}")
        yield from chain_check.judge(name, (), heads.get(name), signed.pins.get(mark, {}))


def _objects(connection: Connection, told: _Told) -> Iterator[Found]:
    by_table = sorted(told.prints.items(), key=_table)
    for table, prints in groupby(by_table, key=_table):
        now = audit_rows.prints(connection, table)
        for (_, of_id), (digest, stream, seq) in prints:
            if of_id not in now:
                yield Found(Wrong.OBJECT_GONE, stream, seq)
            elif now[of_id] != digest:
                yield Found(Wrong.OBJECT_CHANGED, stream, seq)


def _table(told: tuple[tuple[str, str], object]) -> str:
    return told[0][0]

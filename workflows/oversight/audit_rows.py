"""How is the trail read out of the database, whole and as it stood at one moment?

Nothing of what is compared is computed by a function of the database: whoever can change rows can
change functions too.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, text

from models import Base
from workflows.oversight import chain_check, checkpoint_notes
from workflows.oversight.checkpoint_notes import Head

AT_ONCE = 2_000
FIELDS = (
    *("stream", "seq", "recorded_at", "actor_id", "actor_roles", "login_id", "action"),
    *("object_type", "object_id", "patient_id", "outcome", "reason", "request_id", "id"),
    "object_digest",
)
_ENTRIES = """
    SELECT stream, seq,
        to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS recorded_at,
        coalesce(actor_id::text, '') AS actor_id, actor_roles,
        coalesce(login_id::text, '') AS login_id, action, object_type, object_id,
        coalesce(patient_id::text, '') AS patient_id, outcome, reason, request_id, id::text,
        object_digest::text, prev_hash, hash
    FROM audit_event WHERE (:stream = '' OR stream = :stream) ORDER BY stream, seq
"""
_PRINTS = """
    SELECT id::text, encode(sha256(convert_to((SELECT jsonb_object_agg(key, value)
        FROM jsonb_each(to_jsonb(t)) WHERE value <> 'null')::text, 'UTF8')), 'hex') AS digest
    FROM {table} t
"""
_SETTINGS = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)


def settle(connection: Connection) -> None:
    """Speak as the prints were made, and take the time that it takes."""
    for line in _SETTINGS:
        connection.execute(text(line))


def entries(connection: Connection, stream: str = "") -> Iterator[tuple[str, Iterator[Row[Any]]]]:
    """Give every chain with its entries in order."""
    asked = connection.execution_options(stream_results=True, yield_per=AT_ONCE)
    rows = asked.execute(text(_ENTRIES), {"stream": stream})
    yield from groupby(rows, key=lambda row: str(row.stream))


def as_row(entry: Row[Any]) -> chain_check.Row:
    """Give an entry as it is judged; without a print its text ends with its id."""
    parts = [str(getattr(entry, name)) for name in FIELDS if name not in ("seq", "object_digest")]
    if entry.object_digest is not None:
        parts.append(entry.object_digest)
    return chain_check.Row(entry.seq, parts, bytes(entry.prev_hash), bytes(entry.hash))


def heads(connection: Connection) -> dict[str, Head]:
    """Give the end of every chain that the database keeps."""
    rows = connection.execute(text("SELECT stream, seq, hash FROM audit_head"))
    return {row.stream: Head(row.seq, bytes(row.hash)) for row in rows}


def signed_streams(connection: Connection) -> set[str]:
    """Give the name of every chain that a checkpoint names."""
    rows = connection.execute(text("SELECT DISTINCT stream FROM audit_checkpoint_head"))
    return {row.stream for row in rows}


def checkpoints(connection: Connection) -> dict[int, str]:
    """Give every checkpoint as it left the host."""
    kept = connection.execute(
        text("SELECT stream, number, seq, hash FROM audit_checkpoint_head ORDER BY number")
    )
    moved = {
        number: {checkpoint_notes.mark(row.stream): Head(row.seq, bytes(row.hash)) for row in rows}
        for number, rows in groupby(kept, key=lambda row: int(row.number))
    }
    notes = connection.execute(text("SELECT number, note FROM audit_checkpoint ORDER BY number"))
    return {
        row.number: f"{row.note}\n{checkpoint_notes.lines(moved.get(row.number, {}))}"
        for row in notes
    }


def prints(connection: Connection, table: str) -> Mapping[str, str]:
    """Give the print of every row of a table, as the rows are now; of no table of ours, none."""
    if table not in Base.metadata.tables:
        return {}
    rows = connection.execute(text(_PRINTS.format(table=table)))
    return {row.id: row.digest for row in rows}

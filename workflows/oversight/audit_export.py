"""How is the trail written for a reader that is not ours? As docs/audit/README.md says."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from workflows.oversight import audit_rows
from workflows.platform import audit_sink


def write(connection: Connection, folder: Path) -> int:
    """Write entries, ends, checkpoints, and the print of each row as it is now; count entries."""
    audit_rows.settle(connection)
    (folder / "checkpoints").mkdir(parents=True)
    objects: set[tuple[str, str]] = set()
    written = 0
    with (folder / "entries.jsonl").open("x", encoding="utf-8") as file:
        for _, rows in audit_rows.entries(connection):
            for row in rows:
                file.write(_line(_entry(row)))
                written += 1
                if row.object_digest is not None:
                    objects.add((row.object_type, row.object_id))
    with (folder / "heads.jsonl").open("x", encoding="utf-8") as file:
        for stream, head in sorted(audit_rows.heads(connection).items()):
            file.write(_line({"stream": stream, "seq": head.seq, "hash": head.hash.hex()}))
    _write_objects(connection, folder, objects)
    for number, content in audit_rows.checkpoints(connection).items():
        name = audit_sink.name_of(number)
        (folder / "checkpoints" / name).write_text(content, encoding="utf-8")
    return written


def _entry(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in audit_rows.FIELDS}
    return {**told, "prev_hash": bytes(row.prev_hash).hex(), "hash": bytes(row.hash).hex()}


def _write_objects(connection: Connection, folder: Path, objects: set[tuple[str, str]]) -> None:
    with (folder / "objects.jsonl").open("x", encoding="utf-8") as file:
        for table in sorted({kind for kind, _ in objects}):
            for of_id, digest in sorted(audit_rows.prints(connection, table).items()):
                if (table, of_id) in objects:
                    file.write(_line({"type": table, "id": of_id, "digest": digest}))


def _line(told: dict[str, Any]) -> str:
    return f"{json.dumps(told, ensure_ascii=False, separators=(',', ':'))}\n"

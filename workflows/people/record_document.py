"""How is a whole record written for a machine? One JSON document, in a fixed order."""

from collections.abc import Iterator

import orjson

from workflows.people.record_exports import FORMAT, WholeRecord
from workflows.people.record_parts import LEFT_OUT

WITHHELD = {
    "in_confidence": "What you told us alone about a sitter, and what came of it: ask for it.",
    "of_others": "How others are reached, and what sitters said of themselves.",
}


def pieces(record: WholeRecord) -> Iterator[bytes]:
    """Write it piece by piece, so that the text of it never stands in memory whole."""
    head = {
        "format": FORMAT,
        "id": record.id,
        "patient_id": record.patient_id,
        "made_at": record.made_at,
        "language": record.language,
        "in_confidence": record.in_confidence,
        "left_out": _left_out(record),
        "people": record.people,
        "counts": record.counts,
    }
    yield orjson.dumps(head)[:-1] + b',"record":{'
    for number, (name, rows) in enumerate(record.parts.items()):
        yield (b"," if number else b"") + orjson.dumps(name) + b":["
        for place, row in enumerate(rows):
            yield (b"," if place else b"") + orjson.dumps(row)
        yield b"]"
    yield b"}}"


def _left_out(record: WholeRecord) -> dict[str, str]:
    withheld = dict(WITHHELD)
    if record.in_confidence:
        withheld.pop("in_confidence")
    return {**LEFT_OUT, **withheld}

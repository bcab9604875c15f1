"""Was one chain of the trail changed, cut or put in another order, and at which entry?

It looks at rows that somebody hands it and asks the database nothing, so that what is judged is
what stands there. Positions are those of the chain; the first one named is the first that is wrong.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.oversight.checkpoint_notes import Head

SEPARATOR = "\x1f"
MOST_COMPARED = 200


class Wrong(StrEnum):
    """What was done to the trail."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    UNLINKED = "unlinked"
    REWRITTEN = "rewritten"
    CUT = "cut"
    CHAIN_GONE = "chain_gone"
    HEAD_MOVED = "head_moved"
    CHECKPOINT_FORGED = "checkpoint_forged"
    CHECKPOINT_GONE = "checkpoint_gone"
    CHECKPOINT_CHANGED = "checkpoint_changed"
    OLDER_COPY = "older_copy"
    OBJECT_CHANGED = "object_changed"
    OBJECT_GONE = "object_gone"


SAYS: Mapping[Wrong, str] = {
    Wrong.CHANGED: "was changed after it was written",
    Wrong.REMOVED: "was removed",
    Wrong.REORDERED: "stood at another place",
    Wrong.UNLINKED: "does not follow from the one before it: that one was exchanged or put in",
    Wrong.REWRITTEN: "was written again, with everything after it: a checkpoint signed another",
    Wrong.CUT: "and all after it were cut off",
    Wrong.CHAIN_GONE: "the whole chain was removed",
    Wrong.HEAD_MOVED: "the end that the database keeps of this chain is not its last entry",
    Wrong.CHECKPOINT_FORGED: "was not signed by a key that is trusted",
    Wrong.CHECKPOINT_GONE: "was removed",
    Wrong.CHECKPOINT_CHANGED: "is not what was signed",
    Wrong.OLDER_COPY: "is known outside and not here: this is an older copy of the database",
    Wrong.OBJECT_CHANGED: "the row that it is about was changed afterwards",
    Wrong.OBJECT_GONE: "the row that it is about was removed afterwards",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong: where, and what."""

    wrong: Wrong
    where: str
    at: int | None = None

    @property
    def line(self) -> str:
        """Say it in plain words."""
        at = "" if self.at is None else f" entry {self.at}"
        return f"{self.where}{at}: {SAYS[self.wrong]}"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it stands there: its place, its text without the place, and its two hashes."""

    seq: int
    parts: Sequence[str]
    prev_hash: bytes
    hash: bytes

    def digest(self, seq: int | None = None) -> bytes:
        """Hash it as the database does; with another place, as if it stood there."""
        first, *rest = self.parts
        text = SEPARATOR.join((first, str(self.seq if seq is None else seq), *rest))
        return hashlib.sha256(self.prev_hash + text.encode()).digest()


@dataclass(slots=True)
class _Walk:
    """Where the walk along one chain has come to."""

    last: bytes = b""
    next_seq: int = 1
    odd: list[Row] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def judge(
    stream: str, rows: Iterable[Row], head: Head | None, pins: Mapping[int, bytes]
) -> list[Found]:
    """Walk along one chain; `pins` are the hashes that checkpoints have signed, by place."""
    walk = _Walk()
    for row in rows:
        _step(walk, stream, row, pins)
    walk.found += _out_of_order(stream, walk.odd)
    walk.found += _ending(stream, walk, head, max(pins, default=0))
    return sorted(walk.found, key=lambda one: one.at or 0)


def _step(walk: _Walk, stream: str, row: Row, pins: Mapping[int, bytes]) -> None:
    gap = row.seq > walk.next_seq
    if gap:
        walk.found.append(Found(Wrong.REMOVED, stream, walk.next_seq))
    if row.digest() != row.hash:
        walk.odd.append(row)
    elif not gap and row.prev_hash != walk.last:
        walk.found.append(Found(Wrong.UNLINKED, stream, row.seq))
    elif pins.get(row.seq, row.hash) != row.hash:
        walk.found.append(Found(Wrong.REWRITTEN, stream, row.seq))
    walk.last, walk.next_seq = row.hash, row.seq + 1


def _out_of_order(stream: str, odd: Sequence[Row]) -> list[Found]:
    """An entry that fits its hash at another of the wrong places was moved from there."""
    places = [row.seq for row in odd[:MOST_COMPARED]]
    return [
        Found(
            Wrong.REORDERED
            if any(row.digest(place) == row.hash for place in places)
            else Wrong.CHANGED,
            stream,
            row.seq,
        )
        for row in odd
    ]


def _ending(stream: str, walk: _Walk, head: Head | None, signed_up_to: int) -> list[Found]:
    entries = walk.next_seq - 1
    known = max(head.seq if head else 0, signed_up_to)
    if entries == 0:
        return [Found(Wrong.CHAIN_GONE, stream)] if known else []
    if entries < known:
        return [Found(Wrong.CUT, stream, entries + 1)]
    if head != Head(entries, walk.last):
        return [Found(Wrong.HEAD_MOVED, stream, entries)]
    return []

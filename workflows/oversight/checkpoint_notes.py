"""What does a checkpoint say? The end of every chain, in a form that anybody can read without us.

docs/audit/README.md describes it; `docs/audit/verify.py` reads it with nothing of ours. No id of a
patient leaves the host in it: a chain is known by the hash of its name.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from workflows.platform.signed_note import NAME, NoteRefused, opened

NOTHING_BEFORE = "-"
_LEAF, _NODE = b"\x00", b"\x01"
_LINES = 8


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one chain: how many entries it has, and the hash of the last."""

    seq: int
    hash: bytes


Heads = Mapping[str, Head]
"""By the mark of the chain."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one note says, and which chains had moved."""

    number: int
    made: str
    streams: int
    entries: int
    root: str
    moved: str
    previous: str
    digest: str


def mark(stream: str) -> str:
    """Name a chain to the world outside, without saying whose it is."""
    return hashlib.sha256(stream.encode()).hexdigest()


def lines(heads: Heads) -> str:
    """Write the ends of chains, one a line, in the order of their marks."""
    return "".join(f"{_line(name, heads[name])}\n" for name in sorted(heads))


def read_lines(text: str) -> dict[str, Head]:
    """Read them again."""
    found: dict[str, Head] = {}
    for line in text.splitlines():
        try:
            name, seq, digest = line.split(" ")
            found[name] = Head(int(seq), bytes.fromhex(digest))
        except ValueError:
            raise NoteRefused("a line of it is no end of a chain") from None
    return found


def root(heads: Heads) -> bytes:
    """Give the root of the tree over all ends (the tree of RFC 6962)."""
    level = [hashlib.sha256(_LEAF + _line(name, heads[name]).encode()).digest()
             for name in sorted(heads)]  # fmt: skip
    if not level:
        return hashlib.sha256().digest()
    while len(level) > 1:
        pairs = range(0, len(level) - 1, 2)
        above = [hashlib.sha256(_NODE + level[at] + level[at + 1]).digest() for at in pairs]
        level = above + level[len(level) - len(level) % 2 :]
    return level[0]


def text_of(number: int, made_at: datetime, heads: Heads, moved: Heads, previous: str) -> str:
    """Write what is signed; `previous` is the text of the checkpoint before."""
    made = made_at.astimezone(UTC)
    return (
        f"{NAME}\n{len(heads)}\n{_base64(root(heads))}\n"
        f"number {number}\n"
        f"made {made:%Y-%m-%dT%H:%M:%S.%f}Z\n"
        f"entries {sum(head.seq for head in heads.values())}\n"
        f"moved {digest_of(lines(moved))}\n"
        f"previous {digest_of(previous) if previous else NOTHING_BEFORE}\n"
    )


def digest_of(text: str) -> str:
    """Give the print of a text, as the next checkpoint quotes it."""
    return _base64(hashlib.sha256(text.encode()).digest())


def read(note: str, public_keys: Sequence[str]) -> Checkpoint:
    """Read a note that one of these keys has signed."""
    text = opened(note, tuple(public_keys))
    told = text.splitlines()
    if len(told) != _LINES or told[0] != NAME:
        raise NoteRefused("it is no checkpoint")
    said = [line.partition(" ") for line in told[3:]]
    if [name for name, _, _ in said] != ["number", "made", "entries", "moved", "previous"]:
        raise NoteRefused("it is no checkpoint")
    number, made, entries, moved, previous = (value for _, _, value in said)
    return Checkpoint(
        number=int(number),
        made=made,
        streams=int(told[1]),
        entries=int(entries),
        root=told[2],
        moved=moved,
        previous=previous,
        digest=digest_of(text),
    )


def _line(name: str, head: Head) -> str:
    return f"{name} {head.seq} {head.hash.hex()}"


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()

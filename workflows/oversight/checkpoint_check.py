"""Do the checkpoints follow from one another, and are those outside the ones in here?

What stands outside counts: whoever can write the database can write the checkpoints in it.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflows.oversight import checkpoint_notes
from workflows.oversight.chain_check import Found, Wrong
from workflows.oversight.checkpoint_notes import NOTHING_BEFORE, Checkpoint, Head
from workflows.platform.signed_note import NoteRefused

Files = Mapping[int, str]
"""What a checkpoint looks like outside, by its number: the note, an empty line, what had moved."""


@dataclass(slots=True)
class Signed:
    """What all checkpoints together say about every chain."""

    heads: dict[str, Head] = field(default_factory=dict)
    pins: dict[str, dict[int, bytes]] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    last: Checkpoint | None = None


def where(number: int) -> str:
    """Name a checkpoint."""
    return f"checkpoint {number}"


def judge(inside: Files, outside: Files, public_keys: Sequence[str]) -> Signed:
    """Read every checkpoint, oldest first; where both are there, they have to be the same."""
    signed = Signed()
    newest = max(outside, default=0)
    for number in range(1, max([newest, *inside]) + 1):
        signed.found += _both(number, inside, outside, newest)
        content = outside.get(number, inside.get(number))
        if content is not None:
            _take(signed, number, content, public_keys)
    _compare_root(signed)
    return signed


def _both(number: int, inside: Files, outside: Files, newest: int) -> list[Found]:
    here, there = inside.get(number), outside.get(number)
    if here is None:
        gone = Wrong.OLDER_COPY if number > max(inside, default=0) else Wrong.CHECKPOINT_GONE
        return [Found(gone, where(number))]
    if there is None:
        return [Found(Wrong.CHECKPOINT_GONE, where(number))] if number < newest else []
    return [Found(Wrong.CHECKPOINT_CHANGED, where(number))] if here != there else []


def _take(signed: Signed, number: int, content: str, public_keys: Sequence[str]) -> None:
    note, moved = split(content)
    try:
        told = checkpoint_notes.read(note, public_keys)
        heads = checkpoint_notes.read_lines(moved)
    except (NoteRefused, ValueError):
        signed.found.append(Found(Wrong.CHECKPOINT_FORGED, where(number)))
        return
    said = checkpoint_notes.digest_of(moved)
    if (told.number, told.moved) != (number, said) or not _follows(told, signed.last):
        signed.found.append(Found(Wrong.CHECKPOINT_CHANGED, where(number)))
        return
    for name, head in heads.items():
        signed.heads[name] = head
        signed.pins.setdefault(name, {})[head.seq] = head.hash
    signed.last = told


def split(content: str) -> tuple[str, str]:
    """Part a file into the note and the lines about what had moved."""
    text, empty, rest = content.partition("\n\n")
    signatures, _, moved = rest.partition("\n\n")
    return f"{text}{empty}{signatures}\n", moved


def _follows(told: Checkpoint, last: Checkpoint | None) -> bool:
    if told.number == 1:
        return told.previous == NOTHING_BEFORE
    if last is None or last.number != told.number - 1:
        return True  # the one before is missing or forged, which was said already
    return told.previous == last.digest


def _compare_root(signed: Signed) -> None:
    """What moved is signed each time; the root signs that nothing else is there."""
    told = signed.last
    if told is None or signed.found:
        return
    entries = sum(head.seq for head in signed.heads.values())
    root = b64encode(checkpoint_notes.root(signed.heads)).decode()
    if (told.streams, told.entries, told.root) != (len(signed.heads), entries, root):
        signed.found.append(Found(Wrong.CHECKPOINT_CHANGED, where(told.number)))

"""Which messages are there for which field? By the path of the field, never with its value."""

from collections.abc import Iterator, Mapping
from typing import Any

MOST_FIELDS, LONGEST_NAME = 50, 64


def flat(messages: Any) -> dict[str, list[str]]:
    """Give messages by the path of their field: `vitals.0.systolic_mmhg`."""
    told: dict[str, list[str]] = {}
    for path, says in _paths(messages, ()):
        if len(told) < MOST_FIELDS:
            told.setdefault(".".join(path) or "body", []).append(says)
    return told


def _paths(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            own = () if name in ("json", "query", "_schema") else (_safe_name(name),)
            yield from _paths(inner, path + own)
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _paths(inner, path)
    else:
        yield path, str(messages)


def _safe_name(name: Any) -> str:
    """A name that nobody of us has given is cut short and stripped of oddities."""
    short = str(name)[:LONGEST_NAME]
    return "".join(letter if letter.isalnum() or letter in "_-" else "?" for letter in short)

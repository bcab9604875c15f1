"""How is a limit written down, and read again? In its unit, without the unit: 30, or 160/100."""

import re
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Any

from rules.limits.kinds import Pressure
from rules.terms import DoseForm, Route

_WHOLE = re.compile(r"[0-9]{1,6}")
_PRESSURE = re.compile(r"([0-9]{2,3})/([0-9]{2,3})")
_SEPARATOR = ", "


class NotWritten(ValueError):
    """The text is no value of this kind."""


def write(value: Any, step: timedelta | None) -> str:
    """Write a value of any kind of limit; a time has a step."""
    if step is not None:
        return str(value // step)
    if isinstance(value, Pressure):
        return f"{value.systolic_mmhg}/{value.diastolic_mmhg}"
    if isinstance(value, frozenset | tuple):
        return _SEPARATOR.join(str(part) for part in sorted(map(_plain, value)))
    return str(value)


def read(text: str, like: Any, step: timedelta | None) -> Any:
    """Read a text as a value of the same kind as another one; a time has a step."""
    if step is not None:
        return _whole(text) * step
    if isinstance(like, Pressure):
        return _pressure(text)
    if isinstance(like, frozenset):
        return _choices(text, type(next(iter(like))))
    if isinstance(like, tuple):
        return tuple(_whole(part) for part in text.split(_SEPARATOR))
    return _whole(text)


def _plain(part: Any) -> Any:
    return part.value if isinstance(part, Enum) else part


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text) or str(int(text)) != text:
        raise NotWritten("Must be a whole number, in the unit of this number.")
    return int(text)


def _pressure(text: str) -> Pressure:
    found = _PRESSURE.fullmatch(text)
    if found is None:
        raise NotWritten("Must be written like 140/90.")
    return Pressure(int(found[1]), int(found[2]))


def _choices(text: str, kind: Callable[[Any], Route | DoseForm | int]) -> frozenset[Any]:
    try:
        return frozenset(kind(part) for part in text.split(_SEPARATOR))
    except ValueError:
        raise NotWritten("Must be a list of words that are allowed here.") from None

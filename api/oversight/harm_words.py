"""What can be understood of a harm report, however it was written? Everything else is kept too."""

import json
from base64 import b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from api.platform.fields import is_printable
from api.platform.values import understood_instant
from rules.terms import HarmSignal, Seriousness, Severity
from workflows.oversight.harm_reports import HarmReport

AS_SENT, AS_BYTES = "as_sent", "as_sent_base64"
_DEEPEST = 8
_MOST_MEMBERS = 200
_MOST_PARTS = 2_000
_TOO_MUCH = "(see as_sent)"
_WORDS = ("own_words", "words", "what_happened", "description", "text")
Word = TypeVar("Word", bound=StrEnum)


def understood(sent: bytes) -> HarmReport:
    """Read what was sent as far as it makes sense; nothing in it can be wrong."""
    text, raw = _as_text(sent)
    told = _as_object(text)
    return HarmReport(
        own_words=_words(told),
        severity=_one_of(Severity, told.get("severity")),
        criteria=_criteria(told.get("criteria")),
        signals=_signals(told.get("signals")),
        patient_id=_id(told.get("patient_id")),
        dose_session_id=_id(told.get("dose_session_id")),
        office_session_id=_id(told.get("office_session_id")),
        happened_at=understood_instant(told.get("happened_at")),
        raw=told | raw,
    )


def _as_text(sent: bytes) -> tuple[str, dict[str, Any]]:
    """Give the text, and what is kept of it; bytes that are no text are kept as they came."""
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _clean(sent.decode("utf-8", errors="replace"))
        return text, {AS_SENT: text, AS_BYTES: b64encode(sent).decode("ascii")}
    return text, {AS_SENT: _clean(text)}


def _as_object(text: str) -> dict[str, Any]:
    """Take a JSON object as one, a JSON text as what it says, and anything else as words."""
    try:
        told = json.loads(text, parse_constant=str, parse_float=str, parse_int=_small_int)
    except (ValueError, RecursionError):
        told = text
    if isinstance(told, dict):
        return _Bounds().members(told, 0)
    return {"own_words": _clean(told if isinstance(told, str) else text)}


class _Bounds:
    """Keeps the shape of what was sent, so deep and so wide and no more."""

    def __init__(self) -> None:
        self.left = _MOST_PARTS

    def members(self, told: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        """Keep the members of an object."""
        first = list(told.items())[:_MOST_MEMBERS]
        return {_clean(str(key))[:200]: self.kept(item, depth + 1) for key, item in first}

    def kept(self, value: Any, depth: int) -> Any:
        """Keep one value."""
        self.left -= 1
        if self.left < 0:
            return _TOO_MUCH
        if isinstance(value, dict | list):
            return self._inside(value, depth)
        return _clean(value) if isinstance(value, str) else value

    def _inside(self, value: dict[Any, Any] | list[Any], depth: int) -> Any:
        if depth >= _DEEPEST:
            return _TOO_MUCH
        if isinstance(value, dict):
            return self.members(value, depth)
        return [self.kept(item, depth + 1) for item in value[:_MOST_MEMBERS]]


def _small_int(digits: str) -> int | str:
    return int(digits) if len(digits) < 16 else digits


def _clean(text: str) -> str:
    """Take out what no database stores and no reader sees."""
    if is_printable(text):
        return text
    return "".join(letter for letter in text if is_printable(letter))


def _words(told: dict[str, Any]) -> str | None:
    said = (told.get(name) for name in _WORDS)
    return next((one for one in said if isinstance(one, str) and one.strip()), None)


def _one_of(words: type[Word], value: Any) -> Word | None:
    return words(value) if isinstance(value, str) and value in set(words) else None


def _criteria(value: Any) -> dict[Seriousness, bool | None]:
    told = value if isinstance(value, dict) else {}
    return {
        criterion: said
        for criterion in Seriousness
        if isinstance(said := told.get(criterion.value.removeprefix("sae_")), bool)
    }


def _signals(value: Any) -> tuple[HarmSignal, ...]:
    told = value if isinstance(value, list) else [value]
    known = (_one_of(HarmSignal, item) for item in told)
    return tuple(dict.fromkeys(signal for signal in known if signal is not None))


def _id(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None

"""What can be understood of a harm report, however it was written? Everything else is kept too."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from api.platform.fields import is_printable
from rules.terms import HarmSignal, Seriousness, Severity
from workflows.oversight.adverse_events import HarmReport

AS_SENT = "as_sent"
_LONGEST_WORDS = 20_000
_DEEPEST = 8
_MOST_MEMBERS = 200
Word = TypeVar("Word", bound=StrEnum)


def understood(sent: str) -> HarmReport:
    """Read what was sent as far as it makes sense; nothing in it can be wrong."""
    told = _as_object(sent)
    return HarmReport(
        own_words=_words(told),
        severity=_one_of(Severity, told.get("severity")),
        criteria=_criteria(told.get("criteria")),
        signals=_signals(told.get("signals")),
        patient_id=_id(told.get("patient_id")),
        dose_session_id=_id(told.get("dose_session_id")),
        office_session_id=_id(told.get("office_session_id")),
        happened_at=_instant(told.get("happened_at")),
        raw=told | {AS_SENT: _clean(sent)},
    )


def _as_object(sent: str) -> dict[str, Any]:
    """Take a JSON object as one, and anything else as somebody's words."""
    try:
        told = json.loads(sent, parse_constant=str, parse_int=_small_int)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return {"own_words": _clean(sent)}
    kept = _storable(told, 0)
    return kept if isinstance(kept, dict) else {"own_words": _clean(sent)}


def _storable(value: Any, depth: int) -> Any:
    """Keep the shape of what was sent, within bounds, as text where nothing else fits."""
    if depth >= _DEEPEST:
        return _clean(str(value))
    if isinstance(value, dict):
        members = list(value.items())[:_MOST_MEMBERS]
        return {_clean(str(key))[:200]: _storable(item, depth + 1) for key, item in members}
    if isinstance(value, list):
        return [_storable(item, depth + 1) for item in value[:_MOST_MEMBERS]]
    if value is None or isinstance(value, bool | int):
        return value
    return _clean(str(value))


def _small_int(digits: str) -> int | str:
    return int(digits) if len(digits) < 16 else digits


def _clean(text: str) -> str:
    """Take out what no database stores and no reader sees."""
    short = text[:_LONGEST_WORDS]
    return "".join(letter for letter in short if letter in "\n\t" or is_printable(letter))


def _words(told: dict[str, Any]) -> str | None:
    for name in ("own_words", "words", "what_happened", "description", "text"):
        said = told.get(name)
        if isinstance(said, str) and said.strip():
            return said
    return None


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
    told = value if isinstance(value, list) else []
    return tuple(found for item in told if (found := _one_of(HarmSignal, item)) is not None)


def _id(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _instant(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None

"""Which instant is this text of the database or of an answer that was kept?"""

from datetime import UTC, datetime


def at(text: str) -> datetime:
    """Read an instant that was written with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def maybe_at(text: str | None) -> datetime | None:
    """Read an instant that may not be there."""
    return None if text is None else at(text)

"""What time is it, when a test says so?"""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, instant: datetime = START) -> None:
        """Stop the clock at an instant."""
        self._instant = instant

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self._instant

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Move forward: `advance(hours=2)`."""
        self._instant += by if by is not None else timedelta(**parts)
        return self._instant

    def set(self, instant: datetime) -> datetime:
        """Move to an instant."""
        self._instant = instant
        return instant

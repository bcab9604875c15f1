"""What time is it?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Whatever tells the time; only `Work.now` asks it."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The real time: the only place in the house that reads it."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FileClock:
    """The real time moved by the seconds in a small file, for demonstrations and development."""

    path: Path
    real: Clock = field(default_factory=SystemClock)

    def now(self) -> datetime:
        """Return the moved time; without the file nothing is moved."""
        return self.real.now() + timedelta(seconds=self.offset_seconds())

    def offset_seconds(self) -> float:
        """Return how far the clock has been moved."""
        try:
            return float(self.path.read_text().strip() or 0)
        except FileNotFoundError:
            return 0.0

    def move(self, by: timedelta) -> None:
        """Move the clock for every process that reads the same file."""
        offset = self.offset_seconds() + by.total_seconds()
        unfinished = self.path.with_name(f"{self.path.name}.new")
        unfinished.write_text(f"{offset}\n")
        unfinished.replace(self.path)

"""How does a clock jump while real time goes on, and when did it first say: this is due?"""

import time
from datetime import datetime, timedelta
from pathlib import Path

from workflows.platform.clock import FileClock


class JumpingClock:
    """The movable clock of every process of a proof; it remembers each jump on the real clock."""

    def __init__(self, path: Path, starts: datetime) -> None:
        """Set it to the beginning of the story."""
        self.path = path
        self._file = FileClock(path)
        self._file.move(starts - self._file.now())
        self._legs = [(time.monotonic(), self._file.now())]

    def now(self) -> datetime:
        """Say what time it is in the story."""
        return self._file.now()

    def jump(self, by: timedelta) -> None:
        """Jump, forwards or back."""
        self._file.move(by)
        self._legs.append((time.monotonic(), self._file.now()))

    @property
    def jumps(self) -> int:
        """Count the jumps."""
        return len(self._legs) - 1

    def first_said(self, instant: datetime) -> float | None:
        """Give the real moment at which it first said that this instant has come, if it has."""
        ends = [real for real, _ in self._legs[1:]] + [time.monotonic()]
        for (began, told), ended in zip(self._legs, ends, strict=True):
            reached = began + max(0.0, (instant - told).total_seconds())
            if reached <= ended:
                return reached
        return None

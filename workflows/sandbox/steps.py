"""What is one step of a course that is played by itself: who asks for what, and what must come?

A step is data. Times and ids are filled in when its turn comes, from what the steps before it left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class At:
    """An instant, so long after or before the step itself."""

    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Day:
    """A day on the wall calendar of the patient, so many days after the step itself."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier step left under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One request of one person, what it leaves, and how it must come out.

    `gives` is the outcome of a gate, `refused` the code of a refusal that belongs to the story; a
    step that comes out otherwise ends the story there.
    """

    by: str
    operation: str
    body: Mapping[str, Any] | None = None
    of: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    gives: str = ""
    refused: str = ""
    edits: str = ""
    present: bool = False


@dataclass(frozen=True, slots=True)
class Until:
    """Nothing is asked for; time passes, with everything that falls due."""

    at: datetime


@dataclass(slots=True)
class Scene:
    """Where the story stands: the time, the place, and everything that was left."""

    now: datetime
    zone: Any
    kept: dict[str, Any] = field(default_factory=dict)

    def ids(self, step: Step) -> dict[str, str]:
        """Give what an address may name: what was kept, under the names this step calls it."""
        known = {name: value for name, value in self.kept.items() if isinstance(value, str)}
        return known | {name: known.get(kept, kept) for name, kept in step.of.items()}

    def filled(self, told: Any) -> Any:
        """Put times and ids into what is told."""
        if isinstance(told, At):
            return (self.now + told.after).isoformat()
        if isinstance(told, Day):
            return (self.now.astimezone(self.zone).date() + timedelta(days=told.after)).isoformat()
        if isinstance(told, Kept):
            return self.kept[told.name]
        if isinstance(told, Mapping):
            return {name: self.filled(value) for name, value in told.items()}
        if isinstance(told, Sequence) and not isinstance(told, str):
            return [self.filled(value) for value in told]
        return told

    def keep(self, step: Step, answer: Any) -> bool:
        """Keep what the step leaves, each by its way into the answer; say whether it was there."""
        try:
            for name, way in step.keeps.items():
                self.kept[name] = _found(answer, way)
        except (KeyError, IndexError, TypeError):
            return False
        return True


def _found(answer: Any, way: str) -> Any:
    for part in way.split("."):
        answer = answer[int(part) if part.isdigit() else part]
    return answer

"""What is a trial? It hurts the house many times and counts what the house kept of its word.

A new one: a function of the ground and of how often, declared with `@trial` in a file that
`tests/chaos/all_trials.py` names. `make chaos` runs all of them, prints what came of it and writes
docs/reliability.md; the suite runs each a few times.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.throwaway import Throwaway
from workflows.platform.settings import Settings


@dataclass
class Outcome:
    """What came of a trial: figures, and every broken promise in words; `done` grows on the way."""

    tries: int = 0
    figures: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    not_run: str = ""
    done: int = 0

    def count(self, figure: str, by: int = 1) -> None:
        """Add to a figure."""
        self.figures[figure] = self.figures.get(figure, 0) + by

    def add(self, other: "Outcome") -> None:
        """Add what came of a part of it."""
        for figure, by in other.figures.items():
            self.count(figure, by)
        self.broken += other.broken
        self.done += other.done

    def insist(self, promise: bool, otherwise: str) -> None:
        """Note a promise that was not kept."""
        if not promise:
            self.broken.append(otherwise)


@dataclass
class Ground:
    """Where a trial takes place, and how far the trial is that is going on."""

    throwaway: Throwaway
    settings: Settings
    going: Callable[[], int] = int

    def outcome(self, tries: int) -> Outcome:
        """Open the outcome of a trial, so that others see how far it is."""
        found = Outcome(tries)
        self.going = lambda: found.done
        return found


Run = Callable[[Ground, int], Outcome]


class Trial(NamedTuple):
    """A trial: what it shows, how often it is done, and the function that does it."""

    shows: str
    usual: int
    long: int
    run: Run


TRIALS: dict[str, Trial] = {}


def trial(name: str, shows: str, *, usual: int, long: int) -> Callable[[Run], Run]:
    """Declare a trial."""

    def bind(run: Run) -> Run:
        TRIALS[name] = Trial(shows, usual, long, run)
        return run

    return bind

"""Two nights that are long: nobody looks while workers die, and every line is bad.

The trials themselves, and how they are seen to fail, stand in `missed_checks` and `bad_network`.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.chaos import bad_network, missed_checks
from tests.chaos.story_clock import JumpingClock
from tests.chaos.trials import Ground, Outcome, trial
from tests.clock import START
from tests.throwaway import shared_temporary_folder
from workflows.platform.postgres import APP

Figures = bad_network.Figures | missed_checks.Figures


@trial(
    "looks missed while workers are killed and clocks jump",
    "each missed look has called somebody within a minute",
    usual=60,
    long=1000,
)
def nobody_looks(ground: Ground, tries: int) -> Outcome:
    """Let patients lie there and nobody look."""
    asked = missed_checks.Trial(tries)
    with _a_place(ground) as (url, folder):
        clock = JumpingClock(folder / "clock", START)
        proof = missed_checks.Proof(url, ground.settings, clock, asked)
        ground.going = lambda: proof.noticed
        figures = proof.play()
    return _outcome(tries, figures, "not each within a minute")


@trial(
    "acts through a line that drops, cuts, delays, doubles and reorders",
    "effects are as many as acts, and what each phone believes is true",
    usual=200,
    long=10_000,
)
def lines_are_bad(ground: Ground, tries: int) -> Outcome:
    """Let phones act through a line that does everything wrong."""
    asked = bad_network.Trial(tries)
    with _a_place(ground) as (url, folder):
        proof = bad_network.Proof(url, ground.settings, folder, asked)
        ground.going = lambda: proof.answered
        figures = proof.play()
    return _outcome(tries, figures, "effects are not as many as acts")


@contextmanager
def _a_place(ground: Ground) -> Iterator[tuple[str, Path]]:
    """Give a database of its own, and a folder that the server's account may enter too."""
    name, where = ground.throwaway.clone("night"), shared_temporary_folder()
    with tempfile.TemporaryDirectory(prefix="vigil-chaos-", dir=where) as folder:
        yield ground.throwaway.cluster.url(APP, name), Path(folder)
    ground.throwaway.drop(name)


def _outcome(tries: int, figures: Figures, otherwise: str) -> Outcome:
    """Tell the figures that are numbers, in words."""
    told = asdict(figures)
    whole = {
        name.replace("_", " "): round(value)
        for name, value in told.items()
        if isinstance(value, int | float)
    }
    found = Outcome(tries, whole)
    found.insist(figures.holds, f"{otherwise}: {told}")
    return found

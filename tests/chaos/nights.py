"""Two nights that are long: nobody looks while workers die, and every line is bad.

The trials themselves, and how they are seen to fail, stand in `missed_checks` and `bad_network`.
"""

from dataclasses import asdict

from tests.chaos import bad_network, missed_checks
from tests.chaos.missed_checks import a_place
from tests.chaos.story_clock import JumpingClock
from tests.chaos.trials import Ground, Outcome, trial
from tests.clock import START
from workflows.platform.runtime import take_keys


@trial(
    "looks missed while workers are killed and clocks jump",
    "each missed look has called somebody within a minute",
    usual=60,
    long=1000,
)
def nobody_looks(ground: Ground, tries: int) -> Outcome:
    """Let patients lie there and nobody look."""
    asked = missed_checks.Trial(tries)
    with a_place() as (url, settings, folder):
        clock = JumpingClock(folder / "clock", START)
        figures = missed_checks.Proof(url, settings, clock, asked).play()
    take_keys(ground.settings)
    found = Outcome(tries, _whole(asdict(figures), leave_out="checks"))
    found.insist(figures.holds, f"not each within a minute: {asdict(figures)}")
    return found


@trial(
    "acts through a line that drops, cuts, delays, doubles and reorders",
    "effects are as many as acts, and what each phone believes is true",
    usual=200,
    long=10_000,
)
def lines_are_bad(ground: Ground, tries: int) -> Outcome:
    """Let phones act through a line that does everything wrong."""
    asked = bad_network.Trial(tries)
    with a_place() as (url, settings, folder):
        figures = bad_network.Proof(url, settings, folder, asked).play()
    take_keys(ground.settings)
    found = Outcome(tries, _whole(asdict(figures), leave_out="operations"))
    found.insist(figures.holds, f"effects are not as many as acts: {asdict(figures)}")
    return found


def _whole(told: dict[str, object], *, leave_out: str) -> dict[str, int]:
    """Give the figures that are numbers, in words."""
    return {
        name.replace("_", " "): round(value)
        for name, value in told.items()
        if isinstance(value, int | float) and name != leave_out
    }

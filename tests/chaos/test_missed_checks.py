"""Does somebody answer for every silence, whatever happens to the workers and the clock?"""

import pytest

from tests.chaos.missed_checks import Figures, Proof, Trial
from tests.chaos.story_clock import JumpingClock
from tests.clock import START


@pytest.fixture
def play(fresh_database, settings, tmp_path):
    def played(trial: Trial) -> Figures:
        clock = JumpingClock(tmp_path / "clock", START)
        return Proof(fresh_database, settings, clock, trial).play()

    return played


def test_every_missed_look_calls_somebody_within_a_minute_though_workers_die_and_clocks_jump(play):
    figures = play(Trial(checks=30, checks_each=2))
    assert figures.holds, figures
    assert figures.escalated == 30
    assert figures.workers_killed
    assert figures.clock_jumps


def test_the_proof_notices_a_sweep_that_stands_still(play):
    figures = play(Trial(checks=4, checks_each=1, sweeps=False, patience_s=6))
    assert not figures.holds
    assert figures.escalated == 0

"""Does every act of a phone count once, whatever the line does to it?"""

import pytest

from tests.chaos.bad_network import Figures, Proof, Trial


@pytest.fixture
def play(fresh_database, settings, tmp_path):
    def played(trial: Trial) -> Figures:
        return Proof(fresh_database, settings, tmp_path, trial).play()

    return played


def test_a_hundred_acts_on_a_bad_line_have_a_hundred_effects_and_every_phone_knows(play):
    figures = play(Trial(operations=100))
    assert figures.holds, figures
    assert figures.requests > figures.operations
    assert figures.told_again
    assert {"dropped", "request_cut", "answer_cut", "doubled", "reordered"} <= figures.line.keys()


def test_the_proof_notices_a_server_that_forgets_its_keys(play):
    figures = play(Trial(operations=25, remembers=False))
    assert not figures.holds
    assert figures.effects > figures.operations

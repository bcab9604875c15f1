"""Phones write down, lose, double, delay and restore by chance: do they and the house agree?

The schedules are those of `tests/proofs/test_sync_schedules.py`.
"""

from tests.chaos.ground import judge_trail
from tests.chaos.trials import Ground, Outcome, trial
from tests.clock import HandClock
from tests.proofs.test_sync_schedules import one_schedule
from tests.races import House
from workflows.platform.postgres import APP

SCHEDULES_AN_EVENING = 20


@trial(
    "random schedules of phones that sync",
    "in the end every item counts once, with what it said, and every feed has it",
    usual=40,
    long=1000,
)
def sync_by_chance(ground: Ground, tries: int) -> Outcome:
    """Play one schedule after the other; each is one seed."""
    found = ground.outcome(tries)
    name = ground.throwaway.clone("schedules")
    house = House.on(ground.throwaway.cluster.url(APP, name), ground.settings, HandClock())
    for seed in range(tries):
        if seed % SCHEDULES_AN_EVENING == 0:
            evening = house.an_evening()
        try:
            found.count("items written down", one_schedule(house, evening, seed))
            found.count("schedules that converged")
        except AssertionError as otherwise:
            found.broken.append(f"schedule {seed}: {otherwise}")
        found.done += 1
    judge_trail(house, found)
    house.engine.dispose()
    ground.throwaway.drop(name)
    return found

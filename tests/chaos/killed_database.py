"""PostgreSQL is killed while facts come in: is what was confirmed there when it is back?"""

from concurrent.futures import ThreadPoolExecutor

from tests.chaos.ground import (
    WRITERS,
    Pressing,
    confirmed_database,
    house_on,
    kept,
    kill,
    pressing,
)
from tests.chaos.own_database import OwnDatabase
from tests.chaos.trials import Ground, Outcome, trial
from tests.factories.evening import Evening
from tests.races import House, until


@trial(
    "database killed during writes",
    "no confirmed fact is lost, and every refusal says that it can be tried again",
    usual=10,
    long=200,
)
def kill_database(ground: Ground, tries: int) -> Outcome:
    """Kill PostgreSQL and all its processes (-9) while facts come in, and start it again."""
    found = Outcome(tries)
    with (
        confirmed_database(ground.throwaway, ground.settings) as own,
        house_on(own, ground.settings) as house,
    ):
        for number in range(tries):
            one_kill(own, house, found, f"try {number}")
    return found


def one_kill(own: OwnDatabase, house: House, found: Outcome, where: str) -> None:
    """Let facts come in from several sides, kill the database, and look."""
    made = house.an_evening()
    writers = pressing(house, made)
    with ThreadPoolExecutor(WRITERS) as pool:
        for first in range(WRITERS):
            pool.submit(writers.go_on, first)
        until(lambda: len(writers.confirmed) >= WRITERS)
        kill(own.cluster)
        until(lambda: len(writers.refused) >= WRITERS)
        writers.stop.set()
    own.cluster.start()
    judge(house, made, writers, found, where)


def judge(house: House, made: Evening, writers: Pressing, found: Outcome, where: str) -> None:
    """Compare what was confirmed with what is there."""
    found.count("facts confirmed", len(writers.confirmed))
    found.count("facts refused, to be tried again", len(writers.refused))
    lost = writers.confirmed - kept(house, made)
    found.insist(not lost, f"{where}: {len(lost)} confirmed facts are lost")
    wrong = {answer.status_code for answer in writers.refused} - {503}
    found.insist(not wrong, f"{where}: refused with {sorted(wrong)}")
    found.insist(house.chain(made.patient.id).intact, f"{where}: the trail is not whole")

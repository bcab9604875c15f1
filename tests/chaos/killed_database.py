"""PostgreSQL is killed while facts come in: is what was confirmed there when it is back?

The same trial on a server that confirms before the log is on the disk (`synchronous_commit` off)
must lose facts, or it could not see a loss.
"""

import random
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.ground import (
    WRITERS,
    Pressing,
    confirmed_database,
    house_on,
    judge_trail,
    kept,
    kill,
    pressing,
)
from tests.chaos.own_database import OwnDatabase
from tests.chaos.trials import Ground, Outcome, trial
from tests.factories.evening import Evening
from tests.races import House, until

KILLS_AN_EVENING = 20
LONGEST_S = 0.3
# After a crash PostgreSQL syncs thousands of files one by one, unless it may sync the whole disk.
AS_A_RULE = {"recovery_init_sync_method": "syncfs"}
HASTY = AS_A_RULE | {
    "synchronous_commit": "off",
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
    "wal_buffers": "64MB",
}


@trial(
    "database killed during writes",
    "no confirmed fact is lost, none is doubled, and every refusal says: try again",
    usual=10,
    long=200,
)
def kill_database(ground: Ground, tries: int) -> Outcome:
    """Kill PostgreSQL and all its processes (-9) while facts come in, and start it again."""
    found, lost = kill_often(ground, tries, AS_A_RULE)
    found.insist(not lost, f"confirmed facts are lost after the tries {lost}")
    return found


@trial(
    "database killed without synchronous_commit",
    "with the setting that the house refuses to serve on, the trial above fails: it sees the loss",
    usual=2,
    long=10,
)
def kill_hasty_database(ground: Ground, tries: int) -> Outcome:
    """Do the same on a server that confirms too soon; every kill must be seen to lose facts."""
    found, lost = kill_often(ground, tries, HASTY)
    found.count("kills after which a loss was seen", len(lost))
    found.insist(len(lost) == tries, "a kill without synchronous_commit was not seen to lose facts")
    return found


def kill_often(ground: Ground, tries: int, setup: Mapping[str, str]) -> tuple[Outcome, list[int]]:
    """Kill a server that runs with these settings, and say after which tries facts were lost."""
    found, lost = ground.outcome(tries), []
    chance = random.Random(tries)  # noqa: S311 - which moment is no secret
    with confirmed_database(ground.throwaway, ground.settings) as own:
        own.cluster.stop()
        own.cluster.start(more=setup)
        with house_on(own, ground.settings) as house:
            for number in range(tries):
                if number % KILLS_AN_EVENING == 0:
                    made = house.an_evening()
                writers = pressing(house, made, f"try-{number}")
                own.cluster.sql("CHECKPOINT")  # what was prepared is not what is tried
                kill_while_pressing(own, house, writers, chance.uniform(0, LONGEST_S))
                own.cluster.start(more=setup)
                lost += [number] * bool(judge(house, made, writers, found))
                found.done += 1
            judge_trail(house, found)
    return found, lost


def kill_while_pressing(own: OwnDatabase, house: House, writers: Pressing, seconds: float) -> None:
    """Let facts come in from several sides, and kill the database after a while."""
    with ThreadPoolExecutor(WRITERS) as pool:
        for first in range(WRITERS):
            pool.submit(writers.go_on, first)
        until(lambda: len(writers.confirmed) >= WRITERS)
        time.sleep(seconds)
        kill(own.cluster)
        until(lambda: len(writers.refused) >= WRITERS)
        writers.stop.set()


def judge(house: House, made: Evening, writers: Pressing, found: Outcome) -> int:
    """Compare what was confirmed with what is there, try again, and give how much was lost."""
    found.count("facts confirmed", len(writers.confirmed))
    found.count("facts refused, and tried again", len(writers.again))
    where = writers.mark
    lost = writers.confirmed - kept(house, made)
    found.count("lost", len(lost))
    writers.try_again()
    wrong = {answer.status_code for answer in writers.refused} - {503}
    found.insist(not wrong, f"{where}: refused with {sorted(wrong)}")
    found.insist(not writers.again, f"{where}: {len(writers.again)} are refused for ever")
    doubled = kept(house, made) - writers.before - writers.confirmed
    found.count("doubled", len(doubled))
    found.insist(not doubled, f"{where}: {len(doubled)} rows that nobody was told of")
    found.insist(house.chain(made.patient.id).intact, f"{where}: the trail is not whole")
    return len(lost)

"""Many phones press at the same instant to use one go-ahead: does one dose come of it, always?

Some races are of one phone that presses again and again with the same key, some of phones that know
nothing of each other, and some of phones that each press twice. One key wins; whoever has it hears
the same, however often; everybody else hears that it is used, and nothing else.
"""

import itertools
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.dose.predose import DoseTaken
from tests.api.conftest import token_for
from tests.chaos.ground import judge_trail, swept
from tests.chaos.trials import Ground, Outcome, trial
from tests.clock import HandClock
from tests.races import House, at_once, told
from workflows.platform.postgres import APP
from workflows.platform.settings import Settings

RACERS = 32
KEYS = (1, RACERS, RACERS // 2)
PROCESSES, RACES_AT_ONCE = 2, 5
WON, USED = (201, ""), (409, "clearance_used")
_HOUSES: list[House] = []


@trial(
    "contended clearances",
    "one key wins, its twins hear the same, all others that it is used; one dose, no false refusal",
    usual=480,
    long=100_000,
)
def race(ground: Ground, tries: int) -> Outcome:
    """Let racers press for one go-ahead after the other, in two processes with threads."""
    found = ground.outcome(tries)
    name = ground.throwaway.clone("races")
    url = ground.throwaway.cluster.url(APP, name)
    races = -(-tries // RACERS)
    with ProcessPoolExecutor(
        PROCESSES, multiprocessing.get_context("fork"), _open, (url, ground.settings)
    ) as pool:
        for done in as_completed(pool.submit(race_often, one) for one in _pieces(races)):
            found.add(done.result())
    house = House.on(url, ground.settings, HandClock())
    judge_trail(house, found)
    house.engine.dispose()
    ground.throwaway.drop(name)
    return found


def _pieces(races: int) -> Iterator[list[int]]:
    numbers = iter(range(races))
    while piece := list(itertools.islice(numbers, RACES_AT_ONCE)):
        yield piece


def _open(url: str, settings: Settings) -> None:
    """Open a house for all races of this process."""
    _HOUSES.append(House.on(url, settings, HandClock(), RACERS))
    swept(_HOUSES[-1])


def race_often(numbers: list[int]) -> Outcome:
    """Do some races in this process."""
    found = Outcome()
    for number in numbers:
        one_race(_HOUSES[-1], KEYS[number % len(KEYS)], found, f"race {number}")
    return found


def one_race(house: House, keys: int, found: Outcome, where: str) -> None:
    """Let everybody press at once, and judge what each of them heard."""
    made = house.an_evening()
    says = {"clearance_id": house.a_clearance(made)}
    assert made.patient.user_id
    token = token_for(house.runtime, made.patient.user_id)
    path = f"/v1/dose-sessions/{made.session.id}/start"
    press = partial(_press, house.app, path, says, token)
    answers = at_once(*(partial(press, f"key-{one % keys}") for one in range(RACERS)))
    mine = DoseTaken.patient_id == made.patient.id
    doses = house.count(select(func.count()).select_from(DoseTaken).where(mine))
    judge(answers, keys, doses, found, where)


def _press(app: Flask, path: str, says: dict[str, str], token: str, key: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return app.test_client().post(path, json=says, headers=headers)


def judge(answers: list[TestResponse], keys: int, doses: int, found: Outcome, where: str) -> None:
    """Insist on one dose, one key that won, and on no refusal but the true one."""
    won = {one % keys for one, answer in enumerate(answers) if told(answer) == WON}
    false = {told(one) for one in answers} - {WON, USED}
    twins = [told(answer) for one, answer in enumerate(answers) if one % keys in won]
    heard = {one.json["id"] for one in answers if told(one) == WON}
    found.done += len(answers)
    for figure, count in (
        ("races", 1),
        ("attempts", len(answers)),
        ("doses", doses),
        ("answers of a winner", len(twins)),
        ("false refusals", sum(told(one) in false for one in answers)),
    ):
        found.count(figure, count)
    found.insist(doses == 1, f"{where}: {doses} doses")
    found.insist(len(won) == len(heard) == 1, f"{where}: {len(won)} keys won {len(heard)} doses")
    found.insist(set(twins) == {WON}, f"{where}: a twin of the winner was refused: {twins}")
    found.insist(not false, f"{where}: refused with {sorted(false)}")

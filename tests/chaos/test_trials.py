"""Does each trial of `make chaos` find every promise kept, when it is done a few times?"""

import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from tests.chaos import contended, killed_app, page, progress
from tests.chaos.all_trials import TRIALS
from tests.chaos.trials import Ground, Outcome
from tests.races import House
from tests.throwaway import Throwaway
from workflows.platform.settings import Settings

A_FEW = {
    "server process killed in mid-request": 12,
    "database killed during writes": 1,
    "database killed without synchronous_commit": 1,
    "contended clearances": 3 * contended.RACERS,
}


@pytest.mark.parametrize("name", A_FEW)
def test_every_promise_is_kept(name: str, throwaway: Throwaway, settings: Settings) -> None:
    outcome = TRIALS[name].run(Ground(throwaway, settings), A_FEW[name])
    assert outcome.broken == []
    assert sum(outcome.figures.values()) >= A_FEW[name]


@pytest.mark.parametrize("what", ["lost", "doubled"])
def test_an_act_that_is_lost_or_doubled_is_noticed(what: str, house: House) -> None:
    found, chance = Outcome(1), random.Random(1)  # noqa: S311 - no secret
    copies = killed_app.Copies(house, found, chance)
    night = killed_app.a_night(house, chance)
    for act in night.acts:
        copies.take(act, copies.do(act))
    killed_app.judge(house, night, found)
    assert found.broken == []

    one = night.acts[-1]
    if what == "lost":
        one.told = {"id": str(uuid4())}
    else:
        copies.do(replace(one, key="another"))
    killed_app.judge(house, night, found)
    assert found.figures[what] == 1
    assert found.broken


class Heard(NamedTuple):
    """An answer that a racer could have heard."""

    status_code: int
    json: dict[str, str]


WON, USED = Heard(201, {"id": "one"}), Heard(409, {"code": "clearance_used"})
RACES = {
    "as it is promised": ([WON, USED, WON, USED], 1, 0),
    "two doses": ([WON, USED, WON, USED], 2, 1),
    "nobody won": ([USED, USED, USED, USED], 0, 2),
    "two keys won": ([WON, WON, WON, WON], 1, 1),
    "a twin was refused": ([WON, USED, USED, USED], 1, 1),
    "a twin heard another dose": ([WON, USED, Heard(201, {"id": "two"}), USED], 1, 1),
    "a false refusal": ([WON, USED, WON, Heard(409, {"code": "state"})], 1, 1),
    "a failure": ([WON, USED, WON, Heard(500, {})], 1, 1),
}


@pytest.mark.parametrize(("answers", "doses", "broken"), RACES.values(), ids=RACES)
def test_a_race_that_ends_otherwise_is_noticed(answers: list[Any], doses: int, broken: int) -> None:
    found = Outcome(1)
    contended.judge(answers, 2, doses, found, "race")
    assert len(found.broken) >= broken
    assert bool(found.broken) == bool(broken)


def test_a_run_writes_its_own_rows_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "reliability.md"
    written.write_text(f"before\n{page.BEGIN}\n{page.END}\nafter\n")
    monkeypatch.setattr(page, "PAGE", written)
    first, second = (
        page.Row(name, "shows", Outcome(3, {"things": tries}), 1)
        for name, tries in (("one", 1), ("two", 2))
    )
    page.write([first, second])
    page.write([page.Row("one", "shows", Outcome(4, {"things": 9}, ["lost"]), 2)])

    told = written.read_text()
    assert told.startswith("before\n")
    assert told.endswith("after\n")
    assert "| one | shows | 4 | 1 | 9 things | 2 |" in told
    assert "| two | shows | 3 | 0 | 2 things | 1 |" in told
    assert "1 things" not in told


def test_a_long_trial_says_now_and_then_how_far_it_is(
    throwaway: Throwaway, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    ground = Ground(throwaway, settings)
    with progress.told("a trial", ground, 9, every_s=0.01):
        ground.outcome(9).done = 4
        time.sleep(0.1)
    assert "... a trial: 4 of 9 after 0 min" in capsys.readouterr().out

"""Do the people whom the comparison makes out of one really get the answers that they ask for?

No time is measured here: that is what `make bench` is for.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import data, load
from bench.data import Size
from bench.ground import Ground
from bench.hot import HOT, Crowd
from bench.house import Told, serve
from tests.clock import START
from tests.throwaway import TEMPLATE, Throwaway
from workflows.platform.clock import FileClock

CROWD = 20
REAL = 4
SESSIONS = 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def test_clock(folder: Path) -> Path:
    """Move the clock of the house to the day of the other tests, on which the law still runs."""
    place = folder / "clock"
    place.write_text(str((START - datetime.now(UTC)).total_seconds()))
    return place


@pytest.fixture(scope="module")
def now(test_clock: Path) -> Callable[[], datetime]:
    return FileClock(test_clock).now


@pytest.fixture(scope="module")
def crowds(
    throwaway: Throwaway, folder: Path, test_clock: Path, now: Callable[[], datetime]
) -> Iterator[dict[str, Crowd]]:
    """Give a few real people among a small crowd, and a server that knows them."""
    ground = Ground(throwaway.cluster, folder, TEMPLATE)
    size = Size("smoke", CROWD, 0, 1_000)
    mail = "smtp://127.0.0.1:25?from=care@vigil.example"
    settings = Told(ground, size.database, 1, mail, test_clock).settings()
    with ExitStack() as stack:
        stack.callback(throwaway.drop, size.database)
        stack.callback(throwaway.drop, data.SCRATCH)
        scratch = stack.enter_context(data.scratch(ground, settings))
        data.fill(ground, size, scratch, now())
        ready, watched = (data.evening(scratch, now(), u, SESSIONS) for u in ("ready", "watched"))
        made = {
            "ready": (ready, data.add_real(ground, size.database, ready, REAL)),
            "watched": (watched, data.add_real(ground, size.database, watched, REAL)),
        }
        served = stack.enter_context(serve(ground, size.database, test_clock=test_clock))
        yield {stage: Crowd(served, *one, now) for stage, one in made.items()}


@pytest.mark.parametrize("what", HOT)
def test_every_hot_request_is_answered_rightly(crowds: dict[str, Crowd], what: str) -> None:
    hot = HOT[what]
    run = load.closed(crowds[hot.stage].served.port, hot.makes(crowds[hot.stage], 2), 2)
    assert [hot.is_right(answer) for answer in run.answers] == [True, True], run.answers


def test_the_open_loop_asks_for_all_of_it_too(crowds: dict[str, Crowd]) -> None:
    crowd = crowds["ready"]
    run = load.open_loop(crowd.served.port, HOT["me"].makes(crowd, 5), rate=100)
    assert [answer.status for answer in run.answers] == [200] * 5

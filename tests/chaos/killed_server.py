"""How is the server that is shipped killed while phones ask it over HTTP, and started again?"""

import http.client
import json
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.acts import Act
from tests.chaos.ground import kill_family, swept
from tests.chaos.own_database import OwnDatabase
from tests.chaos.story_clock import JumpingClock
from tests.chaos.trials import Outcome
from tests.clock import START
from tests.platform.shipped import start_server
from tests.races import House
from workflows.platform.postgres import APP
from workflows.platform.settings import Settings

PHONES = 4
PATIENCE_S = 20
LONGEST_S = 0.6
SERVED = "from wsgi import served"
SHIPPED, BELIEVED = "kills of the whole shipped server", 500


@contextmanager
def shipped(
    own: OwnDatabase, settings: Settings, found: Outcome, chance: random.Random
) -> Iterator["Server"]:
    """Give the shipped server on this database, with a house beside it that prepares evenings."""
    theirs = own.settings(settings)
    shutil.copytree(settings.var_dir / "secrets", theirs.var_dir / "secrets", dirs_exist_ok=True)
    folder = own.folder / "shipped"
    folder.mkdir()
    clock = JumpingClock(folder / "clock", START)
    house = House.on(own.cluster.url(APP), theirs, clock)
    environ = os.environ | {
        "VIGIL_ENV": "test",
        "VIGIL_VAR": str(theirs.var_dir),
        "VIGIL_TEST_CLOCK": str(clock.path),
        "DATABASE_URL": own.cluster.url(APP),
    }
    found.count(SHIPPED, 0)
    yield Server(house, folder, environ, found, chance)
    house.engine.dispose()


@dataclass
class Server:
    """The shipped server; it is killed with all its processes, and another one started."""

    house: House
    folder: Path
    environ: dict[str, str]
    found: Outcome
    chance: random.Random

    def night(self, acts: Sequence[Act], most: int) -> None:
        """Let phones act all at once; kill the server until they know, or as often as asked."""
        kills = 0
        while any(not act.status for act in acts):
            swept(self.house)
            process, port = start_server(self.folder, SERVED, self.environ)
            with ThreadPoolExecutor(PHONES) as phones:
                first = [phones.submit(self._press, port, act) for act in acts[:1]]
                if acts[0].status or kills == most:
                    [one.result() for one in first]
                    first += [phones.submit(self._press, port, act) for act in acts[1:]]
                if kills < most:
                    time.sleep(self.chance.uniform(0, LONGEST_S))
                    kills += 1
                    self.found.count(SHIPPED)
                    self.found.done += 1
                else:
                    [one.result() for one in first]
                kill_family(process.pid)
            process.wait()

    def _press(self, port: int, act: Act) -> None:
        """Ask once, if the phone does not know yet; no answer leaves it as it was."""
        if act.status:
            return
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        told = {
            "Authorization": f"Bearer {act.token}",
            "Idempotency-Key": act.key,
            "Content-Type": "application/json",
        }
        try:
            line.request("POST", act.path, json.dumps(act.says), told)
            answer = line.getresponse()
            words = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return
        finally:
            line.close()
        if answer.status < BELIEVED:
            act.status, act.told = answer.status, words
            self.found.insist(answer.status == 201, f"{act.kind} was refused: {answer.status}")

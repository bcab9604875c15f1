"""What do we do to the house, and how do we find out whether it kept its word?"""

import contextlib
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import psutil
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.oversight.holds import Hold
from models.platform.database import new_sessions
from tests.api.client import Client
from tests.chaos.own_database import OwnDatabase, Prepare, own_database
from tests.chaos.trials import Outcome
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.races import House, until
from tests.throwaway import Throwaway
from workflows import audit, epoch
from workflows.oversight import audit_check
from workflows.platform import sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.settings import Settings

WRITERS = 4
MOST_TRIES = 5


@contextmanager
def confirmed_database(
    throwaway: Throwaway, settings: Settings, prepare: Prepare = nullcontext
) -> Iterator[OwnDatabase]:
    """Make a durable server, and confirm it as it is."""
    with own_database(throwaway, prepare) as made:
        engine = made.engine(OWNER)
        epoch.confirm(engine, made.settings(settings), None)
        engine.dispose()
        yield made


@contextmanager
def house_on(own: OwnDatabase, settings: Settings) -> Iterator[House]:
    """Serve from that server, swept a moment ago."""
    house = House.on(own.cluster.url(APP), own.settings(settings), HandClock())
    swept(house)
    yield house
    house.engine.dispose()


@dataclass
class Pressing:
    """Somebody who reports facts, one after the other, and remembers what was confirmed."""

    phone: Client
    path: str
    mark: str
    before: set[str]
    confirmed: set[str] = field(default_factory=set)
    refused: list[TestResponse] = field(default_factory=list)
    again: set[int] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    def press(self, number: int) -> bool:
        """Report one fact under a key of its own."""
        said = f"{self.mark}-{number}"
        answer = self.phone.post(self.path, {"words": said}, key=said)
        if answer.status_code == 201:
            self.confirmed.add(answer.json["id"])
            self.again.discard(number)
        else:
            self.refused.append(answer)
            self.again.add(number)
        return answer.status_code == 201

    def go_on(self, first: int) -> None:
        """Report until told to stop, or until one fact is refused."""
        number = first
        while not self.stop.is_set() and self.press(number):
            number += WRITERS

    def try_again(self) -> None:
        """Report what was refused once more under the same keys, as a phone does."""
        for number in sorted(self.again):
            for _ in range(MOST_TRIES):
                if self.press(number):
                    break


def pressing(house: House, made: Evening, mark: str = "n") -> Pressing:
    phone = house.client(made.coach.id)
    phone.audited = False
    return Pressing(phone, f"/patients/{made.patient.id}/holds", mark, kept(house, made))


def swept(house: House) -> None:
    """Let the sweep have beaten this moment, without which nothing is cleared."""
    with house.runtime.begin(SYSTEM) as work:
        sweep.beat(work, sweep.NAME)


def kill(cluster: Cluster) -> None:
    """Kill the server and all its children at one instant, as a power cut does."""
    pid = cluster.holder()
    assert pid is not None
    kill_family(pid)
    cluster.stop()


def kill_family(pid: int) -> None:
    """Kill a process and all its children; nobody is left to see the others die."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for sent in (signal.SIGSTOP, signal.SIGKILL):
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(sent)
    until(lambda: not any(lives(one) for one in family))


def lives(process: psutil.Process) -> bool:
    """Say whether it still does anything; a dead child of nobody may stay listed for long."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def judge_trail(house: House, found: Outcome) -> None:
    """Recompute every chain of the audit trail, once."""
    url = house.engine.url.render_as_string(hide_password=False)
    with audit.snapshot(url) as connection:
        checked = audit_check.check(connection, {}, [])
    found.count("chains of the audit trail recomputed", checked.chains)
    found.insist(not checked.found, f"the audit trail is not whole: {checked.found[:3]}")


def kept(house: House, made: Evening) -> set[str]:
    with new_sessions(house.engine)() as session:
        mine = select(Hold.id).where(Hold.patient_id == made.patient.id)
        return {str(one) for one in session.scalars(mine)}

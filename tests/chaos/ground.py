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
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.races import House
from tests.throwaway import Throwaway
from workflows import epoch
from workflows.platform import sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.settings import Settings

WRITERS = 4


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
    clock = HandClock()
    house = House.on(own.cluster.url(APP), own.settings(settings), clock)
    with house.runtime.begin(SYSTEM) as work:
        sweep.beat(work, sweep.NAME)
    yield house
    house.engine.dispose()


@dataclass
class Pressing:
    """Somebody who reports facts, one after the other, and remembers what was confirmed."""

    phone: Client
    path: str
    confirmed: set[str] = field(default_factory=set)
    refused: list[TestResponse] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def press(self, number: int) -> None:
        """Report one fact under a key of its own."""
        answer = self.phone.post(self.path, {"words": f"n{number}"}, key=f"key-{number}")
        if answer.status_code == 201:
            self.confirmed.add(answer.json["id"])
        else:
            self.refused.append(answer)

    def go_on(self, first: int) -> None:
        """Report until told to stop."""
        number = first
        while not self.stop.is_set():
            self.press(number)
            number += WRITERS


def pressing(house: House, made: Evening) -> Pressing:
    phone = house.client(made.coach.id)
    phone.audited = False
    return Pressing(phone, f"/patients/{made.patient.id}/holds")


def kill(cluster: Cluster) -> None:
    """Kill the server and all its children at one instant, as a power cut does."""
    pid = cluster.holder()
    assert pid is not None
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)
    cluster.stop()


def kept(house: House, made: Evening) -> set[str]:
    with new_sessions(house.engine)() as session:
        mine = select(Hold.id).where(Hold.patient_id == made.patient.id)
        return {str(one) for one in session.scalars(mine)}

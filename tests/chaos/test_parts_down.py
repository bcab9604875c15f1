"""When a part of the house dies: is a fact kept or refused retryably, and never falsely confirmed?

The emergency instructions are served whatever is down, and `/ready` names the part.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psutil
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.oversight.holds import Hold
from models.platform.database import new_sessions
from tests.api.client import Client
from tests.chaos.own_database import OwnDatabase, own_database
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.races import House, until
from tests.throwaway import Throwaway
from workflows import epoch
from workflows.platform import sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

WRITERS = 4
READ_ONLY = "ALTER DATABASE vigil SET default_transaction_read_only = {}"
HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'vigil'"


@pytest.fixture(scope="module")
def own(throwaway: Throwaway, settings: Settings) -> Iterator[OwnDatabase]:
    """Give a durable server of this module, confirmed as it is."""
    with own_database(throwaway) as made:
        engine = made.engine(OWNER)
        epoch.confirm(engine, made.settings(settings), None)
        engine.dispose()
        yield made


@pytest.fixture
def house(own: OwnDatabase, settings: Settings, clock: HandClock) -> Iterator[House]:
    """Give the whole application on that server."""
    engine = own.engine()
    like = Runtime(engine, clock, own.settings(settings))
    engine.dispose()
    house = House.on(own.cluster.url(APP), like, clock)
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


def is_retryable(answer: TestResponse) -> bool:
    told = answer.get_json()
    return (
        answer.status_code == 503
        and answer.mimetype == "application/problem+json"
        and told["retryable"] is True
        and "Retry-After" in answer.headers
    )


def helps(house: House) -> bool:
    """Say whether the emergency instructions are served, to anybody."""
    client = Client(house.app)
    client.audited = False
    answer = client.get("/emergency-instructions")
    return answer.status_code == 200 and len(answer.json["instructions"]) > 1


def checks(house: House) -> dict[str, bool]:
    client = Client(house.app)
    client.audited = False
    return dict(client.get("/ready").json["checks"])


def kept(house: House, made: Evening) -> set[str]:
    with new_sessions(house.engine)() as session:
        mine = select(Hold.id).where(Hold.patient_id == made.patient.id)
        return {str(one) for one in session.scalars(mine)}


def test_what_was_confirmed_before_the_database_was_killed_is_there_afterwards(
    house: House, own: OwnDatabase
) -> None:
    made = house.an_evening()
    writers = pressing(house, made)
    with ThreadPoolExecutor(WRITERS) as pool:
        for first in range(WRITERS):
            pool.submit(writers.go_on, first)
        until(lambda: len(writers.confirmed) >= WRITERS * 3)
        kill(own.cluster)
        until(lambda: len(writers.refused) >= WRITERS)
        writers.stop.set()

    assert all(is_retryable(answer) for answer in writers.refused)
    assert helps(house)
    assert set(checks(house).values()) == {False}
    own.cluster.start()
    assert writers.confirmed <= kept(house, made)
    assert house.chain(made.patient.id).intact


def test_what_was_refused_is_done_once_when_it_is_sent_again(
    house: House, own: OwnDatabase
) -> None:
    made = house.an_evening()
    writer = pressing(house, made)
    kill(own.cluster)
    for number in range(3):
        writer.press(number)
    assert (len(writer.refused), writer.confirmed) == (3, set())
    own.cluster.start()
    for _ in range(2):
        for number in range(3):
            writer.press(number)
    assert writer.confirmed == kept(house, made)
    assert len(writer.confirmed) == 3


def test_a_call_for_help_that_cannot_be_kept_is_answered_with_what_to_do(
    house: House, own: OwnDatabase
) -> None:
    made = house.an_evening()
    phone = house.client(made.patient.user_id)
    phone.audited = False
    kill(own.cluster)
    paths = (f"/patients/{made.patient.id}/emergencies", "/adverse-events")
    answers = [phone.post(path, {"words": "she does not wake up"}) for path in paths]
    own.cluster.start()
    for answer in answers:
        assert is_retryable(answer)
        assert "911" in answer.json["instructions"][0]["call"]


def test_a_database_that_is_read_only_refuses_facts_retryably_and_ready_names_it(
    house: House, own: OwnDatabase
) -> None:
    made = house.an_evening()
    writer = pressing(house, made)
    own.cluster.sql(READ_ONLY.format("on"), HANG_UP)
    try:
        house.engine.dispose()
        writer.press(1)
        assert [is_retryable(answer) for answer in writer.refused] == [True]
        assert helps(house)
        assert [name for name, well in checks(house).items() if not well] == ["writable"]
    finally:
        own.cluster.sql(READ_ONLY.format("off"), HANG_UP)
        house.engine.dispose()
    writer.press(1)
    assert writer.confirmed == kept(house, made)

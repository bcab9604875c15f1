"""When a part of the house dies: is a fact kept or refused retryably, and never falsely confirmed?

The emergency instructions are served whatever is down, and `/ready` names the part.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.api.client import Client
from tests.chaos.ground import WRITERS, confirmed_database, house_on, kept, kill, pressing
from tests.chaos.own_database import OwnDatabase
from tests.races import House, until
from tests.throwaway import Throwaway
from workflows.platform import jobs
from workflows.platform.settings import Settings

READ_ONLY = "ALTER DATABASE vigil SET default_transaction_read_only = {}"
HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'vigil'"


@pytest.fixture(scope="module")
def own(throwaway: Throwaway, settings: Settings) -> Iterator[OwnDatabase]:
    """Give a durable server of this module, confirmed as it is."""
    with confirmed_database(throwaway, settings) as made:
        yield made


@pytest.fixture
def house(own: OwnDatabase, settings: Settings) -> Iterator[House]:
    """Give the whole application on that server."""
    with house_on(own, settings) as house:
        yield house


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


# The act had been refused with 500, and a phone gives up on that: the queue speaks another tongue.
def test_a_database_that_dies_while_a_message_is_handed_in_refuses_retryably(
    house: House, own: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = jobs._put

    def hung_up(session: Session, *told: Any, **more: Any) -> None:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        own.cluster.sql(f"SELECT pg_terminate_backend({pid}, 5000)")
        put(session, *told, **more)

    made = house.an_evening()
    writer = pressing(house, made)
    with monkeypatch.context() as dying:
        dying.setattr(jobs, "_put", hung_up)
        writer.press(1)
    assert [is_retryable(answer) for answer in writer.refused] == [True]
    writer.press(1)
    assert writer.confirmed == kept(house, made)
    assert len(writer.confirmed) == 1

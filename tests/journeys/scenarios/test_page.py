"""Does the page go out while no worker takes a job, once, and without a word lost: scenario 22."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from models.platform.database import new_sessions
from models.platform.trail import Notification
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.mail_server import MailServer, a_mail_server
from tests.races import House
from workflows.platform import delivery, paging
from workflows.platform.settings import Settings

PATIENCE_S = 30
URGENT = "Vigil: answer now"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with a_mail_server() as server:
        yield server


@pytest.fixture
def house(
    fresh_database: str, settings: Settings, clock: HandClock, post: MailServer
) -> Iterator[House]:
    """Give the whole application with a way out, and no worker anywhere."""
    house = House.on(fresh_database, settings, clock)
    house.runtime.settings = replace(house.runtime.settings, smtp_url=post.url)
    begun: list[Future[None]] = []
    house.runtime.pager = lambda runtime, ids: begun.extend(paging.page(runtime, ids))
    yield house
    post.keeps_waiting = False
    wait(begun, PATIENCE_S)
    house.engine.dispose()


@pytest.fixture
def made(house: House) -> Evening:
    return house.an_evening()


def _until(holds: Callable[[], object]) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE_S * 20):
        if holds():
            return
        pause.wait(0.05)
    pytest.fail("it did not happen in time")


def calls_for_help(house: House, made: Evening) -> Any:
    """Let the sitter press the button."""
    sitter = house.client(made.sitter.user_id)
    told = {"code": "emergency_unresponsive"}
    return sitter.post(f"/dose-sessions/{made.session.id}/emergencies", told)


def pages(house: House) -> list[Notification]:
    """Give the urgent messages there are."""
    urgent = ("help_was_called", "somebody_needs_you_now")
    with new_sessions(house.engine)() as session:
        query = select(Notification).where(Notification.template.in_(urgent))
        return list(session.scalars(query.order_by(Notification.id)))


def all_sent(house: House) -> bool:
    return all(page.sent_at is not None for page in pages(house))


def waiting_jobs(house: House) -> list[UUID]:
    """Give the messages that wait in the queue; nobody has taken a job."""
    with new_sessions(house.engine)() as session:
        jobs = text(
            "SELECT args->>'notification_id' FROM procrastinate_jobs"
            " WHERE task_name = 'deliver_notification' AND status = 'todo'"
        )
        return [UUID(one) for one in session.scalars(jobs)]


def test_scenario_22_the_page_goes_out_without_the_queue_and_the_queue_sends_no_second(
    house: House, made: Evening, post: MailServer
) -> None:
    assert calls_for_help(house, made).status_code == 201
    _until(lambda: all_sent(house))
    sent = {letter[delivery.MAIL_HEADER] for letter in post.letters}
    assert sent == {str(page.id) for page in pages(house)}
    assert made.prescriber.id in {page.user_id for page in pages(house)}
    assert {letter["Subject"] for letter in post.letters} == {URGENT}

    left = waiting_jobs(house)
    assert {page.id for page in pages(house)} <= set(left)
    before = len(post.letters)
    for page in pages(house):
        delivery.deliver(house.runtime, str(page.id))
    assert len(post.letters) == before


def test_scenario_22_the_answer_waits_for_no_mail_server(
    house: House, made: Evening, post: MailServer
) -> None:
    post.keeps_waiting = True
    answer = calls_for_help(house, made)
    assert (answer.status_code, "911" in answer.json["instruction"]["call"]) == (201, True)
    assert post.reached.wait(PATIENCE_S)
    assert post.letters == []
    first = pages(house)[0]
    with pytest.raises(delivery.StillOnItsWay):  # a worker that comes meanwhile steps back
        delivery.deliver(house.runtime, str(first.id))
    post.keeps_waiting = False
    _until(lambda: all_sent(house))
    headers = [letter[delivery.MAIL_HEADER] for letter in post.letters]
    assert len(headers) == len(set(headers)) == len(pages(house))


def test_scenario_22_what_no_server_takes_is_left_to_the_queue(
    house: House, made: Evening, post: MailServer
) -> None:
    post.full = True
    assert calls_for_help(house, made).status_code == 201
    _until(lambda: all(page.failed_attempts == 1 for page in pages(house)))
    assert all(page.paged_until is None for page in pages(house))
    post.full = False
    for page in pages(house):
        delivery.deliver(house.runtime, str(page.id))
    assert all_sent(house)


def test_scenario_22_a_process_that_dies_with_a_page_in_its_hand_loses_none(
    house: House, made: Evening, post: MailServer, clock: HandClock
) -> None:
    house.runtime.pager = lambda *_: None
    assert calls_for_help(house, made).status_code == 201
    one, *_ = pages(house)
    with pytest.raises(delivery.StillOnItsWay):
        delivery.deliver(house.runtime, str(one.id))
    clock.advance(by=timedelta(seconds=20))
    delivery.deliver(house.runtime, str(one.id))
    assert [letter[delivery.MAIL_HEADER] for letter in post.letters] == [str(one.id)]
    delivery.page_now(house.runtime, one.id)  # and a thread that wakes too late sends nothing
    assert len(post.letters) == 1

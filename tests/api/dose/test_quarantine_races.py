"""If a phone hands in at the instant at which its owner is shut out, is all of it held, once?"""

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.dose.dose_sessions import MonitoringCheck
from models.dose.late_items import LateItem
from models.dose.quarantine import QuarantinedItem, QuarantinedQueue
from models.oversight.adverse_events import AdverseEvent
from models.platform.database import new_sessions
from tests.api.client import Client
from tests.carried import DOOR, Carried, accept, carried, shut_out, waiting
from tests.factories.evening import Evening
from tests.races import House, at_once


@pytest.fixture
def made(house: House) -> Evening:
    """Give an evening on which everything is well."""
    return house.an_evening()


@pytest.fixture
def phone(house: House, made: Evening) -> Carried:
    """Give the phone of the sitter, signed in for real."""
    with new_sessions(house.engine)() as session:
        return carried(house.app, session, house.runtime, made.sitter.user_id)


def test_what_is_handed_in_many_times_at_once_is_held_once(house, made, phone):
    items = [
        phone.write("emergency", {"words": str(number)}, subject_id=str(made.session.id))
        for number in range(3)
    ]

    def push() -> TestResponse:
        body = {"device_id": phone.phone.device_id, "items": items[:1]}
        return phone.client.post("/sync/push", body)

    def hand_in() -> TestResponse:
        return phone.hand_in(*items)

    def disable() -> None:
        shut_out(house.runtime, made.sitter.user_id)

    answers = at_once(push, hand_in, hand_in, hand_in, disable)
    held = [answer for answer in answers if answer is not None and "verdicts" in answer.json]
    again = phone.hand_in(*items).json["verdicts"]
    assert [one["verdict"] for one in again] == ["held"] * 3
    assert len(held) >= 3
    kept = house.count(select(func.count()).select_from(QuarantinedItem))
    assert kept in (2, 3), "the first may have come in by the other door"
    assert house.count(select(func.count()).select_from(QuarantinedQueue)) == 1
    unverified = select(func.count()).where(AdverseEvent.reporter_verified.is_(False))
    assert house.count(unverified) == kept
    chain = house.chain(made.patient.id)
    assert chain.intact, chain


def test_what_two_let_in_while_its_author_brings_it_counts_once(house, made, phone):
    items = [
        phone.write("monitor_check", {"moaas": 5}, subject_id=str(made.session.id))
        for _ in range(3)
    ]
    phone.hand_in(*items)
    deciding = [house.client(made.prescriber.id) for _ in range(2)]
    waits = waiting(deciding[0])["items"]
    body = {"device_id": phone.phone.device_id, "items": items}

    def let_in(client: Client) -> list[TestResponse]:
        return [accept(client, item) for item in waits]

    def push() -> list[TestResponse]:
        return [phone.client.post("/sync/push", body) for _ in range(3)]

    acts = [lambda client=client: let_in(client) for client in deciding]
    found = [answer for answers in at_once(push, *acts) for answer in answers]
    assert {answer.status_code for answer in found} <= {200, 201, 409}
    for item in waits:
        accept(deciding[0], item)
    assert deciding[0].get(DOOR).json["items"] == []
    assert house.count(select(func.count()).select_from(MonitoringCheck)) == 3
    entered = select(func.count()).where(LateItem.verdict == "applied")
    assert house.count(entered) == 3

"""If a phone is signed out in the middle of its queue, does each item still count, and once?

Each schedule is one seed: what was pushed before, what is handed in, doubled, lost and delayed, and
what a prescriber has let in when its owner signs in again and brings everything once more.
"""

import random
from uuid import UUID

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import MonitoringCheck, VitalSigns
from models.dose.late_items import LateItem
from models.platform.database import new_sessions
from tests.api.client import Client
from tests.carried import DOOR, Carried, accept, carried, count
from tests.factories.evening import Evening
from tests.phone import Network
from tests.proofs.forms import short_or_long
from tests.races import House

SCHEDULES = short_or_long(6, 300)
READING = {"source": "device", "systolic_mmhg": 124, "diastolic_mmhg": 79}


def signed_in(stage: tuple[House, Evening], chance: random.Random) -> Carried:
    """Sign the sitter in, on a phone that is new or comes back."""
    house, evening = stage
    with new_sessions(house.engine)() as session:
        return carried(house.app, session, house.runtime, evening.sitter.user_id, chance)


def let_in(prescriber: Client, chance: random.Random, share: float) -> None:
    """Let some of what waits into the record."""
    for queue in prescriber.get(DOOR).json["items"]:
        for item in prescriber.get(f"{DOOR}/{queue['id']}").json["items"]:
            if item["decided_at"] is None and chance.random() < share:
                answer = accept(prescriber, item)
                assert answer.status_code == 201, answer.json


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_signed_out_or_not_each_item_counts_once(stage, seed: int) -> None:
    house, evening = stage
    chance = random.Random(seed)  # noqa: S311 - a schedule, and no secret
    prescriber = house.client(evening.prescriber.id)
    before, mine = in_the_record(house), signed_in(stage, chance)
    phone = mine.phone
    for _ in range(chance.randint(3, 7)):
        kind, told = chance.choice((("monitor_check", {"moaas": 5}), ("vitals", READING)))
        phone.write(kind, told, subject_id=str(evening.session.id))
        if chance.random() < 0.3:
            phone.sync()
    phone.network.deliver_all()
    assert mine.client.post("/auth/log-out").status_code == 201
    out = Network(Client(house.app), chance, DOOR, {"queue_key": mine.key})
    for _ in range(chance.randint(1, 3)):
        phone.network = out
        phone.sync()
        let_in(prescriber, chance, 0.5)
        if chance.random() < 0.5:
            phone.network = signed_in(stage, chance).phone.network
            phone.sync()
            phone.network.deliver_all()
    phone.network, out.calm = out, True
    phone.sync()
    let_in(prescriber, chance, 1.0)
    assert prescriber.get(DOOR).json["items"] == []
    assert applied(house, phone.written) == sorted(phone.written)
    assert in_the_record(house) - before == len(phone.written)


def applied(house: House, written: dict[str, object]) -> list[str]:
    """Name every item that is in the record, as often as it is."""
    with new_sessions(house.engine)() as session:
        ours = [UUID(one) for one in written]
        found = select(LateItem.item_id).where(
            LateItem.item_id.in_(ours), LateItem.verdict == "applied"
        )
        return sorted(str(one) for one in session.scalars(found))


def in_the_record(house: House) -> int:
    """Count the looks and readings."""
    with new_sessions(house.engine)() as session:
        return count(session, MonitoringCheck) + count(session, VitalSigns)

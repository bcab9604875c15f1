"""Do phones on a bad network and the house agree in the end, whatever was lost, and in any order?

Each schedule is one seed: what is written down, what is sent with what, what is lost, doubled,
delayed or brought again from a backup. In the end every item counts once, with what it said.
"""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dose.dose_sessions import EmergencyCall, MonitoringCheck, VitalSigns
from models.dose.late_items import LateItem
from models.oversight.adverse_events import AdverseEvent, AdverseEventAddition
from models.platform.database import new_sessions
from tests.factories.evening import Evening
from tests.phone import Follower, Network, Phone
from tests.proofs.forms import short_or_long
from tests.races import House

SCHEDULES = short_or_long(20, 1000)
MOST_ROUNDS, BAD_ROUNDS = 10, 2
OFTEN, SELDOM, RESTORED = 0.6, 0.2, 0.1
FOLLOWED = ("vital_signs", "monitoring_check", "adverse_event", "emergency_call")
TABLES = {
    "vital_signs": VitalSigns,
    "monitoring_check": MonitoringCheck,
    "adverse_event": AdverseEvent,
    "adverse_event_addition": AdverseEventAddition,
    "emergency_call": EmergencyCall,
}


@dataclass
class Written:
    """What was written down, by the id of the item: what must stand in the record for it."""

    said: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    corrected: set[str] = field(default_factory=set)
    reports: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)


class Writer:
    """Somebody who writes things down on a phone, and knows what was written."""

    def __init__(self, evening: Evening, chance: random.Random) -> None:
        """Sit in this session."""
        self.evening, self.chance, self.all = evening, chance, Written()
        self.kinds = (self.reading, self.reading, self.look, self.report, self.more, self.cry)

    def write(self, phone: Phone) -> None:
        """Write one thing down."""
        self.chance.choice(self.kinds)(phone, {"subject_id": str(self.evening.session.id)})

    def reading(self, phone: Phone, about: dict[str, str]) -> None:
        pressure = self.chance.randint(100, 150)
        if self.all.readings and self.chance.random() < 0.4:
            about["corrects_id"] = old = self.chance.choice(self.all.readings)
            self.all.corrected.add(old)
        told = {"source": "device", "systolic_mmhg": pressure, "diastolic_mmhg": 70}
        item = phone.write("vitals", told, **about)
        self.all.readings.append(item)
        self.all.said[item] = ("vital_signs", pressure)

    def look(self, phone: Phone, about: dict[str, str]) -> None:
        moaas = self.chance.randint(3, 5)
        item = phone.write("monitor_check", {"moaas": moaas}, **about)
        self.all.said[item] = ("monitoring_check", moaas)

    def report(self, phone: Phone, _about: dict[str, str]) -> None:
        words = f"It spins, {self.chance.random()}."
        item = phone.write("adverse_event", {"own_words": words})
        self.all.reports.append(item)
        self.all.said[item] = ("adverse_event", words)

    def more(self, phone: Phone, about: dict[str, str]) -> None:
        if not self.all.reports:
            return self.cry(phone, about)
        words, report = f"More, {self.chance.random()}.", self.chance.choice(self.all.reports)
        item = phone.write("harm_addition", {"words": words}, predecessor_id=report)
        self.all.said[item] = ("adverse_event_addition", words, report)
        return None

    def cry(self, phone: Phone, about: dict[str, str]) -> None:
        words = f"Come, {self.chance.random()}!"
        item = phone.write("emergency", {"words": words}, **about)
        self.all.said[item] = ("emergency_call", words)


def in_the_record(session: Session, item: LateItem, reports: dict[UUID, str]) -> tuple[Any, ...]:
    """Read back what the record has for an item."""
    assert item.result_type is not None
    table: Any = TABLES[item.result_type]
    row = session.scalars(select(table).where(table.id == item.result_id)).one()
    match item.result_type:
        case "vital_signs":
            return ("vital_signs", row.systolic_mmhg)
        case "monitoring_check":
            return ("monitoring_check", row.moaas)
        case "adverse_event":
            return ("adverse_event", row.own_words)
        case "emergency_call":
            return ("emergency_call", row.words)
        case other:
            return (other, row.content["words"], reports[row.adverse_event_id])


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_every_schedule_ends_with_each_item_once(stage, seed: int) -> None:
    assert one_schedule(*stage, seed)


def one_schedule(house: House, evening: Evening, seed: int) -> int:
    """Play one schedule to its end, insist that all agree, and say how much was written down."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, and no secret
    writer = Writer(evening, chance)
    client = house.client(evening.patient.user_id)
    follower = Follower(house.client(evening.patient.user_id))
    phones = [Phone(Network(client, chance), chance) for _ in range(2)]
    before = rows(house)
    play(writer, phones, follower)
    come_home(phones, follower)
    assert [phone.queue for phone in phones] == [{}, {}]
    check(house, writer.all, follower)
    assert rows(house) - before == len(writer.all.said)
    superseded = {one for one in writer.all.said if is_superseded(client, phones, one)}
    assert superseded == writer.all.corrected
    return len(writer.all.said)


def play(writer: Writer, phones: list[Phone], follower: Follower) -> None:
    """Let a night pass on a bad network."""
    chance = writer.chance
    for _ in range(chance.randint(4, 8)):
        phone = chance.choice(phones)
        writer.write(phone)
        if chance.random() < RESTORED:
            phone.restore()
        if chance.random() < OFTEN:
            chance.choice(phones).sync()
        if chance.random() < SELDOM:
            follower.pull(chance.randint(1, 20))


def come_home(phones: list[Phone], follower: Follower) -> None:
    """Let every phone find a good network in the end."""
    for rounds in range(MOST_ROUNDS):
        for phone in phones:
            phone.network.calm = rounds > BAD_ROUNDS
            phone.sync()
        if not any(phone.queue for phone in phones):
            break
    for phone in phones:
        phone.network.deliver_all()
    while follower.pull(50):
        pass


def check(house: House, all_: Written, follower: Follower) -> None:
    """Compare the record with what was written, and the feed with the record."""
    with new_sessions(house.engine)() as session:
        wanted = LateItem.item_id.in_([UUID(one) for one in all_.said])
        items = session.scalars(select(LateItem).where(wanted, LateItem.verdict == "applied")).all()
        reports = {one.result_id: str(one.item_id) for one in items if one.result_id}
        found = {str(one.item_id): in_the_record(session, one, reports) for one in items}
    assert found == all_.said
    followed = {str(one.result_id) for one in items if one.result_type in FOLLOWED}
    assert followed <= follower.objects
    assert len(follower.seen) == len(set(follower.seen))


def rows(house: House) -> int:
    """Count everything that phones have brought into the record."""
    own = AdverseEvent.own_words.is_not(None)
    with new_sessions(house.engine)() as session:
        told = sum(
            len(session.scalars(select(table.id)).all())
            for name, table in TABLES.items()
            if name != "adverse_event"
        )
        return told + len(session.scalars(select(AdverseEvent.id).where(own)).all())


def is_superseded(client: Any, phones: list[Phone], item_id: str) -> bool:
    """Ask once more about an item."""
    (phone,) = (one for one in phones if item_id in one.written)
    body = {"device_id": phone.device_id, "items": [phone.written[item_id]]}
    (told,) = client.post("/sync/push", body).json["verdicts"]
    assert told["verdict"] in ("duplicate", "superseded")
    return bool(told["verdict"] == "superseded")

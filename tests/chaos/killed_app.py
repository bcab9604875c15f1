"""A server process is killed in the middle of a request: is the dose there once, or not at all?"""

import os
import random
import signal
import time
from collections.abc import Callable

from sqlalchemy import func, select

from models.dose.predose import DoseTaken
from tests.chaos.ground import confirmed_database, house_on
from tests.chaos.trials import Ground, Outcome, trial
from tests.factories.evening import Evening
from tests.races import House


@trial(
    "server process killed in mid-request",
    "no confirmed start of a dose is lost, none is doubled, the phone's own retry is never refused",
    usual=100,
    long=10_000,
)
def kill_app(ground: Ground, tries: int) -> Outcome:
    """Kill a server process (-9) at a random moment of a start; then the phone tries again."""
    found = Outcome(tries)
    chance = random.Random(tries)  # noqa: S311 - which moment is no secret
    with (
        confirmed_database(ground.throwaway, ground.settings) as own,
        house_on(own, ground.settings) as house,
    ):
        longest = 2 * usual_seconds(house)
        for number in range(tries):
            one_start(house, found, chance.uniform(0, longest), f"try {number}")
    return found


def usual_seconds(house: House) -> float:
    """Say how long a start takes on this machine, when nobody kills anybody."""
    for _ in range(2):  # the first one also makes what the others find ready
        made = house.an_evening()
        clearance = {"clearance_id": house.a_clearance(made)}
        phone = house.client(made.patient.user_id)
        began = time.perf_counter()
        phone.post(f"/dose-sessions/{made.session.id}/start", clearance)
    return time.perf_counter() - began


def one_start(house: House, found: Outcome, seconds: float, where: str) -> None:
    """Start one dose in a process that is killed, and once more as the phone does."""
    made = house.an_evening()
    path = f"/dose-sessions/{made.session.id}/start"
    clearance = {"clearance_id": house.a_clearance(made)}
    phone = house.client(made.patient.user_id)
    phone.audited = False

    def start() -> int:
        return phone.post(path, clearance, key="start").status_code

    told = killed_after(house, start, seconds)
    before = doses(house, made)
    found.count("starts confirmed before the kill" if told else "starts killed before an answer")
    found.count("of those, kept all the same", int(bool(before and not told)))
    found.insist(told in (b"", b"201"), f"{where}: a start was answered {told!r}")
    found.insist(not told or before == 1, f"{where}: a confirmed start is not in the record")
    found.insist(start() == 201, f"{where}: the phone's own retry was refused")
    found.insist(doses(house, made) == 1, f"{where}: not one dose for one go-ahead")
    found.insist(house.chain(made.patient.id).intact, f"{where}: the trail is not whole")


def killed_after(house: House, act: Callable[[], int], seconds: float) -> bytes:
    """Do it in a process of its own, kill that after so long, and give what it had answered."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:  # pragma: no cover - in a process that is killed
        house.engine.dispose(close=False)
        os.write(writer, b"!")
        os.write(writer, str(act()).encode())
        time.sleep(60)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as told:
        told.read(1)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return told.read()


def doses(house: House, made: Evening) -> int:
    """Count the doses of an evening."""
    mine = DoseTaken.dose_session_id == made.session.id
    return house.count(select(func.count()).select_from(DoseTaken).where(mine))

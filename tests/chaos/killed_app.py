"""A server process is killed (-9) in the middle of its work: is each act there once, and whole?

Phones start doses, look, measure and report harm. Nearly all kills hit a copy of the warm server,
which is made for each kill as a fork and dies at a moment of chance; the others hit the server that
is shipped with all its processes, while several phones ask it over HTTP, and it is started again
(`killed_server.py`). Then each phone asks again with the same key, as phones do.
"""

import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from models.platform.database import new_sessions
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.chaos import killed_server
from tests.chaos.acts import ROWS, Act, acts_of_a_night, is_untrue, rows
from tests.chaos.ground import confirmed_database, house_on, judge_trail
from tests.chaos.trials import Ground, Outcome, trial
from tests.races import House

ONE_IN_SHIPPED = 100
FORKED, IN_HAND, KEPT = "kills of a warm copy", "acts in hand at a kill", "of those, kept"


@trial(
    "server process killed in mid-request",
    "no confirmed act is lost, none is doubled, the phone's own retry is never refused",
    usual=200,
    long=10_000,
)
def kill_app(ground: Ground, tries: int) -> Outcome:
    """Kill a server process (-9) at random moments of its work; then the phones try again."""
    found = ground.outcome(tries)
    chance = random.Random(tries)  # noqa: S311 - which moment is no secret
    shipped = -(-tries // ONE_IN_SHIPPED)
    with confirmed_database(ground.throwaway, ground.settings) as own:
        with house_on(own, ground.settings) as house:
            copies = Copies(house, found, chance)
            while found.done < tries - shipped:
                copies.night(tries - shipped - found.done)
        with killed_server.shipped(own, ground.settings, found, chance) as server:
            while found.done < tries:
                night = a_night(server.house, chance)
                server.night(night.acts, tries - found.done)
                judge(server.house, night, found)
            judge_trail(server.house, found)
    return found


@dataclass(frozen=True, slots=True)
class Night:
    """What the phones of one patient do, the start of the dose first."""

    patient: UUID
    acts: list[Act]


def a_night(house: House, chance: random.Random) -> Night:
    """Bring somebody to a clearance, and say what is then to be done."""
    made = house.an_evening()
    clearance = house.a_clearance(made)
    assert made.patient.user_id
    assert made.sitter.user_id
    patient, sitter = (
        token_for(house.runtime, user) for user in (made.patient.user_id, made.sitter.user_id)
    )
    start, *others = acts_of_a_night(made.session.id, clearance, patient, sitter)
    chance.shuffle(others)
    return Night(made.patient.id, [start, *others])


class Copies:
    """Copies of the warm server, which die one after the other while the phones go on."""

    def __init__(self, house: House, found: Outcome, chance: random.Random) -> None:
        """See how long an act takes here, when nobody kills anybody."""
        self.house, self.found, self.chance = house, found, chance
        found.count(FORKED, 0)
        for _ in range(2):  # the first night also makes what the others find ready
            start, *others = a_night(house, chance).acts
            self.start_s, self.other_s = self._seconds([start]), self._seconds(others)

    def _seconds(self, acts: Sequence[Act]) -> float:
        """Do them, and say how long one took."""
        began = time.perf_counter()
        for act in acts:
            self.do(act)
        return (time.perf_counter() - began) / len(acts)

    def night(self, most: int) -> None:
        """Let a night pass with as many kills as it takes, and compare it with the record."""
        night = a_night(self.house, self.chance)
        for _ in range(most):
            waiting = [act for act in night.acts if not act.status]
            if not waiting:
                break
            self.kill_during(waiting)
        for act in night.acts:
            if not act.status:
                self.take(act, self.do(act))
        judge(self.house, night, self.found)

    def kill_during(self, waiting: Sequence[Act]) -> None:
        """Let a copy do what waits, kill it after a while, and hear what it had answered."""
        longest = 1.5 * self.start_s if waiting[0].kind == "start" else 3 * self.other_s
        told = self.killed_after(waiting, self.chance.uniform(0, longest))
        for act, answer in zip(waiting, told, strict=False):
            self.take(act, answer)
        if len(told) < len(waiting):
            self.found.count(IN_HAND)
        self.found.count(FORKED)
        self.found.done += 1

    def killed_after(self, waiting: Sequence[Act], seconds: float) -> list[str]:
        """Do it in a process of its own, and kill that after so long."""
        reader, writer = os.pipe()
        if (child := os.fork()) == 0:  # pragma: no cover - in a process that is killed
            self._work(waiting, writer)
        os.close(writer)
        with os.fdopen(reader, "rb", buffering=0) as told:
            told.read(1)
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return told.readall().decode().splitlines()

    def _work(self, waiting: Sequence[Act], writer: int) -> None:  # pragma: no cover
        try:
            self.house.engine.dispose(close=False)
            os.write(writer, b"!")
            for act in waiting:
                os.write(writer, f"{self.do(act)}\n".encode())
            time.sleep(60)
        finally:
            os._exit(1)

    def do(self, act: Act) -> str:
        """Do it as the phone does, and give in one line what was answered."""
        phone = Client(self.house.app, act.token)
        phone.audited = False
        answer = phone.post(act.path, act.says, key=act.key)
        told = answer.json or {}
        replayed = answer.headers.get("Idempotent-Replayed", "false")
        return f"{answer.status_code} {replayed} {told.get('id', told.get('code'))}"

    def take(self, act: Act, answer: str) -> None:
        """Note what the phone now believes."""
        status, replayed, told = answer.split(" ")
        act.status, act.told = int(status), {"id": told}
        self.found.count(KEPT, int(replayed == "true"))
        self.found.insist(status == "201", f"{act.kind} was refused: {answer}")


def judge(house: House, night: Night, found: Outcome) -> None:
    """Compare what the phones of a night believe with the record."""
    with new_sessions(house.engine)() as session:
        kept = {kind: rows(session, kind, night.patient) for kind in ROWS}
    lost = [act.kind for act in night.acts if is_untrue(act, kept[act.kind])]
    doubled = sum(len(one) for one in kept.values()) - len(night.acts) + len(lost)
    found.count("acts confirmed", len(night.acts))
    found.count("lost", len(lost))
    found.count("doubled", doubled)
    found.insist(not lost, f"{night.patient}: confirmed and not in the record: {lost}")
    found.insist(not doubled, f"{night.patient}: {doubled} rows more than acts")
    whole = house.chain(night.patient).intact
    found.insist(whole, f"{night.patient}: the trail is not whole")

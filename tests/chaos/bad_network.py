"""Does every act of a phone count once on a bad line, and does the phone know what became of it?

Phones start doses, look, measure and report harm through a line that drops, cuts, delays, doubles
and reorders (`bad_line.py`), to the server that is shipped, in a process of its own. A phone asks
again with the same key and the same words until it has a whole answer. In the end there is one row
for each act, with what that act said, and its id is the one that the phone was told. Of a report of
harm that was cut on its way, what came is kept beside the whole one: it might be all that ever
comes. `make chaos ARGS="--only line --tries 10000"`
"""

import asyncio
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session, sessionmaker

from models.platform.database import new_engine, new_sessions
from tests.api.conftest import token_for
from tests.chaos.acts import A_NIGHT, HARM, ROWS, Act, acts_of_a_night, is_untrue, rows
from tests.chaos.bad_line import HOST, BadLine, read_message
from tests.chaos.story_clock import JumpingClock
from tests.clock import START
from tests.demo.people import Reply, send
from tests.factories import evening
from tests.factories.evening import CLEAR_HOME, CLEAR_SCREEN, CLEAR_WORD, Evening
from tests.platform.shipped import shipped_server
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

EVENINGS_AT_ONCE = 6
ANSWER_WITHIN_S = 2.0
MOST_TRIES = 200
SERVED = "from wsgi import served"
FORGETFUL = "from workflows.platform import idempotency\nidempotency.claim = lambda *_: None\n"


@dataclass(frozen=True, slots=True)
class Trial:
    """How much is done, by which chance, and whether the server knows a request again."""

    operations: int = 10_000
    seed: int = 1
    remembers: bool = True


@dataclass(slots=True)
class Figures:
    """What came of it."""

    operations: int
    effects: int = 0
    requests: int = 0
    told_again: int = 0
    unanswered: int = 0
    untrue: int = 0
    half_reports_kept: int = 0
    half_reports_sent: int = 0
    took_s: float = 0.0
    line: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Say whether each act counted once, and every phone knows."""
        wrong = self.unanswered or self.untrue or self.half_reports_kept > self.half_reports_sent
        return self.effects == self.operations and not wrong


class Phones:
    """All phones of a trial; each asks until it knows."""

    def __init__(self, line: BadLine) -> None:
        """Speak through this line."""
        self._line = line
        self.requests = self.told_again = 0

    async def do(self, act: Act) -> None:
        """Ask until a whole answer has come that says what became of it."""
        for _ in range(MOST_TRIES):
            answer = await self._ask(act)
            if answer is None:
                continue
            head, _, body = answer.partition(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
            if status < 500 and status not in (408, 429):
                self.told_again += b"idempotent-replayed: true" in head.lower()
                act.status, act.told = status, json.loads(body)
                return

    async def _ask(self, act: Act) -> bytes | None:
        self.requests += 1
        try:
            reader, writer = await asyncio.open_connection(HOST, self._line.port)
        except OSError:
            return None
        try:
            writer.write(act.request())
            await writer.drain()
            return await asyncio.wait_for(read_message(reader), ANSWER_WITHIN_S)
        except (OSError, EOFError, TimeoutError):
            return None
        finally:
            writer.close()


class Proof:
    """One trial on one database."""

    def __init__(self, url: str, settings: Settings, folder: Path, trial: Trial) -> None:
        """Take a fresh database that nobody else uses."""
        self.trial, self.folder = trial, folder
        self.chance = Random(trial.seed)  # noqa: S311 - chance, not a secret
        self.clock = JumpingClock(folder / "clock", START)
        self._engine = new_engine(url)
        self.house = Runtime(self._engine, self.clock, replace(settings, database_url=url))
        self._sessions: sessionmaker[Session] = new_sessions(self._engine)
        self.acts: list[Act] = []

    def play(self) -> Figures:
        """Let everybody act, and hold what phones were told against what is kept."""
        began = time.monotonic()
        forgetful = "" if self.trial.remembers else FORGETFUL
        try:
            with shipped_server(self.folder, forgetful + SERVED, self._environ()) as port:
                figures = asyncio.run(self._act(port))
        finally:
            self._engine.dispose()
        figures.took_s = round(time.monotonic() - began, 1)
        return figures

    @property
    def answered(self) -> int:
        """Count the acts that were answered until now."""
        return sum(bool(act.status) for act in self.acts)

    def _environ(self) -> dict[str, str]:
        return os.environ | {
            "VIGIL_ENV": "test",
            "VIGIL_VAR": str(self.house.settings.var_dir),
            "VIGIL_TEST_CLOCK": str(self.clock.path),
            "DATABASE_URL": self.house.settings.database_url,
        }

    async def _act(self, port: int) -> Figures:
        gate = asyncio.Semaphore(EVENINGS_AT_ONCE)
        nights = -(-self.trial.operations // A_NIGHT)
        async with BadLine(port, self.chance) as line:
            phones = Phones(line)

            async def one() -> None:
                async with gate:
                    await self._night(phones, f"http://{HOST}:{port}")

            await asyncio.gather(*(one() for _ in range(nights)))
        figures = self._figures()
        figures.requests, figures.told_again = phones.requests, phones.told_again
        figures.line = dict(sorted(line.fates.items()))
        figures.half_reports_sent = line.half_bodies[HARM]
        return figures

    async def _night(self, phones: Phones, url: str) -> None:
        """Start one dose; then look, measure and tell of harm, all at once and in any order."""
        start, *others = await asyncio.to_thread(self._evening, url)
        self.acts += [start, *others]
        await phones.do(start)
        self.chance.shuffle(others)
        for first in range(0, len(others), 4):
            await asyncio.gather(*(phones.do(act) for act in others[first : first + 4]))

    def _evening(self, url: str) -> list[Act]:
        """Bring one patient to a clearance on a good line, and say what is then to be done."""
        with self._sessions() as session:
            made = evening.an_evening(session, self.clock.now())
            evening.a_reading(session, self.clock.now(), made.session)
            session.commit()
            patient = token_for(self.house, made.patient.user_id)
            sitter = token_for(self.house, made.sitter.user_id or made.patient.user_id)
            clearance = self._cleared(url, made, patient, sitter)
        return acts_of_a_night(made.session.id, clearance, patient, sitter)

    def _cleared(self, url: str, made: Evening, patient: str, sitter: str) -> str:
        night = f"/dose-sessions/{made.session.id}"
        _asked(url, "POST", f"{night}/sitter-attestations", CLEAR_WORD, sitter)
        told = _asked(url, "GET", "/clock", None, patient).json
        answers = {
            "clock": {"nonce": told["nonce"], "device_time": told["server_time"]},
            "day": evening.clear_day(self.clock.now()),
            "home": CLEAR_HOME,
            "suicide_screen": CLEAR_SCREEN,
        }
        decided = _asked(url, "POST", f"{night}/predose-checks", answers, patient).json
        if decided["outcome"] != "clear":
            raise AssertionError(decided["findings"])
        return str(decided["clearance_id"])

    def _figures(self) -> Figures:
        with self._sessions() as session:
            kept = {kind: rows(session, kind) for kind in ROWS}
        whole = {act.says["own_words"] for act in self.acts if act.kind == "harm"}
        halves = [one for one, says in kept["harm"].items() if says not in whole]
        for one in halves:
            del kept["harm"][one]
        untrue = sum(is_untrue(act, kept[act.kind]) for act in self.acts)
        return Figures(
            operations=len(self.acts),
            effects=sum(len(rows) for rows in kept.values()),
            unanswered=sum(not act.status for act in self.acts),
            untrue=untrue,
            half_reports_kept=len(halves),
            kinds=dict(Counter(act.kind for act in self.acts)),
        )


def _asked(url: str, method: str, path: str, body: Any, token: str) -> Reply:
    told = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    reply = send(url, method, path, body, told)
    if reply.status_code >= 400:
        raise AssertionError(reply.json)
    return reply

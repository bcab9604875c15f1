"""How do many people press at the same instant, or one surely before the other?"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from api.app import create_app
from models.platform.database import new_engine, new_sessions
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.clock import HandClock
from tests.factories.evening import CLEAR_HOME, CLEAR_SCREEN, Evening, clear_day
from tests.workflows.dose.conftest import make_ready, submit
from workflows.oversight.audit_trail import Chain, verify_chain
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

T = TypeVar("T")
CONNECTIONS = 16
PATIENCE_S = 20


def at_once(*acts: Callable[[], T]) -> list[T]:
    """Do all of these at the same instant, each in a thread of its own."""
    gate = Barrier(len(acts))

    def behind(act: Callable[[], T]) -> T:
        gate.wait(timeout=PATIENCE_S)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(behind, acts))


def told(answer: TestResponse) -> tuple[int, str]:
    """Give the status of an answer, and its code if it is a refusal."""
    return answer.status_code, answer.json.get("code", "") if answer.json else ""


@dataclass(frozen=True, slots=True)
class House:
    """The whole application on a database of its own, whose acts really commit."""

    app: Flask
    runtime: Runtime
    engine: Engine
    clock: HandClock

    @classmethod
    def on(
        cls,
        database_url: str,
        settings: Settings,
        clock: HandClock,
        connections: int = CONNECTIONS,
    ) -> "House":
        """Open it with enough connections for everybody who races."""
        engine = new_engine(database_url, pool_size=connections)
        runtime = Runtime(engine, clock, replace(settings, database_url=database_url))
        return cls(create_app(runtime), runtime, engine, clock)

    def an_evening(self) -> Evening:
        """Add somebody who is ready in every way."""
        with new_sessions(self.engine)() as session:
            return make_ready(session, self.clock)

    def a_clearance(self, made: Evening) -> str:
        """Let the gate clear the dose of this evening."""
        return str(submit(self.runtime, made).clearance_id)

    def client(self, user_id: UUID | None) -> Client:
        """Sign this person in."""
        assert user_id is not None
        return Client(self.app, token_for(self.runtime, user_id))

    def answers(self, phone: Client) -> dict[str, Any]:
        """Give tonight's answers as a phone sends them, its clock compared with ours."""
        told = phone.get("/clock").json
        return {
            "clock": {"nonce": told["nonce"], "device_time": told["server_time"]},
            "day": clear_day(self.clock.now()),
            "home": CLEAR_HOME,
            "suicide_screen": CLEAR_SCREEN,
        }

    def chain(self, patient_id: UUID) -> Chain:
        """Recompute the trail of one patient."""
        with new_sessions(self.engine)() as session:
            return verify_chain(session, f"patient:{patient_id}")

    def count(self, query: Any) -> int:
        """Ask the database for one number."""
        with new_sessions(self.engine)() as session:
            return int(session.scalar(query) or 0)

    def in_order(self, patient_id: UUID, acts: Sequence[Callable[[], T]]) -> list[T]:
        """Let the acts queue for this patient one behind the other, then let all of them go."""
        with ThreadPoolExecutor(len(acts)) as pool:
            going: list[Future[T]] = []
            with self._busy(patient_id) as waiting:
                for act in acts:
                    going.append(pool.submit(act))
                    until(lambda: waiting() == len(going))
            return [one.result(PATIENCE_S) for one in going]

    @contextmanager
    def _busy(self, patient_id: UUID) -> Iterator[Callable[[], int]]:
        """Hold a patient's row, and count who waits; the database serves them in order."""
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as watcher:
            holder.execute("SELECT id FROM patient WHERE id = %s FOR UPDATE", [patient_id])

            def waiting() -> int:
                row = watcher.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                ).fetchone()
                return int(row[0]) if row else 0

            yield waiting


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > end:
            message = "nobody came to wait for the patient"
            raise TimeoutError(message)
        time.sleep(0.01)

"""What do the tests of a sandbox stand on? A house that is marked as one, on a fresh database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from api.app import create_app
from models.platform.database import new_engine, new_sessions
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor, client_for
from tests.factories.people import a_user
from tests.journeys.conftest import cast, course
from workflows.platform import house_kind
from workflows.platform.runtime import Runtime
from workflows.platform.sandbox_clock import STARTS, TableClock
from workflows.platform.settings import Settings
from workflows.sandbox import clock as sandbox_clock

__all__ = ["cast", "client_for", "course"]


class Hand:
    """The hand on the clock of a sandbox; it keeps what happened on the way."""

    def __init__(self, house: Runtime) -> None:
        """Take the house."""
        self._house = house
        self.passed: list[sandbox_clock.Passed] = []

    def now(self) -> datetime:
        """Say where the clock stands."""
        return self._house.clock.now()

    def advance(self, **parts: float) -> None:
        """Let time pass, with all that falls due."""
        self.passed.append(sandbox_clock.go(self._house, self.now() + timedelta(**parts)))


def house_on(engine: Engine, settings: Settings, environment: str = "sandbox") -> Runtime:
    """Open a house of this kind on this database, as the start of the server does."""
    house = Runtime(engine, TableClock(engine), replace(settings, environment=environment))
    house_kind.insist(house)
    return house


@pytest.fixture
def fresh_engine(fresh_database: str) -> Iterator[Engine]:
    """Give a fresh database that really commits."""
    engine = new_engine(fresh_database)
    yield engine
    engine.dispose()


@pytest.fixture
def runtime(fresh_engine: Engine, settings: Settings, tmp_path: Path) -> Runtime:
    """Give a sandbox, whose checkpoints go to a place where nobody else's are."""
    return house_on(fresh_engine, replace(settings, audit_sink=str(tmp_path)))


@pytest.fixture
def clock(runtime: Runtime) -> Hand:
    """Give the hand on its clock."""
    return Hand(runtime)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """Give the application of the sandbox."""
    app = create_app(runtime)
    app.testing = True
    return app


@pytest.fixture
def admin(runtime: Runtime, client_for: ClientFor) -> Client:
    """Give somebody of the office, who holds the hand on the clock."""
    with new_sessions(runtime.bind)() as session:
        person = a_user(session, STARTS - timedelta(days=1), Role.ADMIN)
        session.commit()
        return client_for(person.id)

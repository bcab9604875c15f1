"""An application with a probe in it that takes anything well written."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from api.app import create_app
from models.people.accounts import UserAccount
from models.platform.database import new_sessions
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.api.platform import bell, probe
from tests.clock import HandClock
from tests.factories.people import a_user
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings


@pytest.fixture(scope="session")
def built_app(engine: Engine, settings: Settings) -> Flask:
    """Give the application as it serves people: a mistake of ours is an answer, not a crash."""
    app = create_app(Runtime(engine, HandClock(), settings))
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    for blp in (probe.blp, bell.blp):
        api.register_blueprint(blp, url_prefix="/v1")
    return app


@pytest.fixture(autouse=True)
def unrecorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent to a probe is no example of anything."""
    monkeypatch.delenv("VIGIL_RECORD_EXAMPLES", raising=False)


@pytest.fixture
def person(runtime: Runtime) -> UserAccount:
    """Give somebody with an account."""
    with new_sessions(runtime.bind)() as session:
        user = a_user(session, runtime.clock.now(), Role.COACH)
        session.commit()
    return user


@pytest.fixture
def user_id(person: UserAccount) -> UUID:
    """Give their id."""
    return person.id


@pytest.fixture
def client(app: Flask, runtime: Runtime, user_id: UUID) -> Client:
    """Give a client signed in as them."""
    return Client(app, token_for(runtime, user_id))


@pytest.fixture
def statements(runtime: Runtime) -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(runtime.bind, "before_cursor_execute", note)
    yield seen
    event.remove(runtime.bind, "before_cursor_execute", note)

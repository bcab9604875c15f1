"""Who speaks to the API in a test: anybody signed in for real, or nobody?"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from api.app import create_app
from api.platform.request import use
from api.platform.tokens import issue_access_token
from models.people.accounts import LoginSession, RoleGrant
from models.platform.database import new_sessions
from tests.api.client import Client
from tests.clock import HandClock
from tests.factories.people import PROVED_BEFORE
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

ClientFor = Callable[[UUID], Client]


@pytest.fixture(scope="session")
def built_app(engine: Engine, settings: Settings) -> Flask:
    """Give the whole application, put together once; mistakes of ours surface."""
    app = create_app(Runtime(engine, HandClock(), settings))
    app.testing = True
    return app


@pytest.fixture
def app(built_app: Flask, runtime: Runtime) -> Flask:
    """Give the application inside the test's own transaction."""
    use(built_app, runtime)
    return built_app


@pytest.fixture
def anonymous(app: Flask) -> Client:
    """Give a client that is not signed in."""
    return Client(app)


@pytest.fixture
def client_for(app: Flask, runtime: Runtime) -> ClientFor:
    """Give a client signed in as this person, with a login session and a token of its own."""
    return lambda user_id: Client(app, token_for(runtime, user_id))


@pytest.fixture
def fresh_client_for(app: Flask, runtime: Runtime) -> ClientFor:
    """Give a client of somebody who has just proved to be here."""
    return lambda user_id: Client(app, token_for(runtime, user_id, proved_before=timedelta()))


def token_for(runtime: Runtime, user_id: UUID, *, proved_before: timedelta = PROVED_BEFORE) -> str:
    """Sign somebody in, with a second factor that was proved long ago, and give their token."""
    with new_sessions(runtime.bind)() as session:
        now = runtime.clock.now()
        login = LoginSession(
            user_id=user_id,
            started_at=now,
            last_used_at=now,
            idle_expires_at=now + timedelta(days=400),
            expires_at=now + timedelta(days=400),
            factor_proved_at=now - proved_before,
        )
        session.add(login)
        session.commit()
        roles = session.scalars(select(RoleGrant.role).where(RoleGrant.user_id == user_id)).all()
    return issue_access_token(runtime.settings, user_id, login.id, roles).token

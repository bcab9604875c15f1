"""An application with a probe in it that takes anything well written."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from api.app import create_app
from models.people.accounts import UserAccount
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.api.platform import probe
from tests.factories.people import a_user
from workflows.platform.runtime import Runtime


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """Give the application as it serves people: a mistake of ours is an answer, not a crash."""
    return probe.mount(create_app(runtime))


@pytest.fixture
def person(runtime: Runtime) -> UserAccount:
    """Give somebody with an account."""
    with Session(
        runtime.bind, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
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

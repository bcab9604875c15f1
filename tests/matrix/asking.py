"""How is one cell asked? In a savepoint of its own, and what came of it is looked at from outside.

The world is built once, in a database of its own. Every request runs in a savepoint that is taken
back afterwards, so that ten thousand requests meet the same rows.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from flask import Flask
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from api.app import create_app
from api.platform.request import use
from api.platform.tokens import issue_access_token
from models.platform.base import new_id
from models.platform.database import new_engine, new_sessions
from rules.terms import EnrolmentState
from tests.clock import HandClock
from tests.drawn import text_of
from tests.matrix import world
from tests.throwaway import Throwaway
from workflows.platform.postgres import APP, OWNER
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

# Rows that say that somebody was here, whatever they were answered.
TRAIL = re.compile(r"audit_(event|head)")
REFUSALS = (401, 403, 404, 409)
# What was written to a table in this transaction, taken back or not; and what the trail says. Both
# in one question: ten thousand times, a question less is a second less.
COUNTED = """
    SELECT coalesce(json_object_agg(name, rows) FILTER (WHERE rows > 0), '{}') FROM (
        SELECT relname AS name, pg_stat_get_xact_tuples_inserted(oid)
            + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) AS rows
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    ) counted
"""
NEW_ENTRIES = """
    SELECT coalesce(json_agg(json_build_array(action, outcome, reason) ORDER BY id), '[]')
    FROM audit_event WHERE id > CAST(:since AS uuid)
"""
LEFT = text(f"SELECT ({NEW_ENTRIES}), ({COUNTED})")
PUT_INTO = text("UPDATE patient SET enrolment = :state WHERE id = :id")


class Traced(NamedTuple):
    """One entry of the trail."""

    action: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What one request brought, and what it left."""

    status: int
    code: str
    body: Any
    text: str
    trail: tuple[Traced, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whoever sends it."""

    operation: str
    method: str
    path: str
    body: Any
    once: bool
    versioned: bool


class Asking:
    """The application in front of the world."""

    def __init__(self, app: Flask, connection: Connection, built: world.World) -> None:
        """Take the application, the one connection it uses, and the world behind it."""
        self.app, self.connection, self.world = app, connection, built
        settings: Settings = app.extensions["vigil"].settings
        self._client = app.test_client()
        self._tokens = {
            name: issue_access_token(settings, built.people[name], login_id, ()).token
            for name, login_id in built.logins.items()
        }
        self._enrolment: EnrolmentState | None = None
        self._written: dict[str, int] = {}
        self._say("SAVEPOINT world")
        self._stand(None)

    def ask(
        self, request: Request, who: str | None, enrolment: EnrolmentState | None = None
    ) -> Answered:
        """Ask as somebody, or as a stranger, and take everything back.

        With a state of the enrolment, the patient of the world has withdrawn, or has died.
        """
        self._stand(enrolment)
        since = str(new_id())
        try:
            answer = self._send(request, who)
            trail, written = self.connection.execute(LEFT, {"since": since}).one()
            touched = self._touched(written) if answer.status_code in REFUSALS else ()
            after = {name: self._rows(name) for name in touched}
        finally:
            self._say("ROLLBACK TO SAVEPOINT cell")
        self._written = written
        changed = tuple(name for name, rows in after.items() if rows != self._rows(name))
        body = answer.get_json(silent=True)
        code = str(body.get("code", "")) if isinstance(body, dict) else ""
        entries = tuple(Traced(*entry) for entry in trail)
        drawn = answer.content_type == "application/pdf"
        said = text_of(answer.data) if drawn else answer.get_data(as_text=True)
        return Answered(answer.status_code, code, body, said, entries, changed)

    def _stand(self, enrolment: EnrolmentState | None) -> None:
        """Put the patient into a state; cells of one state follow each other, and find it there."""
        if enrolment is self._enrolment and self._written:
            return
        self._say("ROLLBACK TO SAVEPOINT world")
        if enrolment is not None:
            told = {"state": enrolment.value, "id": self.world.patient}
            self.connection.execute(PUT_INTO, told)
        self._say("SAVEPOINT cell")
        self._enrolment = enrolment
        self._written = self.connection.execute(LEFT, {"since": str(new_id())}).one()[1]

    def _say(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement)

    def _send(self, request: Request, who: str | None) -> TestResponse:
        told = {"Idempotency-Key": str(uuid4())} if request.once else {}
        if request.versioned:
            told["If-Match"] = '"1"'
        if who is not None:
            told["Authorization"] = f"Bearer {self._tokens[who]}"
        sent = {} if request.body is None else {"json": request.body}
        return self._client.open(request.path, method=request.method, headers=told, **sent)

    def _touched(self, written: dict[str, int]) -> Iterator[str]:
        """Give every table that the request has written to, but the trail's own."""
        for name, count in sorted(written.items()):
            if count != self._written.get(name, 0) and not TRAIL.match(name):
                yield name

    def _rows(self, table: str) -> str:
        """Take the fingerprint of all rows of a table, as they are now."""
        every = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        return str(self.connection.execute(text(every)).scalar_one())


@contextmanager
def opened(throwaway: Throwaway, settings: Settings) -> Iterator[Asking]:
    """Build the world in a database of its own, and put the application in front of it."""
    name = throwaway.clone("matrix")
    try:
        _open_a_second_site(throwaway.cluster.url(OWNER, name))
        url = throwaway.cluster.url(APP, name)
        engine = new_engine(url)
        try:
            runtime = Runtime(engine, HandClock(), replace(settings, database_url=url))
            with new_sessions(engine)() as session:
                built = world.build(session, runtime)
                session.commit()
            app = create_app(runtime)
            app.testing = True
            with engine.connect() as connection:
                outer = connection.begin()
                _remember_statements(connection)
                use(app, Runtime(connection, runtime.clock, runtime.settings))
                yield Asking(app, connection, built)
                outer.rollback()
        finally:
            engine.dispose()
    finally:
        throwaway.drop(name)


def _remember_statements(connection: Connection) -> None:
    """Keep what is prepared when something is taken back: no table changes its shape here."""
    driver: Any = connection.connection.driver_connection
    driver.prepared_max = 2_000
    driver._prepared._should_discard = lambda *_: False


def _open_a_second_site(owner_url: str) -> None:
    """Copy the site there is, as only the owner may; its certification ends soon."""
    other = {"id": f"'{world.OTHER_SITE}'", "code": "'zz-another-site'"}
    other["certified_until"] = "'2026-12-20'"
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    with psycopg.connect(owner_url) as owner:
        names = [name for (name,) in owner.execute(columns, ["certified_site"])]
        values = ", ".join(other.get(name, name) for name in names)
        copied = f"SELECT {values} FROM certified_site LIMIT 1"
        owner.execute(f"INSERT INTO certified_site ({', '.join(names)}) {copied}")

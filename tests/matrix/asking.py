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
COUNTED = text(
    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
    " WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0"
)
NEW_ENTRIES = text("SELECT action, outcome, reason FROM audit_event WHERE id > :since ORDER BY id")


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
        self._written = self._counters()

    def ask(self, request: Request, who: str | None) -> Answered:
        """Ask as somebody, or as a stranger, and take everything back."""
        with self.taken_back():
            since = str(new_id())
            answer = self._send(request, who)
            body = answer.get_json(silent=True)
            code = str(body.get("code", "")) if isinstance(body, dict) else ""
            drawn = answer.content_type == "application/pdf"
            said = text_of(answer.data) if drawn else answer.get_data(as_text=True)
            rows = self.connection.execute(NEW_ENTRIES, {"since": since})
            trail = tuple(Traced(*row) for row in rows)
            after = self._touched(look=answer.status_code in REFUSALS)
        changed = tuple(name for name, rows in after.items() if rows != self._rows(name))
        return Answered(answer.status_code, code, body, said, trail, changed)

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Do something and let it not have been."""
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            point.rollback()

    @contextmanager
    def in_state(self, enrolment: EnrolmentState | None) -> Iterator[None]:
        """Let the patient of the world have withdrawn, or have died."""
        if enrolment is None:
            yield
            return
        with self.taken_back():
            self.connection.execute(
                text("UPDATE patient SET enrolment = :state WHERE id = :id"),
                {"state": enrolment.value, "id": self.world.patient},
            )
            self._written = self._counters()
            yield

    def _send(self, request: Request, who: str | None) -> TestResponse:
        told = {"Idempotency-Key": str(uuid4())} if request.once else {}
        if request.versioned:
            told["If-Match"] = '"1"'
        if who is not None:
            told["Authorization"] = f"Bearer {self._tokens[who]}"
        sent = {} if request.body is None else {"json": request.body}
        return self._client.open(request.path, method=request.method, headers=told, **sent)

    def _touched(self, *, look: bool) -> dict[str, str]:
        """Give the rows of every table that the request has written to, but the trail's own."""
        now, before = self._counters(), self._written
        self._written = now
        if not look:
            return {}
        names = sorted(name for name, count in now.items() if count != before.get(name, 0))
        return {name: self._rows(name) for name in names if not TRAIL.match(name)}

    def _rows(self, table: str) -> str:
        """Take the fingerprint of all rows of a table, as they are now."""
        every = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        return str(self.connection.execute(text(every)).scalar_one())

    def _counters(self) -> dict[str, int]:
        return dict(tuple(row) for row in self.connection.execute(COUNTED))


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
                use(app, Runtime(connection, runtime.clock, runtime.settings))
                yield Asking(app, connection, built)
                outer.rollback()
        finally:
            engine.dispose()
    finally:
        throwaway.drop(name)


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

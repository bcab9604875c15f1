"""How is one cell asked? In a savepoint of its own, and what came of it is looked at from outside.

The world is built once, in a database of its own. Every request runs in a savepoint that is taken
back afterwards, so that ten thousand requests meet the same rows.
"""

import re
import time
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

REFUSED = 400
TOKEN_SECONDS = 120
# The world stays as it is while other tests run, and however slow the machine is.
STAY_OPEN = "SET LOCAL idle_in_transaction_session_timeout = 0"
# Rows that say that somebody was here, whatever they were answered.
TRAIL = re.compile(r"audit_(event|head)")
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
    headers: dict[str, str]
    trail: tuple[Traced, ...]
    changed: tuple[str, ...]
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whoever sends it."""

    operation: str
    method: str
    path: str
    body: Any
    once: bool
    versioned: bool
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()


class Asking:
    """The application in front of the world."""

    def __init__(self, app: Flask, connection: Connection, built: world.World) -> None:
        """Take the application, the one connection it uses, and the world behind it."""
        self.app, self.connection, self.world = app, connection, built
        self._client = app.test_client()
        self._tokens: dict[str, tuple[float, str]] = {}
        self._say("SAVEPOINT world")
        self._say("SAVEPOINT cell")
        self._enrolment: EnrolmentState | None = None
        self._written: dict[str, int] = self._left()[1]

    def ask(
        self,
        request: Request,
        who: str | None,
        enrolment: EnrolmentState | None = None,
        *,
        search: str = "",
    ) -> Answered:
        """Ask as somebody, or as a stranger, and take everything back.

        With a state of the enrolment, the patient of the world has withdrawn, or has died. With a
        word to search for, say in which of the tables that were written to it can be read.
        """
        self.stand(enrolment)
        since = str(new_id())
        try:
            answer = self._send(request, who)
            trail, written = self._left(since)
            touched = self._touched(written) if answer.status_code >= REFUSED else ()
            after = {name: self._rows(name) for name in touched}
            found = tuple(self._tables_with(search, written)) if search else ()
        finally:
            self._say("ROLLBACK TO SAVEPOINT cell")
        self._written = written
        changed = tuple(name for name, rows in after.items() if rows != self._rows(name))
        body = answer.get_json(silent=True)
        code = str(body.get("code", "")) if isinstance(body, dict) else ""
        drawn = answer.content_type == "application/pdf"
        return Answered(
            status=answer.status_code,
            code=code,
            body=body,
            text=text_of(answer.data) if drawn else answer.get_data(as_text=True),
            headers=dict(answer.headers),
            trail=tuple(Traced(*entry) for entry in trail),
            changed=changed,
            found=found,
        )

    def stand(self, enrolment: EnrolmentState | None) -> None:
        """Put the patient into a state; cells of one state follow each other, and find it there."""
        if enrolment is self._enrolment:
            return
        self._say("ROLLBACK TO SAVEPOINT world")
        if enrolment is not None:
            told = {"state": enrolment.value, "id": self.world.patient}
            self.connection.execute(PUT_INTO, told)
        self._say("SAVEPOINT cell")
        self._enrolment = enrolment
        self._written = self._left()[1]

    def _left(self, since: str = "") -> tuple[list[list[str]], dict[str, int]]:
        """Give the entries of the trail since an id, and how much was written to which table."""
        entries, written = self.connection.execute(LEFT, {"since": since or str(new_id())}).one()
        return entries, written

    def _say(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement)

    def _send(self, request: Request, who: str | None) -> TestResponse:
        told = {"Idempotency-Key": str(uuid4())} if request.once else {}
        if request.versioned:
            told["If-Match"] = '"1"'
        if who is not None:
            told["Authorization"] = f"Bearer {self._token_of(who)}"
        sent: dict[str, Any] = {} if request.body is None else {"json": request.body}
        if request.query:
            sent["query_string"] = dict(request.query)
        told |= dict(request.headers)
        return self._client.open(request.path, method=request.method, headers=told, **sent)

    def _token_of(self, who: str) -> str:
        """Give a token that is still good: they live for minutes of the wire, the matrix longer."""
        issued, token = self._tokens.get(who, (0.0, ""))
        if not token or time.monotonic() - issued > TOKEN_SECONDS:
            settings: Settings = self.app.extensions["vigil"].settings
            user_id, login_id = self.world.people[who], self.world.logins[who]
            token = issue_access_token(settings, user_id, login_id, ()).token
            self._tokens[who] = (time.monotonic(), token)
        return token

    def _touched(self, written: dict[str, int]) -> Iterator[str]:
        """Give every table that the request has written to, but the trail's own."""
        for name, count in sorted(written.items()):
            if count != self._written.get(name, 0) and not TRAIL.match(name):
                yield name

    def _tables_with(self, word: str, written: dict[str, int]) -> Iterator[str]:
        """Give every table that was written to in which somebody with a copy reads the word."""
        said = {"word": f"%{word}%", "hex": f"%{word.encode().hex()}%"}
        for name in (name for name, count in written.items() if count != self._written.get(name)):
            holds = "lower(t::text) LIKE :word OR t::text LIKE :hex"
            query = text(f"SELECT count(*) FROM {name} t WHERE {holds}")
            if self.connection.execute(query, said).scalar_one():
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
                _keep(connection)
                use(app, Runtime(connection, runtime.clock, runtime.settings))
                yield Asking(app, connection, built)
                outer.rollback()
        finally:
            engine.dispose()
    finally:
        throwaway.drop(name)


def _keep(connection: Connection) -> None:
    """Keep the connection open, and what is prepared: no table changes its shape here."""
    connection.exec_driver_sql(STAY_OPEN)
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

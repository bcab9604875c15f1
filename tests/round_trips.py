"""How often does an act go to the database and back, and with what? Counted where it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
from sqlalchemy import Connection

from workflows.platform.runtime import Runtime


@dataclass
class Sent:
    """The statements of an act, but for the savepoints of the test, and the ways they took."""

    statements: list[str] = field(default_factory=list)
    trips: int = 0

    def __len__(self) -> int:
        """Count the statements."""
        return len(self.statements)


@contextmanager
def counted(runtime: Runtime) -> Iterator[Sent]:
    """Collect what is sent meanwhile; what goes out together in one pipeline is one way."""
    sent, before = Sent(), None
    driver = cast("psycopg.Connection[Any]", _connection(runtime).connection.driver_connection)

    class Counting(psycopg.RawCursor[Any]):
        def execute(self, query: Any, *args: Any, **options: Any) -> Any:
            nonlocal before
            if "SAVEPOINT" not in str(query):
                company = self.connection._pipeline  # of this one and of those beside it
                sent.statements.append(str(query))
                sent.trips += company is None or company is not before
                before = company
            return super().execute(query, *args, **options)

    usual, driver.cursor_factory = driver.cursor_factory, Counting
    try:
        yield sent
    finally:
        driver.cursor_factory = usual


def _connection(runtime: Runtime) -> Connection:
    assert isinstance(runtime.bind, Connection), "counted on the one connection of a test"
    return runtime.bind

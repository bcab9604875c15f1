"""What time is it in a sandbox? Where its clock was put; it stands still until it is moved."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from models.platform.house import SandboxClock

STARTS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Where every sandbox begins: the same law, the same nights and the same events in each of them."""


class TableClock:
    """The clock of a sandbox, for every process of it."""

    def __init__(self, engine: Engine) -> None:
        """Know the database."""
        self._engine = engine

    def now(self) -> datetime:
        """Return where it stands; before the house is marked, at the beginning."""
        with self._engine.connect() as connection:
            return connection.scalar(select(SandboxClock.stands_at)) or STARTS

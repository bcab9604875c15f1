"""How does the house reach PostgreSQL?"""

from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

LOCK_WAIT_MS = 5_000
STATEMENT_MS = 15_000
PREPARED = 400
"""How many statements a connection keeps prepared; there are fewer shapes of ours in use."""


def new_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Open a pool whose connections speak UTC, wait for locks briefly and never run away.

    Parameters are numbered as PostgreSQL numbers them, so that nobody takes apart the text of a
    statement at each use; the longest of ours took longer to take apart than to answer.
    """
    options = (
        f"-c timezone=UTC -c lock_timeout={LOCK_WAIT_MS} -c statement_timeout={STATEMENT_MS}"
        " -c idle_in_transaction_session_timeout=30000 -c jit=off"  # it would compile for one row
    )
    engine = create_engine(
        url,
        paramstyle="numeric_dollar",
        use_native_hstore=False,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_use_lifo=True,
        pool_recycle=1800,
        hide_parameters=True,  # what was written must not turn up in an error
        connect_args={"options": options, "connect_timeout": 5},
    )
    event.listen(engine, "connect", _number_parameters)
    return engine


def _number_parameters(connection: Any, _record: object) -> None:
    connection.prepared_max = PREPARED
    connection.cursor_factory = psycopg.RawCursor
    connection.server_cursor_factory = psycopg.RawServerCursor


def new_sessions(bind: Engine | Connection) -> sessionmaker[Session]:
    """Make database sessions; rows stay readable after the commit that precedes the answer."""
    return sessionmaker(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")


def take_back(session: Session) -> None:
    """Keep nothing of what was done; a database that went away has kept nothing anyway."""
    try:
        session.rollback()
    except SQLAlchemyError:
        session.invalidate()

"""How do the migrations reach the database? As the owner, briefly locked, never for long."""

import os

from alembic import context
from sqlalchemy import create_engine, text

from models import Base

LOCK_WAIT_MS = 10_000
STATEMENT_MS = 600_000


def run() -> None:
    """Run every missing migration in one transaction."""
    engine = create_engine(os.environ["MIGRATION_DATABASE_URL"])
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = {LOCK_WAIT_MS}"))
        connection.execute(text(f"SET statement_timeout = {STATEMENT_MS}"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            include_name=lambda name, kind, _parents: kind != "table" or _is_ours(name),
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def _is_ours(table: str | None) -> bool:
    """The queue's tables come from Procrastinate, not from our models."""
    return not (table or "").startswith("procrastinate_")


run()

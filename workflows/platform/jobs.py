"""How does work that leaves the house wait its turn? With the act that needs it."""

import procrastinate
from sqlalchemy.orm import Session

app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def defer(session: Session, job: str, **ids: str) -> None:
    """Put a job in the queue on the caller's own connection: it commits with the act."""
    connection = session.connection().connection.driver_connection
    app.configure_task(job, allow_unknown=True, connection=connection).defer(**ids)

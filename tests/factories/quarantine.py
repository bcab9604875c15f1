"""What did an ended sign-in hand in? Rows to start a test from."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from models.dose.quarantine import QuarantinedItem, QuarantinedQueue
from models.people.accounts import LoginSession


def a_handed_in_item(
    session: Session, now: datetime, user_id: UUID, patient_id: UUID, **sent: Any
) -> QuarantinedItem:
    """Add one item, in a queue of its own, under a sign-in that has ended."""
    login = LoginSession(
        user_id=user_id,
        started_at=now - timedelta(days=1),
        last_used_at=now,
        idle_expires_at=now + timedelta(days=30),
        expires_at=now + timedelta(days=90),
        revoked_at=now,
        revoke_reason="logged_out",
    )
    session.add(login)
    session.flush()
    whose = {"user_id": user_id, "login_id": login.id, "patient_id": patient_id}
    queue = QuarantinedQueue(
        **whose, why="logged_out", opened_at=now, due_at=now + timedelta(days=1)
    )
    session.add(queue)
    session.flush()
    said = {"id": str(uuid4()), "counter": 1, "kind": "monitor_check"} | sent
    row = QuarantinedItem(
        **whose,
        queue_id=queue.id,
        device_id=uuid4(),
        item_id=UUID(said["id"]),
        counter=1,
        kind=said["kind"],
        fingerprint=b"\0" * 32,
        forked=False,
        received_at=now,
        content={"sent": said},
    )
    session.add(row)
    session.flush()
    return row

"""What did a phone hand in whose sign-in is over? Kept whole, until somebody has decided on it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import Decided


class QuarantinedQueue(Identified, Base):
    """What came under one sign-in that is over, about one patient or about nobody we know.

    It is settled when every item in it is; what comes after that opens another one.
    """

    __tablename__ = "quarantined_queue"
    __table_args__ = (
        sa.Index(
            "uq_quarantined_queue_open",
            "login_id",
            "patient_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
        sa.Index("ix_quarantined_queue_patient", "patient_id", "opened_at"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    login_id: Mapped[UUID] = mapped_column(sa.ForeignKey("login_session.id"))
    patient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("patient.id"), default=None)
    why: Mapped[str]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)


class QuarantinedItem(Identified, Base):
    """One item as it was handed in; it is in no record before somebody else has accepted it.

    `adverse_event_id` is the report, marked unverified, that it gave rise to at once. A `forked`
    one bears a counter that this phone has used before, for something else.
    """

    __tablename__ = "quarantined_item"
    __table_args__ = (
        sa.UniqueConstraint("login_id", "item_id", "fingerprint"),
        sa.CheckConstraint(
            both_or_neither("decided_at", "decided_by", "decision", "reason"), name="decided"
        ),
        sa.CheckConstraint("decided_by <> user_id", name="by_somebody_else"),
        sa.CheckConstraint(
            "(decision = 'accepted') = (late_item_id IS NOT NULL)", name="accepted_is_entered"
        ),
        sa.Index("ix_quarantined_item_queue", "queue_id", "received_at"),
        sa.Index("ix_quarantined_item_counter", "user_id", "device_id", "counter"),
    )

    queue_id: Mapped[UUID] = mapped_column(sa.ForeignKey("quarantined_queue.id"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    login_id: Mapped[UUID] = mapped_column(sa.ForeignKey("login_session.id"))
    patient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("patient.id"), default=None)
    device_id: Mapped[UUID]
    item_id: Mapped[UUID]
    counter: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    kind: Mapped[str]
    fingerprint: Mapped[bytes]
    forked: Mapped[bool]
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    received_at: Mapped[datetime]
    content: Mapped[Any] = mapped_column(EncryptedJSON("quarantined_item.content"))
    adverse_event_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("adverse_event.id"), default=None
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), default=None)
    decision: Mapped[Decided | None] = mapped_column(choice(Decided, "decision"), default=None)
    reason: Mapped[str | None] = mapped_column(
        EncryptedText("quarantined_item.reason"), default=None
    )
    late_item_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("late_item.id"), default=None)

"""Who may read the card for helpers, and what was shown to whoever did?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither
from models.platform.encryption import EncryptedJSON


class DispatchLink(Identified, Base):
    """A code that shows the card, for minutes and a few times; only its fingerprint is kept."""

    __tablename__ = "dispatch_link"
    __table_args__ = (
        sa.Index("ix_dispatch_link_patient", "patient_id", "made_at"),
        sa.UniqueConstraint("id", "patient_id"),
        sa.CheckConstraint("expires_at > made_at", name="order"),
        sa.CheckConstraint("expires_at <= made_at + interval '1 hour'", name="one_hour"),
        sa.CheckConstraint("readings BETWEEN 0 AND 3", name="few_readings"),
        sa.CheckConstraint(both_or_neither("first_read_at", "read_until"), name="read_pair"),
        sa.CheckConstraint("(readings > 0) = (first_read_at IS NOT NULL)", name="read_is_dated"),
        sa.CheckConstraint(
            "first_read_at < expires_at AND read_until <= first_read_at + interval '10 minutes'",
            name="read_in_time",
        ),
        sa.ForeignKeyConstraint(
            ["dose_session_id", "patient_id"], ["dose_session.id", "dose_session.patient_id"]
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID | None] = mapped_column(default=None)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    made_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    readings: Mapped[int] = mapped_column(default=0)
    first_read_at: Mapped[datetime | None] = mapped_column(default=None)
    read_until: Mapped[datetime | None] = mapped_column(default=None)


class DispatchReading(Identified, Base):
    """The card as it was shown, word for word; append only."""

    __tablename__ = "dispatch_reading"
    __table_args__ = (
        sa.Index("ix_dispatch_reading_patient", "patient_id", "read_at"),
        sa.UniqueConstraint("dispatch_link_id", "number"),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name="few_readings"),
        sa.ForeignKeyConstraint(
            ["dispatch_link_id", "patient_id"], ["dispatch_link.id", "dispatch_link.patient_id"]
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dispatch_link_id: Mapped[UUID]
    number: Mapped[int]
    packet: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("dispatch_reading.packet"))
    read_at: Mapped[datetime]

"""What is kept of tries at the door, and of the codes for who has lost the second factor?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, one_of


class DoorTries(Base):
    """Failures from one place: a network, or a device somebody signed in on before.

    Only a fingerprint of the place is kept, and not for long.
    """

    __tablename__ = "door_tries"
    __table_args__ = (sa.Index("ix_door_tries_last_failed_at", "last_failed_at"),)

    place: Mapped[bytes] = mapped_column(primary_key=True)
    failed: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[datetime]
    throttled_until: Mapped[datetime | None] = mapped_column(default=None)


class RecoveryCode(Identified, Base):
    """One of the codes that stand in for a lost second factor, once each; kept as a fingerprint."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.Index("ix_recovery_code_user", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class AccountRecovery(Identified, Base):
    """Two of the staff say who somebody is who has lost everything; then one key opens, once."""

    __tablename__ = "account_recovery"
    __table_args__ = (
        sa.CheckConstraint(one_of("seen", "in_person", "video"), name="seen"),
        sa.CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        sa.CheckConstraint(
            "asked_by <> user_id AND confirmed_by <> user_id", name="not_for_oneself"
        ),
        sa.CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at, token_hash, expires_at) IN (0, 4)", name="whole"
        ),
        sa.CheckConstraint("used_at IS NULL OR confirmed_at IS NOT NULL", name="confirmed_first"),
        sa.Index("ix_account_recovery_user", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    seen: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    token_hash: Mapped[bytes | None] = mapped_column(unique=True, default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)

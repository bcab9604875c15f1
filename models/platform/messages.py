"""By which way did each message go, what came of it, and how does somebody want to be told?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, one_of

MAIL, TEXT, PAGER, CONSOLE = "mail", "text", "pager", "console"
WAYS = (MAIL, TEXT)
"""What somebody may choose between; the pager and the console belong to the house."""


class MessageTry(Identified, Base):
    """One try by one way: was it taken, and what did its provider say later?"""

    __tablename__ = "message_try"
    __table_args__ = (
        sa.CheckConstraint(one_of("way", MAIL, TEXT, PAGER, CONSOLE), name="way"),
        sa.CheckConstraint("taken OR num_nonnulls(delivered_at, failed_at) = 0", name="only_taken"),
        sa.CheckConstraint("num_nonnulls(delivered_at, failed_at) < 2", name="one_receipt"),
        sa.CheckConstraint("delivered_at >= tried_at", name="order"),
        sa.CheckConstraint("failed_at >= tried_at", name="failed_order"),
        sa.Index("ix_message_try_notification", "notification_id", "tried_at"),
    )

    notification_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notification.id"))
    way: Mapped[str]
    tried_at: Mapped[datetime]
    taken: Mapped[bool]
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)


class MessagePreference(Identified, Base):
    """How one person wants to be told of what can wait: by which ways, and when not.

    The minutes are those of the day where the person is; a night that ends in the morning begins
    later than it ends.
    """

    __tablename__ = "message_preference"
    __table_args__ = (
        sa.CheckConstraint("ways <@ ARRAY['mail', 'text'] AND cardinality(ways) > 0", name="ways"),
        sa.CheckConstraint(
            both_or_neither("quiet_from_minute", "quiet_until_minute"), name="quiet_pair"
        ),
        sa.CheckConstraint("quiet_from_minute BETWEEN 0 AND 1439", name="quiet_from"),
        sa.CheckConstraint("quiet_until_minute BETWEEN 0 AND 1439", name="quiet_until"),
        sa.CheckConstraint("quiet_from_minute <> quiet_until_minute", name="quiet_ends"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    ways: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    quiet_from_minute: Mapped[int | None] = mapped_column(default=None)
    quiet_until_minute: Mapped[int | None] = mapped_column(default=None)
    set_at: Mapped[datetime]

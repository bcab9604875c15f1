"""What did a phone bring later, from which phone, and what became of each item?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, one_of
from models.platform.encryption import EncryptedJSON

KEPT_AS = ("applied", "held", "refused", "invalid")


class Phone(Identified, Base):
    """One installation of an app, as one person uses it; `forked_at` says that there are two."""

    __tablename__ = "phone"
    __table_args__ = (sa.UniqueConstraint("user_id", "device_id"),)

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    device_id: Mapped[UUID]
    first_seen_at: Mapped[datetime]
    forked_at: Mapped[datetime | None] = mapped_column(default=None)


class LateItem(Identified, Base):
    """One item of a phone's queue: what it says of itself, and what the house made of it.

    The content of what was applied is in the record, where it belongs; of everything else it is
    kept here, sealed. A `reused` item has an id that was used before for something else, a `forked`
    one the counter of another item: two phones that think they are one. `entered_by` let it in out
    of the quarantine, for the `user_id` who wrote it down.
    """

    __tablename__ = "late_item"
    __table_args__ = (
        sa.CheckConstraint(one_of("verdict", *KEPT_AS), name="verdict"),
        sa.CheckConstraint("verdict <> 'held' OR content IS NOT NULL", name="held_whole"),
        sa.Index(
            "uq_late_item_item",
            "user_id",
            "item_id",
            unique=True,
            postgresql_where=sa.text("NOT reused"),
        ),
        sa.Index(
            "uq_late_item_reused",
            "user_id",
            "item_id",
            "fingerprint",
            unique=True,
            postgresql_where=sa.text("reused"),
        ),
        sa.Index(
            "uq_late_item_counter",
            "phone_id",
            "counter",
            unique=True,
            postgresql_where=sa.text("NOT forked AND NOT reused"),
        ),
        sa.Index(
            "ix_late_item_held",
            "user_id",
            "predecessor_id",
            postgresql_where=sa.text("verdict = 'held'"),
        ),
        sa.Index(
            "ix_late_item_corrects",
            "user_id",
            "corrects_id",
            postgresql_where=sa.text("corrects_id IS NOT NULL"),
        ),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    phone_id: Mapped[UUID] = mapped_column(sa.ForeignKey("phone.id"))
    item_id: Mapped[UUID]
    counter: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    kind: Mapped[str]
    fingerprint: Mapped[bytes]
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    clock_skew_seconds: Mapped[int | None] = mapped_column(default=None)
    predecessor_id: Mapped[UUID | None] = mapped_column(default=None)
    corrects_id: Mapped[UUID | None] = mapped_column(default=None)
    received_at: Mapped[datetime]
    reused: Mapped[bool] = mapped_column(default=False)
    forked: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    result_type: Mapped[str | None] = mapped_column(default=None)
    result_id: Mapped[UUID | None] = mapped_column(default=None)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    entered_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), default=None)
    told: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text), default_factory=list)
    content: Mapped[Any | None] = mapped_column(EncryptedJSON("late_item.content"), default=None)

"""Where are other systems told that something happened, and what became of each telling?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, one_of
from models.platform.encryption import EncryptedText


class WebhookEndpoint(Identified, Base):
    """An address that is told of events, by the rights of one person who agreed to lend them.

    No kinds named means all that this person may follow. The address is sealed: it may hold a word
    that lets in.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        sa.CheckConstraint("set_up_by <> owner_id", name="two_people"),
        sa.CheckConstraint(both_or_neither("ended_at", "end_reason"), name="ended"),
        sa.CheckConstraint(one_of("end_reason", "asked", "withdrawn", "gone"), name="end_reason"),
    )

    url: Mapped[str] = mapped_column(EncryptedText("webhook_endpoint.url"))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    set_up_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    set_up_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    end_reason: Mapped[str | None] = mapped_column(default=None)


class WebhookKey(Identified, Base):
    """A key pair of one endpoint; until it retires, whatever is sent there is signed with it."""

    __tablename__ = "webhook_key"
    __table_args__ = (
        sa.Index(
            "uq_webhook_key_lasting",
            "endpoint_id",
            unique=True,
            postgresql_where=sa.text("retires_at IS NULL"),
        ),
    )

    endpoint_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook_endpoint.id"))
    public_key: Mapped[str] = mapped_column(unique=True)
    private_key: Mapped[str] = mapped_column(EncryptedText("webhook_key.private_key"))
    made_at: Mapped[datetime]
    retires_at: Mapped[datetime | None] = mapped_column(default=None)


class WebhookPlace(Base):
    """Up to where the events were picked for one endpoint, in the order of `event_feed`."""

    __tablename__ = "webhook_place"

    endpoint_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("webhook_endpoint.id"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(sa.BigInteger)


class WebhookDelivery(Identified, Base):
    """One event for one endpoint, once; while `due_at` stands it is tried again."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("endpoint_id", "event_id"),
        sa.CheckConstraint(
            one_of("state", "waiting", "delivered", "withheld", "dead"), name="state"
        ),
        sa.CheckConstraint("(state = 'waiting') = (due_at IS NOT NULL)", name="waits"),
        sa.Index(
            "ix_webhook_delivery_due",
            "endpoint_id",
            "due_at",
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index("ix_webhook_delivery_endpoint", "endpoint_id", "queued_at", "id"),
    )

    endpoint_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook_endpoint.id"))
    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("event.id"))
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)


class WebhookAttempt(Identified, Base):
    """One try: when, what came of it, and how long it took; never what was said."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (
        sa.CheckConstraint(
            one_of(
                "outcome",
                *("delivered", "refused", "gone", "no_answer", "address_refused", "withheld"),
            ),
            name="outcome",
        ),
        sa.Index("ix_webhook_attempt_delivery", "delivery_id", "tried_at"),
    )

    delivery_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook_delivery.id"))
    tried_at: Mapped[datetime]
    outcome: Mapped[str]
    status: Mapped[int | None]
    took_ms: Mapped[int]

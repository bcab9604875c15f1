"""What is never forgotten: who did what, and what happened?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, one_of
from models.platform.encryption import EncryptedText


class AuditHead(Base):
    """The end of one patient's chain; only the trigger on `audit_event` moves it."""

    __tablename__ = "audit_head"

    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[bytes]


class AuditEvent(Identified, Base):
    """One act, allowed or refused, chained to the one before; append only.

    `seq`, `prev_hash`, `hash` and `object_digest` are written by the database, whoever inserts. The
    last is the print of the object as it was, if it is of a kind that is never changed.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        sa.UniqueConstraint("stream", "seq"),
        sa.Index("ix_audit_event_patient", "patient_id", "recorded_at"),
    )

    stream: Mapped[str]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(default=None)
    actor_roles: Mapped[str] = mapped_column(default="")
    login_id: Mapped[UUID | None] = mapped_column(default=None)
    action: Mapped[str]
    object_type: Mapped[str] = mapped_column(default="")
    object_id: Mapped[str] = mapped_column(default="")
    patient_id: Mapped[UUID | None] = mapped_column(default=None)
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    request_id: Mapped[str] = mapped_column(default="")
    seq: Mapped[int] = mapped_column(sa.BigInteger, sa.FetchedValue(), init=False)
    prev_hash: Mapped[bytes] = mapped_column(sa.FetchedValue(), init=False)
    hash: Mapped[bytes] = mapped_column(sa.FetchedValue(), init=False)
    object_digest: Mapped[str | None] = mapped_column(sa.CHAR(64), sa.FetchedValue(), init=False)


class Event(Base):
    """Something that happened, ids only, in an order that a reader can follow without a gap.

    The events of one patient are numbered in the order of commits (a trigger): who reads those goes
    by `sequence`. Who reads those of everybody stops at `event_horizon()`, below which nobody is
    still writing, so that a lower number that commits later is never skipped.
    """

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event_patient", "patient_id", "sequence"),
        sa.Index("ix_event_transaction", "transaction_id"),
    )

    sequence: Mapped[int] = mapped_column(
        sa.BigInteger, sa.Identity(always=True), primary_key=True, init=False
    )
    id: Mapped[UUID] = mapped_column(unique=True)
    transaction_id: Mapped[int] = mapped_column(
        sa.BigInteger,
        server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
        init=False,
    )
    kind: Mapped[str]
    patient_id: Mapped[UUID | None] = mapped_column(default=None)
    object_type: Mapped[str]
    object_id: Mapped[UUID | None] = mapped_column(default=None)
    actor_id: Mapped[UUID | None] = mapped_column(default=None)
    occurred_at: Mapped[datetime]


class EventOwed(Base):
    """What a transaction has written of somebody; at its end the database looks for the event.

    A row never outlives its transaction: whoever forgot to say what happened, the database says it.
    """

    __tablename__ = "event_owed"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    transaction_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    whose: Mapped[UUID] = mapped_column(primary_key=True)
    object_type: Mapped[str]
    object_id: Mapped[UUID | None] = mapped_column(default=None)


class IdempotencyKey(Base):
    """One request of one person, claimed before the work and kept with what it made."""

    __tablename__ = "idempotency_key"

    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    claimed_at: Mapped[datetime]
    result_type: Mapped[str | None] = mapped_column(default=None)
    result_id: Mapped[UUID | None] = mapped_column(default=None)


class Deadline(Identified, Base):
    """Something that must have happened by a time; the worker notices when it did not."""

    __tablename__ = "deadline"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id", "due_at"),
        sa.Index(
            "ix_deadline_open",
            "due_at",
            postgresql_where=sa.text("settled_at IS NULL AND missed_at IS NULL"),
        ),
        sa.Index("ix_deadline_subject", "subject_id", "kind"),
        sa.Index("ix_deadline_patient", "patient_id", "due_at"),
    )

    patient_id: Mapped[UUID | None] = mapped_column(default=None)
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    due_at: Mapped[datetime]
    owner_id: Mapped[UUID | None] = mapped_column(default=None)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    missed_at: Mapped[datetime | None] = mapped_column(default=None)


class Heartbeat(Base):
    """When a sweep last ran, so that readiness can say that nobody is sweeping."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]


class Notification(Identified, Base):
    """Who is told, by which template; it holds no clinical word.

    Without a user it goes to the person whom the patient named for an emergency. That a provider
    took it, that it arrived and that its reader said so are three things, and none stands for
    another. Until `not_before` it waits here and not in the queue, which forgets within minutes.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index("ix_notification_user", "user_id", "created_at"),
        sa.Index("ix_notification_patient", "patient_id", "created_at"),
        sa.Index(
            "ix_notification_waits",
            "not_before",
            postgresql_where=sa.text("not_before IS NOT NULL"),
        ),
        sa.CheckConstraint("num_nonnulls(user_id, patient_id) > 0", name="somebody"),
        sa.CheckConstraint("held_for IS NULL OR not_before IS NOT NULL", name="held_until"),
        sa.CheckConstraint(one_of("held_for", "dose", "quiet_hours"), name="held_for"),
        sa.CheckConstraint("sent_at >= created_at", name="sent_order"),
        sa.CheckConstraint(
            "delivered_at IS NULL OR sent_at IS NOT NULL AND delivered_at >= sent_at",
            name="delivered_order",
        ),
        sa.CheckConstraint("acknowledged_at >= created_at", name="acknowledged_order"),
        sa.CheckConstraint("undelivered_at >= created_at", name="undelivered_order"),
    )

    user_id: Mapped[UUID | None] = mapped_column(default=None)
    patient_id: Mapped[UUID | None] = mapped_column(default=None)
    template: Mapped[str]
    subject_type: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    secret: Mapped[str | None] = mapped_column(EncryptedText("notification.secret"), default=None)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None] = mapped_column(default=None)
    held_for: Mapped[str | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    undelivered_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    paged_until: Mapped[datetime | None] = mapped_column(default=None)

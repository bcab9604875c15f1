"""Who or what holds the next dose, who must answer, and who is on call?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, choice
from models.platform.encryption import EncryptedText
from rules.terms import HoldSource, SubjectKind


class Hold(Identified, Base):
    """The next dose waits. Anyone may place a hold; only a prescriber lets go."""

    __tablename__ = "hold"
    __table_args__ = (
        sa.Index("ix_hold_patient", "patient_id", "placed_at"),
        sa.Index("ix_hold_open", "patient_id", postgresql_where=sa.text("released_at IS NULL")),
        sa.CheckConstraint(
            both_or_neither("released_at", "released_by", "release_rationale"), name="release_trio"
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    source: Mapped[HoldSource] = mapped_column(choice(HoldSource, "source"))
    code: Mapped[str]
    subject_type: Mapped[SubjectKind] = mapped_column(choice(SubjectKind, "subject_type"))
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    words: Mapped[str | None] = mapped_column(EncryptedText("hold.words"), default=None)
    placed_by: Mapped[UUID | None] = mapped_column(default=None)
    placed_at: Mapped[datetime]
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    released_by: Mapped[UUID | None] = mapped_column(default=None)
    release_rationale: Mapped[str | None] = mapped_column(
        EncryptedText("hold.release_rationale"), default=None
    )


class Escalation(Identified, Base):
    """Somebody must look; it climbs rung by rung until a human acknowledges."""

    __tablename__ = "escalation"
    __table_args__ = (
        sa.UniqueConstraint("subject_id", "code", "opened_at"),
        sa.Index("ix_escalation_patient", "patient_id", "opened_at"),
        sa.Index(
            "ix_escalation_open",
            "opened_at",
            postgresql_where=sa.text("acknowledged_at IS NULL"),
        ),
        sa.CheckConstraint(
            both_or_neither("acknowledged_at", "acknowledged_by"), name="acknowledge_pair"
        ),
    )

    patient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("patient.id"), default=None)
    code: Mapped[str]
    subject_type: Mapped[SubjectKind] = mapped_column(choice(SubjectKind, "subject_type"))
    subject_id: Mapped[UUID]
    rung: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    climbed_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_by: Mapped[UUID | None] = mapped_column(default=None)


class OnCallShift(Identified, Base):
    """Which clinician answers, from when to when."""

    __tablename__ = "on_call_shift"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="order"),
        sa.Index("ix_on_call_shift_time", "starts_at", "ends_at"),
        ExcludeConstraint(
            ("user_id", "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_on_call_shift_user",
            where=sa.text("cancelled_at IS NULL"),
        ),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    set_by: Mapped[UUID]
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)

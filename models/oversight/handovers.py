"""What was whose when they left, and whose is it now?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, choice
from rules.oversight.leaving import HandoverKind, Leaving


class Handover(Identified, Base):
    """One thing that somebody left: with whom it went on, or that it waits for somebody.

    A trigger keeps what was written; only who has it now, and since when, are filled in, once.
    """

    __tablename__ = "handover"
    __table_args__ = (
        sa.CheckConstraint("to_user_id <> from_user_id", name="to_somebody_else"),
        sa.CheckConstraint(both_or_neither("settled_at", "settled_by"), name="settled_pair"),
        sa.CheckConstraint(
            "to_user_id IS NULL OR settled_at IS NOT NULL", name="who_has_it_has_it"
        ),
        sa.Index(
            "uq_handover_open",
            "kind",
            "subject_id",
            "role",
            unique=True,
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
        sa.Index("ix_handover_patient", "patient_id", "opened_at"),
    )

    kind: Mapped[HandoverKind] = mapped_column(choice(HandoverKind, "kind"))
    why: Mapped[Leaving] = mapped_column(choice(Leaving, "why"))
    role: Mapped[str] = mapped_column(default="")
    patient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("patient.id"), default=None)
    subject_id: Mapped[UUID]
    from_user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    to_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), default=None)
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    settled_by: Mapped[UUID | None] = mapped_column(default=None)

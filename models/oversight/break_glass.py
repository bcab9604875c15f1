"""Who read a record in an emergency, why, until when, and who looked at that afterwards?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, choice
from models.platform.encryption import EncryptedText
from rules.terms import GlassReason


class BreakGlass(Identified, Base):
    """One person may read one record for a short time; somebody else reviews it.

    A trigger keeps what was written; only the end and the review are filled in later, once.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        sa.CheckConstraint(
            "ends_at > began_at AND ends_at <= began_at + interval '60 minutes'", name="short"
        ),
        sa.CheckConstraint("ended_at BETWEEN began_at AND ends_at", name="ended"),
        sa.CheckConstraint(
            "factor_proved_at <= began_at AND began_at <= factor_proved_at + interval '5 minutes'",
            name="fresh_factor",
        ),
        sa.CheckConstraint("reviewed_by <> user_id", name="two_people"),
        sa.CheckConstraint(
            both_or_neither("reviewed_at", "reviewed_by", "justified", "review_words"),
            name="review_whole",
        ),
        sa.CheckConstraint("reviewed_at IS NULL OR ended_at IS NOT NULL", name="ended_first"),
        ExcludeConstraint(
            ("user_id", "="),
            ("patient_id", "="),
            (sa.text("tstzrange(began_at, coalesce(ended_at, ends_at))"), "&&"),
            using="gist",
            name="ex_break_glass_open",
        ),
        sa.Index("ix_break_glass_patient", "patient_id", "began_at"),
        sa.Index(
            "ix_break_glass_waiting", "began_at", postgresql_where=sa.text("reviewed_at IS NULL")
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    login_id: Mapped[UUID] = mapped_column(sa.ForeignKey("login_session.id"))
    reason: Mapped[GlassReason] = mapped_column(choice(GlassReason, "reason"))
    words: Mapped[str] = mapped_column(EncryptedText("break_glass.words"))
    factor_proved_at: Mapped[datetime]
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_by: Mapped[UUID | None] = mapped_column(default=None)
    justified: Mapped[bool | None] = mapped_column(default=None)
    review_words: Mapped[str | None] = mapped_column(
        EncryptedText("break_glass.review_words"), default=None
    )

"""Which harm was reported, and what came of it?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, Versioned, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import AdverseEventState


class AdverseEvent(Identified, Versioned, Base):
    """A report of harm as it came in; the words it came in are kept for ever.

    `serious` and `severity_grade` carry the latest assessment; the reporter's stays in `report`.
    """

    __tablename__ = "adverse_event"
    __table_args__ = (
        sa.Index("ix_adverse_event_patient", "patient_id", "aware_at"),
        sa.Index(
            "ix_adverse_event_open",
            "patient_id",
            postgresql_where=sa.text("state <> 'closed'"),
        ),
        sa.CheckConstraint("severity_grade BETWEEN 1 AND 5", name="grade"),
    )

    patient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("patient.id"), default=None)
    dose_session_id: Mapped[UUID | None] = mapped_column(default=None)
    office_session_id: Mapped[UUID | None] = mapped_column(default=None)
    reporter_id: Mapped[UUID | None] = mapped_column(default=None)
    reporter_verified: Mapped[bool]
    reporter_role: Mapped[str] = mapped_column(default="")
    own_words: Mapped[str | None] = mapped_column(
        EncryptedText("adverse_event.own_words"), default=None
    )
    report: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("adverse_event.report"))
    state: Mapped[AdverseEventState] = mapped_column(
        choice(AdverseEventState, "state"), default=AdverseEventState.REPORTED
    )
    serious: Mapped[bool | None] = mapped_column(default=None)
    severity_grade: Mapped[int | None] = mapped_column(default=None)
    incomplete_icsr: Mapped[bool] = mapped_column(default=True)
    aware_at: Mapped[datetime]
    day_zero: Mapped[date | None] = mapped_column(default=None)
    file_by: Mapped[date | None] = mapped_column(default=None)
    triage_due_at: Mapped[datetime]
    triaged_at: Mapped[datetime | None] = mapped_column(default=None)
    triaged_by: Mapped[UUID | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class AdverseEventAssessment(Identified, Base):
    """One clinician's judgement of an event; append only, numbered, the newest counts."""

    __tablename__ = "adverse_event_assessment"
    __table_args__ = (sa.UniqueConstraint("adverse_event_id", "number"),)

    adverse_event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("adverse_event.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(
        EncryptedJSON("adverse_event_assessment.content")
    )
    serious: Mapped[bool]
    severity_grade: Mapped[int | None] = mapped_column(default=None)
    assessed_by: Mapped[UUID]
    assessed_at: Mapped[datetime]


class AdverseEventAddition(Identified, Base):
    """More about an event, from whoever knows more; append only."""

    __tablename__ = "adverse_event_addition"
    __table_args__ = (sa.Index("ix_adverse_event_addition_event", "adverse_event_id", "added_at"),)

    adverse_event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("adverse_event.id"))
    content: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("adverse_event_addition.content"))
    added_by: Mapped[UUID | None] = mapped_column(default=None)
    added_at: Mapped[datetime]

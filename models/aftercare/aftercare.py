"""What follows a dose: touches, coaching notes, goals?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, Versioned, both_or_neither, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import FollowUpKind, NoteState


class FollowUp(Identified, Versioned, Base):
    """A touch that falls due after a dose; the one at 24 hours opens or closes the next dose."""

    __tablename__ = "follow_up"
    __table_args__ = (
        sa.UniqueConstraint("dose_session_id", "kind"),
        sa.Index("ix_follow_up_patient", "patient_id", "due_at"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("dose_session.id"))
    kind: Mapped[FollowUpKind] = mapped_column(choice(FollowUpKind, "kind"))
    due_at: Mapped[datetime]
    window_from: Mapped[datetime]
    window_to: Mapped[datetime | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class FollowUpAnswer(Identified, Base):
    """What the patient answered to a follow-up, early, in time or late; append only."""

    __tablename__ = "follow_up_answer"
    __table_args__ = (
        sa.Index("ix_follow_up_answer_follow_up", "follow_up_id", "received_at"),
        sa.Index("ix_follow_up_answer_patient", "patient_id", "received_at"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    follow_up_id: Mapped[UUID] = mapped_column(sa.ForeignKey("follow_up.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("follow_up_answer.answers"))
    complete: Mapped[bool]
    timing: Mapped[str]
    alarm_codes: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text))
    adverse_event_id: Mapped[UUID | None] = mapped_column(default=None)
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    received_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class CoachingNote(Identified, Versioned, Base):
    """A shared summary of a coaching session: part of the record, readable by the patient.

    A signed note never changes; an amendment is a new note that points back at it.
    """

    __tablename__ = "coaching_note"
    __table_args__ = (
        sa.Index("ix_coaching_note_patient", "patient_id", "written_at"),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_state"),
        sa.CheckConstraint(both_or_neither("signed_at", "signed_by"), name="sign_pair"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    appointment_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("appointment.id"), default=None
    )
    dose_session_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("dose_session.id"), default=None
    )
    amends_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("coaching_note.id"), default=None)
    state: Mapped[NoteState] = mapped_column(choice(NoteState, "state"), default=NoteState.DRAFT)
    summary: Mapped[str] = mapped_column(EncryptedText("coaching_note.summary"))
    mentions_harm: Mapped[bool]
    adverse_event_id: Mapped[UUID | None] = mapped_column(default=None)
    written_at: Mapped[datetime]
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_by: Mapped[UUID | None] = mapped_column(default=None)


class PrivateNote(Identified, Versioned, Base):
    """A licensed author's own note, apart from the record; only the author reads it."""

    __tablename__ = "private_note"
    __table_args__ = (sa.Index("ix_private_note_author", "author_id", "patient_id"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    body: Mapped[str] = mapped_column(EncryptedText("private_note.body"))
    mentions_harm: Mapped[bool]
    adverse_event_id: Mapped[UUID | None] = mapped_column(default=None)
    written_at: Mapped[datetime]


class Goal(Identified, Versioned, Base):
    """What the patient works towards; patient and coach edit the same one."""

    __tablename__ = "goal"
    __table_args__ = (
        sa.Index("ix_goal_patient", "patient_id", "set_at"),
        sa.CheckConstraint("state IN ('open', 'reached', 'left')", name="goal_state"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    words: Mapped[str] = mapped_column(EncryptedText("goal.words"))
    practices: Mapped[list[Any] | None] = mapped_column(
        EncryptedJSON("goal.practices"), default=None
    )
    state: Mapped[str] = mapped_column(default="open")
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]
    changed_at: Mapped[datetime | None] = mapped_column(default=None)


class GoalChange(Identified, Base):
    """What a goal said before it was changed; append only."""

    __tablename__ = "goal_change"

    goal_id: Mapped[UUID] = mapped_column(sa.ForeignKey("goal.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    was: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("goal_change.was"))
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime]

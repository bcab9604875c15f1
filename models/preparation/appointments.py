"""Who meets whom, when, and what must be ready before the first dose?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, Versioned, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import AppointmentKind, AppointmentState


class Slot(Identified, Base):
    """A time somebody of the staff offers; two slots of one person never overlap."""

    __tablename__ = "slot"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="order"),
        sa.Index("ix_slot_kind", "kind", "starts_at"),
        ExcludeConstraint(
            ("host_id", "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_slot_host",
        ),
    )

    host_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[AppointmentKind] = mapped_column(choice(AppointmentKind, "kind"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Appointment(Identified, Versioned, Base):
    """A booked slot; a constraint, not the code, keeps two people out of one slot."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.Index(
            "uq_appointment_slot",
            "slot_id",
            unique=True,
            postgresql_where=sa.text("state <> 'cancelled'"),
        ),
        sa.Index("ix_appointment_patient", "patient_id", "starts_at"),
        sa.Index("ix_appointment_host", "host_id", "starts_at"),
    )

    slot_id: Mapped[UUID] = mapped_column(sa.ForeignKey("slot.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    host_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[AppointmentKind] = mapped_column(choice(AppointmentKind, "kind"))
    state: Mapped[AppointmentState] = mapped_column(
        choice(AppointmentState, "state"), default=AppointmentState.BOOKED
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    video_link: Mapped[str] = mapped_column(EncryptedText("appointment.video_link"))
    dose_session_id: Mapped[UUID | None] = mapped_column(default=None)
    booked_by: Mapped[UUID]
    booked_at: Mapped[datetime]
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    sitter_attended: Mapped[bool | None] = mapped_column(default=None)


class ModuleCompletion(Identified, Base):
    """A preparation module worked through, with the answers to its check of understanding."""

    __tablename__ = "module_completion"
    __table_args__ = (sa.Index("ix_module_completion_patient", "patient_id", "module"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    module: Mapped[str]
    edition: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("module_completion.answers"))
    passed: Mapped[bool]
    completed_at: Mapped[datetime]


class HomeCheck(Identified, Base):
    """The patient's home looked through before the first dose; confirmed again each time."""

    __tablename__ = "home_check"
    __table_args__ = (sa.Index("ix_home_check_patient", "patient_id", "checked_at"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("home_check.answers"))
    passed: Mapped[bool]
    checked_at: Mapped[datetime]


class Intention(Identified, Base):
    """What the patient hopes for, in their own words, carried into session and coaching."""

    __tablename__ = "intention"
    __table_args__ = (sa.Index("ix_intention_patient", "patient_id", "set_at"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    words: Mapped[str] = mapped_column(EncryptedText("intention.words"))
    set_at: Mapped[datetime]

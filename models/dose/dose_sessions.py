"""What happens on the evening of a dose at home, from the schedule to the close?"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.plan.catalogue import Dispensed
from models.platform.base import Base, Identified, Versioned, both_or_neither, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import SessionState, Urgency, VitalPurpose, VitalSource

ACTIVE_STATES = ("checkin_open", "blocked", "cleared", "monitoring", "emergency")
WATCHED_STATES = (SessionState.MONITORING, SessionState.EMERGENCY)
_ACTIVE = "state IN ('checkin_open', 'blocked', 'cleared', 'monitoring', 'emergency')"
_WHAT = ("product_id", "molecule", "route", "setting")


class DoseSession(Identified, Versioned, Dispensed, Base):
    """One dose at home; its patient, plan, product and setting never change after creation."""

    __tablename__ = "dose_session"
    locks: ClassVar[tuple[Any, ...]] = (
        sa.CheckConstraint("setting = 'home'", name="home_only"),
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index(
            "uq_dose_session_number",
            "plan_id",
            "number",
            unique=True,
            postgresql_where=sa.text("state NOT IN ('cancelled', 'aborted')"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id", "patient_id", *_WHAT],
            [f"treatment_plan.{name}" for name in ("id", "patient_id", *_WHAT)],
        ),
        sa.ForeignKeyConstraint(["sitter_id", "patient_id"], ["sitter.id", "sitter.patient_id"]),
        sa.Index(
            "uq_dose_session_active",
            "patient_id",
            unique=True,
            postgresql_where=sa.text(_ACTIVE),
        ),
        sa.Index(
            "uq_dose_session_sitter_active",
            "sitter_user_id",
            unique=True,
            postgresql_where=sa.text(_ACTIVE),
        ),
        sa.Index("ix_dose_session_patient", "patient_id", "scheduled_at"),
        sa.Index("ix_dose_session_sitter", "sitter_id"),
        sa.CheckConstraint("number BETWEEN 1 AND 6", name="six_sessions"),
        sa.CheckConstraint("dose_mg_hundredths BETWEEN 1 AND 45000", name="dose_cap"),
        sa.CheckConstraint(both_or_neither("released_at", "released_by"), name="release_pair"),
        sa.CheckConstraint(
            "released_at IS NULL OR dosed_at IS NULL"
            " OR released_at >= coalesce(last_part_at, dosed_at) + interval '120 minutes'",
            name="watched_two_hours",
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    plan_id: Mapped[UUID]
    number: Mapped[int]
    dose_mg_hundredths: Mapped[int]
    sitter_id: Mapped[UUID | None] = mapped_column(default=None)
    sitter_user_id: Mapped[UUID | None] = mapped_column(default=None)
    scheduled_at: Mapped[datetime]
    time_zone: Mapped[str]
    state: Mapped[SessionState] = mapped_column(
        choice(SessionState, "state"), default=SessionState.SCHEDULED
    )
    patient_state: Mapped[str] = mapped_column(default="")
    lot_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("lot.id"), default=None)
    check_in_opened_at: Mapped[datetime | None] = mapped_column(default=None)
    dosed_at: Mapped[datetime | None] = mapped_column(default=None)
    last_part_at: Mapped[datetime | None] = mapped_column(default=None)
    cleared_dose: Mapped[bool | None] = mapped_column(default=None)
    no_driving_until: Mapped[datetime | None] = mapped_column(default=None)
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    released_by: Mapped[UUID | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_by: Mapped[UUID | None] = mapped_column(default=None)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class VitalSigns(Identified, Base):
    """One reading as it was taken; kept also when it is implausible, and never changed."""

    __tablename__ = "vital_signs"
    __table_args__ = (
        sa.Index("ix_vital_signs_patient", "patient_id", "measured_at"),
        sa.Index("ix_vital_signs_session", "dose_session_id", "measured_at"),
        sa.CheckConstraint("systolic_mmhg BETWEEN 1 AND 400", name="systolic"),
        sa.CheckConstraint("diastolic_mmhg BETWEEN 1 AND 400", name="diastolic"),
        sa.CheckConstraint("heart_rate_bpm BETWEEN 1 AND 400", name="heart_rate"),
        sa.CheckConstraint("spo2_percent BETWEEN 1 AND 100", name="spo2"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("dose_session.id"), default=None
    )
    office_session_id: Mapped[UUID | None] = mapped_column(default=None)
    purpose: Mapped[VitalPurpose] = mapped_column(choice(VitalPurpose, "purpose"))
    systolic_mmhg: Mapped[int | None] = mapped_column(default=None)
    diastolic_mmhg: Mapped[int | None] = mapped_column(default=None)
    heart_rate_bpm: Mapped[int | None] = mapped_column(default=None)
    spo2_percent: Mapped[int | None] = mapped_column(default=None)
    source: Mapped[VitalSource] = mapped_column(choice(VitalSource, "source"))
    cuff_serial: Mapped[str] = mapped_column(EncryptedText("vital_signs.cuff_serial"), default="")
    measured_at: Mapped[datetime]
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    clock_skew_seconds: Mapped[int | None] = mapped_column(default=None)
    received_at: Mapped[datetime]
    plausible: Mapped[bool]
    alarm_codes: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text), default_factory=list)
    urgency: Mapped[Urgency | None] = mapped_column(choice(Urgency, "urgency"), default=None)
    recorded_by: Mapped[UUID]


class MonitoringCheck(Identified, Base):
    """One look at the patient by the sitter, every fifteen minutes; append only."""

    __tablename__ = "monitoring_check"
    __table_args__ = (
        sa.Index("ix_monitoring_check_session", "dose_session_id", "checked_at"),
        sa.Index("ix_monitoring_check_patient", "patient_id", "checked_at"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("dose_session.id"))
    checked_at: Mapped[datetime]
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    received_at: Mapped[datetime]
    moaas: Mapped[int | None] = mapped_column(default=None)
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("monitoring_check.answers"))
    symptoms: Mapped[list[str]] = mapped_column(EncryptedJSON("monitoring_check.symptoms"))
    alarm_codes: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text), default_factory=list)
    urgency: Mapped[Urgency | None] = mapped_column(choice(Urgency, "urgency"), default=None)
    recorded_by: Mapped[UUID]


class EmergencyCall(Identified, Base):
    """Somebody pressed the red button; always kept, answered with what to do now."""

    __tablename__ = "emergency_call"
    __table_args__ = (sa.Index("ix_emergency_call_patient", "patient_id", "raised_at"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("dose_session.id"), default=None
    )
    office_session_id: Mapped[UUID | None] = mapped_column(default=None)
    code: Mapped[str]
    words: Mapped[str | None] = mapped_column(EncryptedText("emergency_call.words"), default=None)
    raised_by: Mapped[UUID]
    raised_at: Mapped[datetime]
    received_at: Mapped[datetime]


class ReleaseCheck(Identified, Base):
    """The sitter's last look; together with the gate it ends the watch."""

    __tablename__ = "release_check"
    __table_args__ = (sa.Index("ix_release_check_session", "dose_session_id", "checked_at"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("dose_session.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("release_check.answers"))
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("gate_decision.id"))
    checked_by: Mapped[UUID]
    checked_at: Mapped[datetime]

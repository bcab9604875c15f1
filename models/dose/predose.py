"""What was answered before a dose, and which single dose may follow from it?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither
from models.platform.encryption import EncryptedJSON


class PredoseCheck(Identified, Base):
    """The patient's fresh answers for one session; nothing in it is copied from last time."""

    __tablename__ = "predose_check"
    __table_args__ = (
        sa.Index("ix_predose_check_session", "dose_session_id", "submitted_at"),
        sa.Index("ix_predose_check_patient", "patient_id", "submitted_at"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("dose_session.id"))
    questionnaire: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("predose_check.answers"))
    submitted_by: Mapped[UUID]
    submitted_at: Mapped[datetime]


class SitterAttestation(Identified, Base):
    """The sitter's own word, from the sitter's own phone, for one session."""

    __tablename__ = "sitter_attestation"
    __table_args__ = (sa.Index("ix_sitter_attestation_session", "dose_session_id", "attested_at"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("dose_session.id"))
    sitter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("sitter.id"))
    login_id: Mapped[UUID]
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("sitter_attestation.answers"))
    attested_at: Mapped[datetime]


class Clearance(Identified, Base):
    """Permission of the gate for one dose: single use, thirty minutes, bound to what was judged."""

    __tablename__ = "clearance"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["dose_session_id", "patient_id"], ["dose_session.id", "dose_session.patient_id"]
        ),
        sa.UniqueConstraint("id", "dose_session_id"),
        sa.Index(
            "uq_clearance_live",
            "dose_session_id",
            unique=True,
            postgresql_where=sa.text("spent_at IS NULL AND voided_at IS NULL"),
        ),
        sa.CheckConstraint("expires_at <= issued_at + interval '30 minutes'", name="half_hour"),
        sa.CheckConstraint("spent_at IS NULL OR voided_at IS NULL", name="spent_or_void"),
        sa.CheckConstraint("spent_at IS NULL OR spent_at <= expires_at", name="spent_in_time"),
        sa.CheckConstraint(both_or_neither("voided_at", "void_reason"), name="void_pair"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID]
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("gate_decision.id"), unique=True)
    lot_id: Mapped[UUID] = mapped_column(sa.ForeignKey("lot.id"))
    dose_mg_hundredths: Mapped[int]
    sitter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("sitter.id"))
    inputs_hash: Mapped[bytes]
    safety_version: Mapped[int]
    epoch: Mapped[int] = mapped_column(sa.ForeignKey("clearance_epoch.number"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None] = mapped_column(default=None)
    voided_at: Mapped[datetime | None] = mapped_column(default=None)
    void_reason: Mapped[str | None] = mapped_column(default=None)


class DoseTaken(Identified, Base):
    """A dose that entered a body; cleared or not, it is kept. One clearance gives at most one.

    A booster hangs on the cleared first part of its session. Only a dose that nobody cleared may be
    of unknown size.
    """

    __tablename__ = "dose_taken"
    __table_args__ = (
        sa.Index("ix_dose_taken_patient", "patient_id", "taken_at"),
        sa.UniqueConstraint("clearance_id"),
        sa.Index(
            "uq_dose_taken_cleared",
            "dose_session_id",
            unique=True,
            postgresql_where=sa.text("clearance_id IS NOT NULL"),
        ),
        sa.UniqueConstraint("id", "dose_session_id"),
        sa.Index(
            "uq_dose_taken_booster",
            "dose_session_id",
            unique=True,
            postgresql_where=sa.text("booster_of IS NOT NULL"),
        ),
        sa.CheckConstraint(
            "cleared = (clearance_id IS NOT NULL OR booster_of IS NOT NULL)",
            name="cleared_means_clearance",
        ),
        sa.CheckConstraint(
            "booster_of IS NULL OR (clearance_id IS NULL AND dose_session_id IS NOT NULL)",
            name="booster_of_a_session",
        ),
        sa.ForeignKeyConstraint(
            ["booster_of", "dose_session_id"], ["dose_taken.id", "dose_taken.dose_session_id"]
        ),
        sa.CheckConstraint(
            "NOT cleared OR dose_mg_hundredths IS NOT NULL", name="cleared_dose_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["clearance_id", "dose_session_id"], ["clearance.id", "clearance.dose_session_id"]
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    dose_session_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("dose_session.id"), default=None
    )
    clearance_id: Mapped[UUID | None] = mapped_column(default=None)
    booster_of: Mapped[UUID | None] = mapped_column(default=None)
    cleared: Mapped[bool]
    dose_mg_hundredths: Mapped[int | None] = mapped_column(default=None)
    taken_at: Mapped[datetime]
    local_date: Mapped[str]
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    received_at: Mapped[datetime]
    no_driving_until: Mapped[datetime | None] = mapped_column(default=None)
    deviation: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJSON("dose_taken.deviation"), default=None
    )
    recorded_by: Mapped[UUID]

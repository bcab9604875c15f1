"""What did the patient tell us, what was scored, and what did they agree to?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, Versioned
from models.platform.encryption import EncryptedJSON, EncryptedText


class Intake(Identified, Versioned, Base):
    """One version of a patient's history: saved in parts, submitted once, amended by another."""

    __tablename__ = "intake"
    __table_args__ = (
        sa.UniqueConstraint("patient_id", "number"),
        sa.Index(
            "uq_intake_draft",
            "patient_id",
            unique=True,
            postgresql_where=sa.text("submitted_at IS NULL"),
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    questionnaire: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("intake.answers"))
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    digest: Mapped[bytes | None] = mapped_column(default=None)


class Assessment(Identified, Base):
    """One instrument answered once: numeric answers sealed, the score beside them."""

    __tablename__ = "assessment"
    __table_args__ = (
        sa.Index("ix_assessment_patient", "patient_id", "instrument", "taken_at"),
        sa.Index("ix_assessment_patient_taken", "patient_id", "taken_at"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    instrument: Mapped[str]
    instrument_version: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("assessment.answers"))
    complete: Mapped[bool]
    result: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("assessment.result"))
    taken_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    dose_session_id: Mapped[UUID | None] = mapped_column(default=None)


class RiskAssessment(Identified, Base):
    """A clinician's own assessment after an instrument raised an alarm; append only.

    `cleared` says that the alarm is settled for these very answers, such as by a fine urinalysis.
    """

    __tablename__ = "risk_assessment"
    __table_args__ = (sa.Index("ix_risk_assessment_patient", "patient_id", "assessed_at"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessment.id"))
    assessed_by: Mapped[UUID]
    assessed_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(EncryptedText("risk_assessment.words"))
    safety_plan: Mapped[bool]
    cleared: Mapped[bool] = mapped_column(default=False)


class ConsentText(Identified, Base):
    """A version of the consent text, known by its hash; immutable."""

    __tablename__ = "consent_text"
    __table_args__ = (
        sa.UniqueConstraint("name", "edition", "language"),
        sa.UniqueConstraint("sha256"),
    )

    name: Mapped[str]
    edition: Mapped[int]
    language: Mapped[str]
    body: Mapped[str]
    sha256: Mapped[str]
    effective_from: Mapped[datetime]


class Consent(Identified, Base):
    """A patient's signature under one text; append only, withdrawal is a row of its own."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.Index("ix_consent_patient", "patient_id", "signed_at"),
        sa.CheckConstraint("kind IN ('given', 'withdrawn')", name="kind"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    text_sha256: Mapped[str] = mapped_column(sa.ForeignKey("consent_text.sha256"))
    kind: Mapped[str] = mapped_column(default="given")
    signature: Mapped[str] = mapped_column(EncryptedText("consent.signature"))
    signed_at: Mapped[datetime]
    read_seconds: Mapped[int] = mapped_column(default=0)

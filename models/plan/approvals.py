"""What did the prescriber see and decide?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, Versioned, both_or_neither, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import ApprovalDecision


class Evaluation(Identified, Base):
    """A live meeting of patient and prescriber, with identity and PDMP check; append only."""

    __tablename__ = "evaluation"
    __table_args__ = (
        sa.Index("ix_evaluation_patient", "patient_id", "held_at"),
        sa.CheckConstraint("modality IN ('video', 'in_person')", name="modality"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    prescriber_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    held_at: Mapped[datetime]
    minutes: Mapped[int]
    modality: Mapped[str]
    patient_state: Mapped[str]
    identity_verified: Mapped[bool]
    identity_method: Mapped[str]
    capacity: Mapped[bool]
    diagnosis_documented: Mapped[bool]
    diagnoses: Mapped[list[str]] = mapped_column(EncryptedJSON("evaluation.diagnoses"))
    pdmp_checked_at: Mapped[datetime | None] = mapped_column(default=None)
    pdmp_result: Mapped[str] = mapped_column(default="")
    pdmp_reference: Mapped[str] = mapped_column(default="")
    findings: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJSON("evaluation.findings"), default=None
    )
    recorded_at: Mapped[datetime]

    @property
    def pdmp_results(self) -> list[str]:
        """Every class that the state's medicine record showed then."""
        return self.pdmp_result.split()


class PdmpQuery(Identified, Base):
    """One look into a state's medicine record, before a prescription; append only.

    `result` holds the codes of every class that was found, with blanks between them.
    """

    __tablename__ = "pdmp_query"
    __table_args__ = (
        sa.Index("ix_pdmp_query_patient", "patient_id", "checked_at"),
        sa.CheckConstraint("patient_state ~ '^[A-Z]{2}$'", name="state"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    prescriber_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    patient_state: Mapped[str]
    checked_at: Mapped[datetime]
    result: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]

    @property
    def results(self) -> list[str]:
        """Every class that was found."""
        return self.result.split()


class Approval(Identified, Versioned, Base):
    """A prescriber's signed decision about one patient; it ends, it is never edited."""

    __tablename__ = "approval"
    __table_args__ = (
        sa.Index("ix_approval_patient", "patient_id", "signed_at"),
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index(
            "uq_approval_live",
            "patient_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("sessions_allowed BETWEEN 0 AND 6", name="six_sessions"),
        sa.CheckConstraint(both_or_neither("ended_at", "end_reason"), name="end_pair"),
        sa.CheckConstraint("expires_at <= signed_at + interval '90 days'", name="ninety_days"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    evaluation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evaluation.id"))
    intake_id: Mapped[UUID] = mapped_column(sa.ForeignKey("intake.id"))
    decision_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("gate_decision.id"), default=None
    )
    prescriber_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    decision: Mapped[ApprovalDecision] = mapped_column(choice(ApprovalDecision, "decision"))
    conditions: Mapped[list[str] | None] = mapped_column(
        EncryptedJSON("approval.conditions"), default=None
    )
    rationale: Mapped[str] = mapped_column(EncryptedText("approval.rationale"))
    signature: Mapped[str] = mapped_column(EncryptedText("approval.signature"))
    signed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sessions_allowed: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    end_reason: Mapped[str | None] = mapped_column(default=None)

"""What did a gate decide, on which facts, and who let one finding pass?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import Outcome, SubjectKind


class GateDecision(Identified, Base):
    """One answer of the gates, with the facts it looked at; never changed, never recomputed."""

    __tablename__ = "gate_decision"
    __table_args__ = (
        sa.Index("ix_gate_decision_patient", "patient_id", "decided_at"),
        sa.Index("ix_gate_decision_subject", "subject_id", "decided_at"),
        sa.CheckConstraint(
            "clearance_id IS NULL OR outcome = 'clear'", name="only_clear_gives_clearance"
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    subject_type: Mapped[SubjectKind] = mapped_column(choice(SubjectKind, "subject_type"))
    subject_id: Mapped[UUID]
    point: Mapped[str]
    ruleset: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "outcome"))
    suitability: Mapped[str | None] = mapped_column(default=None)
    codes: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJSON("gate_decision.findings"))
    facts: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("gate_decision.facts"))
    inputs_hash: Mapped[bytes]
    clearance_id: Mapped[UUID | None] = mapped_column(default=None)
    sheet: Mapped[int | None] = mapped_column(sa.ForeignKey("parameter_sheet.number"), default=None)
    law: Mapped[str] = mapped_column(default="", server_default="")
    decided_by: Mapped[UUID | None] = mapped_column(default=None)
    decided_at: Mapped[datetime]


class Override(Identified, Base):
    """A prescriber lets one soft finding pass, with a reason, for one subject, until a time.

    A trigger refuses a new one without a second factor proved minutes before, and one that needs
    the medical director without saying so. Its minutes are the loosest ones, on purpose: a lock
    knows no parameter sheet, and the workflow asks for what the sheet says on top.
    """

    __tablename__ = "override"
    __table_args__ = (
        sa.Index("ix_override_subject", "subject_id", "code"),
        sa.CheckConstraint(both_or_neither("voided_at", "void_reason"), name="void_pair"),
        sa.CheckConstraint(both_or_neither("cosigned_at", "cosigned_by"), name="cosigned_pair"),
        sa.CheckConstraint("cosigned_by <> overridden_by", name="two_clinicians"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("gate_decision.id"))
    subject_type: Mapped[SubjectKind] = mapped_column(choice(SubjectKind, "subject_type"))
    subject_id: Mapped[UUID]
    code: Mapped[str]
    rationale: Mapped[str] = mapped_column(EncryptedText("override.rationale"))
    finding_hash: Mapped[bytes]
    overridden_by: Mapped[UUID]
    overridden_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    voided_at: Mapped[datetime | None] = mapped_column(default=None)
    void_reason: Mapped[str | None] = mapped_column(default=None)
    factor_proved_at: Mapped[datetime | None] = mapped_column(default=None)
    needs_cosigner: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    cosigned_by: Mapped[UUID | None] = mapped_column(default=None)
    cosigned_at: Mapped[datetime | None] = mapped_column(default=None)

"""Which copies of a record were made, and what of it left the house?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, choice
from models.platform.encryption import EncryptedText
from rules.terms import CopyFormat, DisclosurePurpose, RecipientKind


class RecordExport(Identified, Base):
    """One copy of a whole record: who took it, for whom, in which form, how many rows; append only.

    The copy itself is not kept: it is made from the record, and handed over once.
    """

    __tablename__ = "record_export"
    __table_args__ = (
        sa.Index("ix_record_export_patient", "patient_id", "made_at"),
        sa.CheckConstraint("row_total >= 1", name="row_total"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    made_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    recipient: Mapped[RecipientKind] = mapped_column(choice(RecipientKind, "recipient"))
    written_as: Mapped[CopyFormat] = mapped_column(choice(CopyFormat, "written_as"))
    in_confidence: Mapped[bool]
    row_total: Mapped[int]
    row_counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    made_at: Mapped[datetime]


class Disclosure(Identified, Base):
    """What of a record went to somebody outside: to whom, what for, when; append only."""

    __tablename__ = "disclosure"
    __table_args__ = (
        sa.Index("ix_disclosure_patient", "patient_id", "disclosed_at"),
        sa.UniqueConstraint("subject_id", "recipient_kind", "disclosed_at"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    recipient_kind: Mapped[RecipientKind] = mapped_column(choice(RecipientKind, "recipient_kind"))
    recipient: Mapped[str] = mapped_column(EncryptedText("disclosure.recipient"))
    what: Mapped[str] = mapped_column(EncryptedText("disclosure.what"))
    purpose: Mapped[DisclosurePurpose] = mapped_column(choice(DisclosurePurpose, "purpose"))
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    disclosed_by: Mapped[UUID | None] = mapped_column(default=None)
    disclosed_at: Mapped[datetime]

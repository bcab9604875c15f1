"""What did a patient ask of their record, what left the house, and how long is it kept?"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, choice
from models.platform.encryption import EncryptedText
from rules.terms import (
    CopyFormat,
    DisclosurePurpose,
    EnrolmentState,
    RecipientKind,
    RequestKind,
    RequestOutcome,
)


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


class RightsRequest(Identified, Base):
    """A patient asks for the whole record, or for one line of it to be put right.

    A trigger keeps what was asked; the one extension, the answer and the patient's own statement
    of disagreement are filled in later, once.
    """

    __tablename__ = "rights_request"
    __table_args__ = (
        sa.Index("ix_rights_request_patient", "patient_id", "asked_at"),
        sa.Index("ix_rights_request_open", "due_at", postgresql_where=sa.text("outcome IS NULL")),
        sa.Index(
            "uq_rights_request_access",
            "patient_id",
            unique=True,
            postgresql_where=sa.text("outcome IS NULL AND kind = 'access'"),
        ),
        sa.CheckConstraint(
            "(kind = 'amendment') = (num_nulls(subject_type, subject_id, words) = 0)"
            " AND num_nulls(subject_type, subject_id) IN (0, 2)",
            name="what_is_wrong",
        ),
        sa.CheckConstraint(
            both_or_neither("extended_at", "extended_by", "extension_reason"), name="extension"
        ),
        sa.CheckConstraint(
            both_or_neither("answered_at", "answered_by", "outcome"), name="answer_whole"
        ),
        sa.CheckConstraint("outcome <> 'denied' OR reason IS NOT NULL", name="denial_says_why"),
        sa.CheckConstraint(
            "(kind = 'access') = (outcome = 'given') OR outcome IS NULL", name="answer_fits"
        ),
        sa.CheckConstraint(both_or_neither("disagreed_at", "disagreement"), name="statement"),
        sa.CheckConstraint("disagreed_at IS NULL OR outcome = 'denied'", name="denied_first"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    kind: Mapped[RequestKind] = mapped_column(choice(RequestKind, "kind"))
    subject_type: Mapped[str | None] = mapped_column(default=None)
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    words: Mapped[str | None] = mapped_column(EncryptedText("rights_request.words"), default=None)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    extended_at: Mapped[datetime | None] = mapped_column(default=None)
    extended_by: Mapped[UUID | None] = mapped_column(default=None)
    extension_reason: Mapped[str | None] = mapped_column(
        EncryptedText("rights_request.extension_reason"), default=None
    )
    outcome: Mapped[RequestOutcome | None] = mapped_column(
        choice(RequestOutcome, "outcome"), default=None
    )
    reason: Mapped[str | None] = mapped_column(EncryptedText("rights_request.reason"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[UUID | None] = mapped_column(default=None)
    disagreement: Mapped[str | None] = mapped_column(
        EncryptedText("rights_request.disagreement"), default=None
    )
    disagreed_at: Mapped[datetime | None] = mapped_column(default=None)


class AccountClosure(Identified, Base):
    """The patient ended the programme, in one step and for no reason; append only."""

    __tablename__ = "account_closure"
    __table_args__ = (sa.UniqueConstraint("patient_id"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    was: Mapped[EnrolmentState] = mapped_column(choice(EnrolmentState, "was"))
    closed_by: Mapped[UUID]
    closed_at: Mapped[datetime]
    kept_until: Mapped[date]


class LegalHold(Identified, Base):
    """Nothing of this record is destroyed while it stands; two people lift it.

    A trigger keeps what was written; lifting is asked for and confirmed later, once.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        sa.Index("ix_legal_hold_patient", "patient_id", "placed_at"),
        sa.CheckConstraint(
            both_or_neither("lift_asked_at", "lift_asked_by", "lift_reason"), name="lift_asked"
        ),
        sa.CheckConstraint(both_or_neither("lifted_at", "lifted_by"), name="lifted_pair"),
        sa.CheckConstraint("lifted_at IS NULL OR lift_asked_at IS NOT NULL", name="asked_first"),
        sa.CheckConstraint("lifted_by <> lift_asked_by", name="two_people"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    matter: Mapped[str] = mapped_column(EncryptedText("legal_hold.matter"))
    placed_by: Mapped[UUID]
    placed_at: Mapped[datetime]
    lift_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    lift_asked_by: Mapped[UUID | None] = mapped_column(default=None)
    lift_reason: Mapped[str | None] = mapped_column(
        EncryptedText("legal_hold.lift_reason"), default=None
    )
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by: Mapped[UUID | None] = mapped_column(default=None)

"""Who is the patient, who cares for them, and who sits with them?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, Versioned, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import EnrolmentState, Language, Role, SitterState


class Patient(Identified, Versioned, Base):
    """One person in the programme; who they are is sealed.

    `safety_version` rises with every write that a dose decision looks at, under this row's lock,
    so that two decisions about one patient never pass each other.
    """

    __tablename__ = "patient"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    given_name: Mapped[str] = mapped_column(EncryptedText("patient.given_name"))
    family_name: Mapped[str] = mapped_column(EncryptedText("patient.family_name"))
    born_on: Mapped[str] = mapped_column(EncryptedText("patient.born_on"))
    sex_at_birth: Mapped[str | None] = mapped_column(
        EncryptedText("patient.sex_at_birth"), default=None
    )
    contact: Mapped[dict[str, object] | None] = mapped_column(
        EncryptedJSON("patient.contact"), default=None
    )
    state: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str]
    enrolment: Mapped[EnrolmentState] = mapped_column(
        choice(EnrolmentState, "enrolment"), default=EnrolmentState.PROSPECT
    )
    suspended_for: Mapped[str] = mapped_column(default="")
    material_change_at: Mapped[datetime | None] = mapped_column(default=None)
    safety_version: Mapped[int] = mapped_column(default=1)
    preferred_language: Mapped[Language] = mapped_column(
        choice(Language, "preferred_language"),
        default=Language.ENGLISH,
        server_default=Language.ENGLISH.value,
    )
    enrolled_at: Mapped[datetime]


class CareTeamMember(Identified, Base):
    """Somebody of the staff who cares for this patient, from a time to a time."""

    __tablename__ = "care_team_member"
    __table_args__ = (
        sa.CheckConstraint("role IN ('coach', 'prescriber', 'safety_officer')", name="care_role"),
        sa.Index(
            "uq_care_team_member_open",
            "patient_id",
            "user_id",
            "role",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "ix_care_team_member_user",
            "user_id",
            "patient_id",
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Sitter(Identified, Versioned, Base):
    """Somebody the patient asked to sit; a person of their own, with a phone of their own."""

    __tablename__ = "sitter"
    __table_args__ = (
        sa.Index("ix_sitter_patient", "patient_id"),
        sa.Index("ix_sitter_user", "user_id"),
        sa.Index(
            "uq_sitter_invited",
            "patient_id",
            "email_blind",
            unique=True,
            postgresql_where=sa.text("state <> 'removed'"),
        ),
        sa.UniqueConstraint("id", "patient_id"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), default=None)
    name: Mapped[str] = mapped_column(EncryptedText("sitter.name"))
    email_blind: Mapped[bytes]
    phone: Mapped[str | None] = mapped_column(EncryptedText("sitter.phone"), default=None)
    phone_blind: Mapped[bytes | None] = mapped_column(default=None)
    born_on: Mapped[str | None] = mapped_column(EncryptedText("sitter.born_on"), default=None)
    state: Mapped[SitterState] = mapped_column(
        choice(SitterState, "state"), default=SitterState.INVITED
    )
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    contact_verified_at: Mapped[datetime | None] = mapped_column(default=None)
    trained_at: Mapped[datetime | None] = mapped_column(default=None)
    training_version: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None] = mapped_column(default=None)


class SitterConcern(Identified, Base):
    """What the patient, asked alone, says about a sitter; never shown to that sitter."""

    __tablename__ = "sitter_concern"
    __table_args__ = (sa.Index("ix_sitter_concern_sitter", "sitter_id"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    sitter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("sitter.id"))
    unsafe: Mapped[bool]
    words: Mapped[str | None] = mapped_column(EncryptedText("sitter_concern.words"), default=None)
    told_at: Mapped[datetime]


class SitterContactCode(Identified, Base):
    """Six digits sent to the sitter's own phone; sealed, short-lived, few tries, used once."""

    __tablename__ = "sitter_contact_code"
    __table_args__ = (
        sa.Index("ix_sitter_contact_code_sitter", "sitter_id", "sent_at"),
        sa.CheckConstraint("expires_at > sent_at", name="order"),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    sitter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("sitter.id"))
    code: Mapped[str] = mapped_column(EncryptedText("sitter_contact_code.code"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(default=None)

"""Which law is in force where, from when to when, and which two people stand behind each row?

Law is dated data. A row is never edited: a correction or a renewal is another revision, and what a
decision of last year stood on is still there. Without a row in force nothing is open.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, both_or_neither, choice, one_of
from rules.terms import LawKind, PdmpScope

REVIEW_IS_SHORT = (
    "proposal_id IS NULL OR (counsel_reviewed_on IS NOT NULL"
    " AND review_expires_on <= counsel_reviewed_on + 180)"
)


class Jurisdiction(Base):
    """The law of one state as dated data; append only. A missing or lapsed row opens nothing."""

    __tablename__ = "jurisdiction"
    __table_args__ = (
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("valid_until >= valid_from", name="period"),
        sa.CheckConstraint("pdmp_hours > 0", name="pdmp_hours"),
        sa.CheckConstraint("sch3_days_supply_max > 0", name="days_supply"),
        sa.CheckConstraint("minor_age BETWEEN 18 AND 21", name="minor_age"),
        sa.CheckConstraint(
            both_or_neither("extra_consent_name", "extra_consent_edition"), name="extra_consent"
        ),
        sa.CheckConstraint(REVIEW_IS_SHORT, name="review_is_short"),
        sa.UniqueConstraint("proposal_id"),
    )

    state: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, server_default="1", default=1)
    enabled: Mapped[bool]
    valid_until: Mapped[date | None] = mapped_column(default=None)
    review_expires_on: Mapped[date]
    counsel_reviewed_on: Mapped[date | None] = mapped_column(default=None)
    in_person_required: Mapped[bool]
    pdmp_scope: Mapped[PdmpScope | None] = mapped_column(
        choice(PdmpScope, "pdmp_scope"), default=None
    )
    pdmp_hours: Mapped[int]
    sch3_days_supply_max: Mapped[int | None] = mapped_column(default=None)
    npp_prescriber_allowed: Mapped[bool | None] = mapped_column(default=None)
    compounding_ship_ok: Mapped[bool | None] = mapped_column(default=None)
    extra_consent_name: Mapped[str | None] = mapped_column(default=None)
    extra_consent_edition: Mapped[int | None] = mapped_column(default=None)
    minor_age: Mapped[int | None] = mapped_column(default=None)
    source: Mapped[str]
    proposal_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("law_confirmation.proposal_id"), default=None
    )


class FederalAuthority(Base):
    """A federal permission with an end, such as prescribing by telemedicine; append only."""

    __tablename__ = "federal_authority"
    __table_args__ = (
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("valid_through >= valid_from", name="period"),
        sa.UniqueConstraint("proposal_id"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, server_default="1", default=1)
    valid_through: Mapped[date]
    source: Mapped[str]
    proposal_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("law_confirmation.proposal_id"), default=None
    )


class LawProposal(Identified, Base):
    """What one person says the law is, with its source; append only. It opens nothing by itself."""

    __tablename__ = "law_proposal"
    __table_args__ = (
        sa.UniqueConstraint("id", "proposed_by"),
        sa.CheckConstraint("source <> ''", name="source"),
        sa.CheckConstraint(one_of("name", "telemedicine") + " OR name ~ '^[A-Z]{2}$'", name="name"),
        sa.Index("ix_law_proposal_name", "kind", "name", "proposed_at"),
    )

    kind: Mapped[LawKind] = mapped_column(choice(LawKind, "kind"))
    name: Mapped[str]
    valid_from: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    source: Mapped[str]
    proposed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]


class LawConfirmation(Identified, Base):
    """The word of another person, which makes the row; append only.

    A trigger writes the row of law from the proposal, so that the run-time role, which may write no
    law, has no other way to it.
    """

    __tablename__ = "law_confirmation"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id"),
        sa.CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        sa.ForeignKeyConstraint(
            ["proposal_id", "proposed_by"], ["law_proposal.id", "law_proposal.proposed_by"]
        ),
    )

    proposal_id: Mapped[UUID]
    proposed_by: Mapped[UUID]
    confirmed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime]

"""Which numbers did the programme set, who signed them, and from when do they hold?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, choice
from models.platform.encryption import EncryptedText
from rules.terms import Role


class ParameterSheet(Identified, Base):
    """All numbers that a programme makes tighter, and which it signs; another draft is a new row.

    `changes` and `signs` are written as `rules.limits` writes a value: a name, and a text in its
    unit. What is not in `changes` stays at the loosest value.
    """

    __tablename__ = "parameter_sheet"

    number: Mapped[int] = mapped_column(sa.Identity(always=True), unique=True, init=False)
    changes: Mapped[dict[str, str]] = mapped_column(JSONB)
    signs: Mapped[dict[str, str]] = mapped_column(JSONB)
    effective_from: Mapped[datetime]
    drafted_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime]


class ParameterSignature(Identified, Base):
    """One person stands behind a sheet, by typing their own name."""

    __tablename__ = "parameter_signature"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "signer_id"),)

    sheet_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parameter_sheet.id"))
    signer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    statement: Mapped[str] = mapped_column(EncryptedText("parameter_signature.statement"))
    signed_at: Mapped[datetime]


class ParametersInForce(Identified, Base):
    """A sheet that two people signed holds from an instant on; a trigger counts the signatures."""

    __tablename__ = "parameters_in_force"

    sheet_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parameter_sheet.id"), unique=True)
    effective_from: Mapped[datetime] = mapped_column(unique=True)
    placed_at: Mapped[datetime]

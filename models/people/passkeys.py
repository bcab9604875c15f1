"""Which keys did a person's own devices make for signing in, and what were they asked to sign?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, one_of
from models.platform.encryption import EncryptedText


class Passkey(Identified, Base):
    """The public half of a key that never leaves a device; it opens after a finger or a PIN."""

    __tablename__ = "passkey"
    __table_args__ = (
        sa.Index("ix_passkey_user", "user_id"),
        sa.CheckConstraint("sign_count >= 0", name="count_from_zero"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(EncryptedText("passkey.name"), default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    end_reason: Mapped[str] = mapped_column(default="")


class PasskeyChallenge(Identified, Base):
    """Letters drawn by chance for one passkey to sign, once; nobody's if asked at the door."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (
        sa.CheckConstraint(one_of("purpose", "register", "log_in", "prove"), name="purpose"),
        sa.CheckConstraint("(purpose = 'log_in') = (user_id IS NULL)", name="nobody_at_the_door"),
        sa.Index("ix_passkey_challenge_expires", "expires_at"),
    )

    purpose: Mapped[str]
    challenge: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), default=None)
    login_id: Mapped[UUID | None] = mapped_column(default=None)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None] = mapped_column(default=None)

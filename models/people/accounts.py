"""Who can sign in, as what, and from which device?"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, Identified, choice
from models.platform.encryption import EncryptedText
from rules.terms import Profession, Role


class UserAccount(Identified, Base):
    """One person who can sign in; accounts are never shared."""

    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(EncryptedText("user_account.email"))
    email_blind: Mapped[bytes] = mapped_column(unique=True)
    display_name: Mapped[str] = mapped_column(EncryptedText("user_account.display_name"))
    time_zone: Mapped[str | None] = mapped_column(default=None)
    phone: Mapped[str | None] = mapped_column(EncryptedText("user_account.phone"), default=None)
    phone_blind: Mapped[bytes | None] = mapped_column(default=None)
    password_hash: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_logins: Mapped[int] = mapped_column(default=0)
    throttled_until: Mapped[datetime | None] = mapped_column(default=None)
    short_password: Mapped[bool] = mapped_column(default=False)


class RoleGrant(Identified, Base):
    """A role a person holds, from whom and since when."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(
            "uq_role_grant_open",
            "user_id",
            "role",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    granted_by: Mapped[UUID | None] = mapped_column(default=None)
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Invitation(Identified, Base):
    """A one-time door into the house; only the hash of its token is kept."""

    __tablename__ = "invitation"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(EncryptedText("invitation.email"))
    display_name: Mapped[str] = mapped_column(EncryptedText("invitation.display_name"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    sitter_id: Mapped[UUID | None] = mapped_column(default=None)
    invited_by: Mapped[UUID | None] = mapped_column(default=None)
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_by: Mapped[UUID | None] = mapped_column(default=None)


class LoginSession(Identified, Base):
    """One sign-in on one device; ending it ends all its tokens at once.

    The queue key outlives it, and opens nothing but the door of the quarantine (decision 0038).
    """

    __tablename__ = "login_session"
    __table_args__ = (sa.Index("ix_login_session_user", "user_id", "started_at"),)

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    device: Mapped[str] = mapped_column(EncryptedText("login_session.device"), default="")
    device_key: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    idle_expires_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoke_reason: Mapped[str] = mapped_column(default="")
    factor_proved_at: Mapped[datetime | None] = mapped_column(default=None)
    queue_key_hash: Mapped[bytes | None] = mapped_column(unique=True, default=None)


class SecondFactor(Identified, Base):
    """An authenticator app of one person: six digits that change every half minute."""

    __tablename__ = "second_factor"
    __table_args__ = (
        sa.Index(
            "uq_second_factor_live",
            "user_id",
            unique=True,
            postgresql_where=sa.text("confirmed_at IS NOT NULL AND ended_at IS NULL"),
        ),
        sa.CheckConstraint("confirmed_at IS NULL OR last_step IS NOT NULL", name="step_spent"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    secret: Mapped[str] = mapped_column(EncryptedText("second_factor.secret"))
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    last_step: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    failed_tries: Mapped[int] = mapped_column(default=0)
    throttled_until: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    end_reason: Mapped[str] = mapped_column(default="")


class RefreshToken(Identified, Base):
    """One link of a rotating family; opaque, kept as a hash, spent once."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        sa.Index(
            "uq_refresh_token_live",
            "login_id",
            unique=True,
            postgresql_where=sa.text("spent_at IS NULL"),
        ),
    )

    login_id: Mapped[UUID] = mapped_column(sa.ForeignKey("login_session.id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    spent_at: Mapped[datetime | None] = mapped_column(default=None)
    successor_id: Mapped[UUID | None] = mapped_column(default=None)
    successor_sealed: Mapped[str | None] = mapped_column(
        EncryptedText("refresh_token.successor_sealed"), default=None
    )


class Credential(Identified, Base):
    """A licence, DEA registration, appointment or counsel's admission, from a day to a day."""

    __tablename__ = "credential"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('licence', 'dea', 'medical_director', 'counsel')", name="kind"
        ),
        sa.CheckConstraint("expires_on >= valid_from", name="period"),
        sa.CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
        sa.Index("ix_credential_user", "user_id", "kind", "state"),
    )

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[str]
    state: Mapped[str]
    number: Mapped[str] = mapped_column(EncryptedText("credential.number"))
    valid_from: Mapped[date]
    expires_on: Mapped[date]
    revoked_on: Mapped[date | None] = mapped_column(default=None)
    profession: Mapped[Profession | None] = mapped_column(
        choice(Profession, "profession"), default=None
    )

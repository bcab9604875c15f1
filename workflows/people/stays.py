"""How long does a sign-in last, and by which tokens?"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select, update

from models.people.accounts import LoginSession, RefreshToken, RoleGrant
from rules.terms import Role
from workflows.platform.errors import NotSignedIn
from workflows.platform.work import Work

TOKEN_BYTES = 32
REFUSED = "That did not work. Check e-mail and password; after several tries, wait 15 minutes."
ON_THEIR_OWN_PHONE = frozenset({Role.PATIENT, Role.SITTER})


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a sign-in lasts: without use, and at the very most."""

    idle: timedelta
    longest: timedelta


PATIENT_STAY = Stay(timedelta(days=30), timedelta(days=90))
STAFF_STAY = Stay(timedelta(minutes=30), timedelta(hours=12))


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sign-in and the one refresh token that is good for its next use."""

    user_id: UUID
    login_id: UUID
    roles: frozenset[Role]
    refresh_until: datetime
    second_factor_missing: bool
    refresh_token: str = field(repr=False)
    queue_key: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Try:
    """What came of knocking; kept before it is answered."""

    tokens: Tokens | None = None
    detail: str = REFUSED
    code: str = ""

    def granted(self) -> Tokens:
        """Give the tokens, or the one answer that everybody else gets."""
        if self.tokens is None:
            raise NotSignedIn(self.detail, code=self.code)
        return self.tokens


def end_every_session(work: Work, user_id: UUID, reason: str, *, but: UUID | None = None) -> None:
    """End all sign-ins of a person (a step of disabling them, or of giving them more power)."""
    theirs = [LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None)]
    if but is not None:
        theirs.append(LoginSession.id != but)
    work.session.execute(
        update(LoginSession).where(*theirs).values(revoked_at=work.now, revoke_reason=reason)
    )


def roles_of(work: Work, user_id: UUID) -> frozenset[Role]:
    """Read the roles a person holds at this moment."""
    return frozenset(
        work.session.scalars(
            select(RoleGrant.role).where(RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None))
        )
    )


def stay_of(roles: frozenset[Role]) -> Stay:
    """Give the long stay only to people who see nobody's record but their own."""
    return PATIENT_STAY if roles <= ON_THEIR_OWN_PHONE else STAFF_STAY


def withheld(roles: frozenset[Role], proved_at: datetime | None) -> frozenset[Role]:
    """Give the roles that do not count yet: those of the staff, until a second factor is proved.

    Whoever is a patient or a sitter as well stays one: their own evening waits for no factor.
    """
    return roles - ON_THEIR_OWN_PHONE if proved_at is None else frozenset()


def drawn_token() -> str:
    """Draw a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """Give what is kept of a token."""
    return sha256(token.encode()).digest()


def turned_away(work: Work, reason: str, detail: str = REFUSED, *, code: str = "") -> Try:
    """Answer somebody who is not let in, and keep why (a step)."""
    work.audit("login.failed", outcome="refused", reason=reason)
    return Try(detail=detail, code=code)


def new_token(work: Work, login: LoginSession) -> tuple[RefreshToken, str]:
    """Make a new last link of the family (a step); only its hash is kept."""
    token = drawn_token()
    kept = RefreshToken(login_id=login.id, token_hash=token_hash(token), issued_at=work.now)
    work.session.add(kept)
    work.session.flush()
    return kept, token


def new_queue_key(login: LoginSession) -> str:
    """Make the key to hand in what is written down when this sign-in is over (a step)."""
    key = drawn_token()
    login.queue_key_hash = token_hash(key)
    return key


def tokens_of(
    login: LoginSession, roles: frozenset[Role], token: str, queue_key: str | None = None
) -> Tokens:
    """Put together what the person gets."""
    until = min(login.idle_expires_at, login.expires_at)
    missing = bool(withheld(roles, login.factor_proved_at))
    return Tokens(login.user_id, login.id, roles, until, missing, token, queue_key)

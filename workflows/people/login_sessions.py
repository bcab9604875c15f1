"""Where am I signed in, and how do I end that?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import LoginSession, UserAccount
from rules.permissions import Permission
from workflows.people import stays
from workflows.platform import notifications
from workflows.platform.errors import NotFound
from workflows.platform.work import Work, command, reading


@dataclass(frozen=True, slots=True)
class Ended:
    """Whose sign-ins were ended, and when."""

    user_id: UUID
    ended_at: datetime


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="login.ended", unproved=True)
def log_out(work: Work) -> LoginSession:
    """End this sign-in at once, with all its tokens."""
    if work.actor.login_id is None:
        raise NotFound
    return _end_own(work, work.actor.login_id, "logged_out")


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="login.ended")
def end_session(work: Work, login_id: UUID) -> LoginSession:
    """End one of one's own sign-ins, such as that on a lost phone."""
    return _end_own(work, login_id, "ended_by_owner")


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="login.others_ended")
def end_others(work: Work) -> Ended:
    """End every other sign-in of one's own at once; this one stays."""
    stays.end_every_session(work, work.actor.person, "ended_by_owner", but=work.actor.login_id)
    return Ended(work.actor.person, work.now)


@command(permit=Permission.DISABLE_PERSON, audit="login.ended_by_office")
def end_all_of(work: Work, user_id: UUID) -> Ended:
    """End every sign-in of somebody, such as one whose phone was stolen; they may come in again."""
    if work.session.scalar(select(UserAccount.id).where(UserAccount.id == user_id)) is None:
        raise NotFound
    stays.end_every_session(work, user_id, "ended_by_office")
    notifications.tell(work, user_id, "signed_out_for_safety")
    return Ended(user_id, work.now)


@reading(permit=Permission.MANAGE_OWN_SESSIONS, audit="login.listed")
def own_sessions(work: Work) -> Sequence[LoginSession]:
    """List where one is signed in now, newest first."""
    return work.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == work.actor.user_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.idle_expires_at > work.now,
            LoginSession.expires_at > work.now,
        )
        .order_by(LoginSession.started_at.desc(), LoginSession.id.desc())
    ).all()


def _end_own(work: Work, login_id: UUID, reason: str) -> LoginSession:
    login = work.session.scalars(
        select(LoginSession)
        .where(LoginSession.id == login_id, LoginSession.user_id == work.actor.user_id)
        .with_for_update(key_share=True)
    ).first()
    if login is None:
        raise NotFound
    if login.revoked_at is None:
        login.revoked_at, login.revoke_reason = work.now, reason
    return login

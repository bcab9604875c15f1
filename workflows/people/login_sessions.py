"""Where am I signed in, and how do I end that?"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import LoginSession
from rules.permissions import Permission
from workflows.platform.errors import NotFound
from workflows.platform.work import Work, command, reading


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

"""In which time zone does somebody of us work?"""

from sqlalchemy import select

from models.people.accounts import UserAccount
from rules.permissions import Permission
from workflows.platform.errors import NotPermitted
from workflows.platform.work import Work, command


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="account.time_zone_told")
def tell_time_zone(work: Work, time_zone: str) -> UserAccount:
    """Keep where somebody works: a day, and a right with it, ends there at another moment."""
    account = work.session.scalars(
        select(UserAccount).where(UserAccount.id == work.actor.user_id).with_for_update()
    ).one_or_none()
    if account is None:
        raise NotPermitted
    account.time_zone = time_zone
    return account

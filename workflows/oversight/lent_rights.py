"""What may somebody do now, when the house acts by their rights and they are not here?"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import RoleGrant, UserAccount
from rules.access.policy import may
from rules.permissions import Permission
from rules.terms import Role
from workflows.platform.actor import Actor
from workflows.platform.work import Work


def roles_of(work: Work, user_id: UUID) -> frozenset[Role]:
    """Give the roles that somebody holds now; none, once they can come in no more."""
    query = (
        select(RoleGrant.role)
        .join(UserAccount, UserAccount.id == RoleGrant.user_id)
        .where(
            RoleGrant.user_id == user_id,
            RoleGrant.ended_at.is_(None),
            UserAccount.disabled_at.is_(None),
        )
    )
    return frozenset(Role(role) for role in work.session.scalars(query)) - {Role.SYSTEM}


def follower(work: Work, user_id: UUID) -> Work | None:
    """Stand in the same transaction with the eyes of somebody who follows events, if they may."""
    roles = roles_of(work, user_id)
    both = (Permission.LEND_RIGHTS, Permission.FOLLOW_EVENTS)
    if not all(may(roles, permit) for permit in both):
        return None
    return replace(
        work, actor=Actor(user_id, roles), permit=Permission.FOLLOW_EVENTS, kind="reading", pages=[]
    )

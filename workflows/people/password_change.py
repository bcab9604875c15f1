"""May this person choose a new password? Only who knows the old one, and then only this device."""

from dataclasses import dataclass
from uuid import UUID

from models.people.accounts import UserAccount
from rules.permissions import Permission
from workflows.people import passwords, second_factor, stays, tries
from workflows.platform import notifications
from workflows.platform.errors import InvalidContent
from workflows.platform.settings import PasswordCost
from workflows.platform.work import Work, command

_WRONG = "Is not your password; after several tries, wait 15 minutes."


@dataclass(frozen=True, slots=True)
class Changed:
    """Whether the password was changed; a wrong old one is counted, so that is no refusal."""

    user_id: UUID
    done: bool

    def insisted(self) -> "Changed":
        """Give the change, or say that the old password was wrong."""
        if not self.done:
            raise InvalidContent(errors={"current_password": [_WRONG]})
        return self


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="password.changed")
def change(work: Work, current: str, new: str) -> Changed:
    """Change one's own password and end every other sign-in; tries count as those at the door."""
    cost, me = work.runtime.settings.password_cost, work.actor.person
    account = tries.who_knows(work, current)
    if account is None:
        return Changed(me, done=False)
    second_factor.insist_fresh_of_holders(work)
    shortest = passwords.shortest(beside_factor=second_factor.is_held(work, me))
    account.password_hash = _hashed(cost, new, account, shortest)
    account.short_password = passwords.is_short(new)
    stays.end_every_session(work, me, "password_changed", but=work.actor.login_id)
    notifications.tell(work, me, "password_changed")
    return Changed(me, done=True)


def _hashed(cost: PasswordCost, new: str, account: UserAccount, shortest: int) -> str:
    try:
        return passwords.hash_new(cost, new, account.email, account.display_name, shortest=shortest)
    except InvalidContent as refused:
        why = refused.more["errors"]["password"]
        raise InvalidContent(refused.detail, errors={"new_password": why}) from None

"""How often may somebody try a secret before they have to wait? A few times; then waits grow.

Every secret that can be guessed is counted where it is kept, under its lock, so that guessing in
parallel gains nothing. Waits end: if they did not, anybody could lock a patient out.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import UserAccount
from workflows.people import passwords
from workflows.platform.work import Work

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)


def lock_account(work: Work, user_id: UUID) -> UserAccount:
    """Lock an account and read it anew, so that tries are counted one after the other (a step)."""
    return work.session.scalars(
        select(UserAccount)
        .where(UserAccount.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def why_not(work: Work, account: UserAccount, *, right: bool) -> str:
    """Count a try that fails (a step); tries during a wait are not counted, so waits end."""
    if account.throttled_until is not None and work.now < account.throttled_until:
        return "throttled"
    if right and account.disabled_at is None:
        return ""
    account.failed_logins += 1
    account.throttled_until = wait_after(work, account.failed_logins) or account.throttled_until
    return "disabled" if right else "wrong_password"


def forget(account: UserAccount) -> None:
    """Forget the failures of somebody who got it right (a step)."""
    account.failed_logins, account.throttled_until = 0, None


def wait_after(work: Work, failed: int) -> datetime | None:
    """Say until when nothing more is tried after so many failures (a step); a few are free."""
    if (over := failed - FREE_TRIES) < 0:
        return None
    longest: timedelta = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)
    return work.now + longest


def who_knows(work: Work, password: str) -> UserAccount | None:
    """Lock one's own account and check its password (a step); a wrong one counts as at the door."""
    cost, me = work.runtime.settings.password_cost, work.actor.person
    kept = work.session.scalar(select(UserAccount.password_hash).where(UserAccount.id == me))
    right = passwords.matches(cost, kept, password)
    account = lock_account(work, me)
    if reason := why_not(work, account, right=right and account.password_hash == kept):
        work.audit("password.refused", outcome="refused", reason=reason)
        return None
    forget(account)
    return account

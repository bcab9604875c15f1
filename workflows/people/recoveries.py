"""How does somebody come back who has lost both the password and the second factor?

Two of the staff see who it is, one after the other: one asks, another one confirms. Then everything
that opened the account ends, its owner is told where they were reached before, and one key sets a
new password. It opens nothing else: staff set up a new factor after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from models.people.accounts import UserAccount
from models.people.doors import AccountRecovery
from rules.permissions import Permission
from workflows.people import passwords, second_factor, signing, stays, tries
from workflows.platform import notifications
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

WAITS, LIFE = timedelta(days=1), timedelta(days=1)
RECOVERED = "account_recovered"


class Seen(StrEnum):
    """How somebody's face was compared with a document."""

    IN_PERSON = "in_person"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A recovery, and the key that was made for it, shown once."""

    id: UUID
    user_id: UUID
    token: str = field(repr=False)


@command(permit=Permission.DISABLE_PERSON, audit="recovery.asked")
def ask_recovery(work: Work, user_id: UUID, seen: Seen) -> AccountRecovery:
    """Say that one has seen who this is; nothing changes before somebody else says so too."""
    signing.refuse_oneself(work, user_id)
    if work.session.scalar(select(UserAccount.id).where(UserAccount.id == user_id)) is None:
        raise NotFound
    second_factor.insist_fresh(work)
    asked = AccountRecovery(
        user_id=user_id, seen=seen, asked_by=work.actor.person, asked_at=work.now
    )
    work.session.add(asked)
    notifications.tell(work, user_id, "recovery_asked")
    return asked


@reading(permit=Permission.VOUCH_FOR_PERSON, audit="recovery.listed")
def open_recoveries(work: Work) -> Sequence[AccountRecovery]:
    """List who waits for a second word, newest first."""
    return work.session.scalars(
        select(AccountRecovery)
        .where(
            AccountRecovery.confirmed_at.is_(None),
            AccountRecovery.asked_at > work.now - WAITS,
            _asker_is_here(),
        )
        .order_by(AccountRecovery.asked_at.desc(), AccountRecovery.id.desc())
    ).all()


@command(permit=Permission.VOUCH_FOR_PERSON, audit="recovery.confirmed")
def confirm_recovery(work: Work, recovery_id: UUID) -> Confirmed:
    """Say so too, as another one of the staff: the old ways in end, and a key is made."""
    asked = work.session.scalars(
        select(AccountRecovery)
        .where(
            AccountRecovery.id == recovery_id,
            AccountRecovery.confirmed_at.is_(None),
            AccountRecovery.asked_at > work.now - WAITS,
            _asker_is_here(),
        )
        .with_for_update()
    ).first()
    if asked is None:
        raise NotFound
    signing.refuse_oneself(work, asked.user_id)
    if asked.asked_by == work.actor.user_id:
        raise RecordForbids("Somebody else confirms this.", code="two_people_needed")
    second_factor.insist_fresh(work)
    token = stays.drawn_token()
    asked.confirmed_by, asked.confirmed_at = work.actor.person, work.now
    asked.token_hash, asked.expires_at = stays.token_hash(token), work.now + LIFE
    _end_old_ways(work, asked.user_id)
    return Confirmed(asked.id, asked.user_id, token)


@command(permit=Permission.SIGN_IN, audit="recovery.used", public=True)
def use_recovery(work: Work, token: str, password: str) -> UserAccount:
    """Set a new password with the key of a recovery; signing in comes after it, as always."""
    found = work.session.scalars(
        select(AccountRecovery)
        .where(AccountRecovery.token_hash == stays.token_hash(token))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None or not _is_good(work, found):
        raise NotFound("This key is not, or no longer, good.", code="recovery-not-good")
    account = tries.lock_account(work, found.user_id)
    cost = work.runtime.settings.password_cost
    words = (account.email, account.display_name)
    account.password_hash = passwords.hash_new(cost, password, *words)
    tries.forget(account)
    work.actor = Actor(account.id, frozenset(), request_id=work.actor.request_id)
    found.used_at = work.now
    notifications.tell(work, account.id, "password_changed")
    return account


def _asker_is_here() -> ColumnElement[bool]:
    """The word of somebody who was shut out since vouches for nobody."""
    return exists().where(
        UserAccount.id == AccountRecovery.asked_by, UserAccount.disabled_at.is_(None)
    )


def _end_old_ways(work: Work, user_id: UUID) -> None:
    """Nothing that opened the account before opens it again."""
    account = tries.lock_account(work, user_id)
    account.password_hash, account.short_password = None, False
    second_factor.end_all(work, user_id, "recovered")
    stays.end_every_session(work, user_id, "recovered")
    notifications.tell(work, user_id, RECOVERED)


def _is_good(work: Work, found: AccountRecovery) -> bool:
    """Only the newest key of a person is good, once, for a day."""
    newer = select(AccountRecovery.id).where(
        AccountRecovery.user_id == found.user_id, AccountRecovery.confirmed_at > found.confirmed_at
    )
    late = found.expires_at is None or found.expires_at <= work.now
    return found.used_at is None and not late and work.session.scalar(newer) is None

"""Who is at the door, and how long do they stay signed in?

Everybody who is not let in gets one and the same answer for one and the same work. Tries that fail
are counted and kept, so these acts do not refuse by exception but return what came of the try.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select, update

from models.people.accounts import LoginSession, RefreshToken, UserAccount
from rules.permissions import Permission
from rules.terms import Role
from workflows.people import contacts, doors, passwords, recovery_codes, second_factor, stays, tries
from workflows.platform import notifications
from workflows.platform.actor import Actor
from workflows.platform.work import Work, command

LOST_ANSWER = timedelta(seconds=60)
SECOND_STEP = "Show your second factor as well: the code of your authenticator, or a passkey."


@dataclass(frozen=True, slots=True)
class Device:
    """What the person signs in on, in their own words and by a key of its own."""

    name: str = ""
    key: str = ""
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person shows beside the password."""

    code: str = ""
    recovery_code: str = field(default="", repr=False)


NOTHING = Shown()


@command(permit=Permission.SIGN_IN, audit="login.tried", public=True)
def log_in(
    work: Work, email: str, password: str, device: Device, shown: Shown = NOTHING
) -> stays.Try:
    """Let the person in who knows the password, and shows the factor if they have one."""
    seen = work.session.execute(
        select(UserAccount.id, UserAccount.password_hash).where(
            UserAccount.email_blind == contacts.email_blind(email)
        )
    ).first()
    cost = work.runtime.settings.password_cost
    right = passwords.matches(cost, seen.password_hash if seen else None, password)
    network = doors.network(device.address)
    crowded = doors.waits(work, network)
    if seen is None:
        doors.count_network(work, network, waits=crowded)
        return stays.turned_away(work, "unknown")
    account = tries.lock_account(work, seen.id)
    work.actor = Actor(account.id, frozenset(), request_id=work.actor.request_id)
    known = doors.known_device(work, account.id, device.key)
    if reason := _why_not(work, account, known, right=right, crowded=crowded):
        doors.count_network(work, network, waits=crowded)
        return stays.turned_away(work, reason)
    if reason := _second_step(work, account, shown):
        return stays.turned_away(work, reason, SECOND_STEP, code="second-factor-needed")
    tries.forget(account)
    doors.forget(work, known)
    account.password_hash = passwords.hashed_again(cost, account.password_hash or "", password)
    proved = second_factor.is_held(work, account.id)
    return stays.Try(open_stay(work, account, device, proved=proved))


@command(permit=Permission.SIGN_IN, audit="login.refreshed", public=True)
def refresh(work: Work, token: str) -> stays.Try:
    """Trade a refresh token for the next one; a token used twice ends the whole family.

    A phone that lost the answer may ask again with the token it spent, for a minute and until the
    answer's token is first used; it gets that very same token.
    """
    found = _lock_family(work, token)
    if found is None:
        return stays.turned_away(work, "unknown", "Sign in again.")
    login, kept = found
    work.actor = Actor(login.user_id, frozenset(), login.id, request_id=work.actor.request_id)
    roles = stays.roles_of(work, login.user_id)
    if not _alive(work, login, stays.stay_of(roles)):
        return stays.turned_away(work, "ended", "Sign in again.")
    if kept.spent_at is None:
        return stays.Try(_rotate(work, login, kept, roles))
    if again := _lost_answer(work, kept):
        work.replayed = True
        return stays.Try(stays.tokens_of(login, roles, again))
    _end_family(work, login)
    return stays.turned_away(work, "token_reused", "Sign in again.")


def _second_step(work: Work, account: UserAccount, shown: Shown) -> str:
    """Say why what is shown beside the password is not enough; who holds no factor needs none.

    Staff without one come in as well, and may do nothing but set one up (`stays.withheld`).
    """
    if not second_factor.is_held(work, account.id):
        return ""
    if shown.code and second_factor.code_opens(work, account.id, shown.code):
        return ""
    if shown.recovery_code and recovery_codes.opens(work, account.id, shown.recovery_code):
        return ""
    return "wrong_second_factor" if shown.code or shown.recovery_code else "no_second_factor"


def _why_not(
    work: Work, account: UserAccount, known: bytes | None, *, right: bool, crowded: bool
) -> str:
    """Say why not; a device that came in before has tries of its own, whatever others guess."""
    if known is None:
        return "address_throttled" if crowded else tries.why_not(work, account, right=right)
    if doors.waits(work, known):
        return "throttled"
    if right and account.disabled_at is None:
        return ""
    doors.count(work, known)
    return "disabled" if right else "wrong_password"


def open_stay(work: Work, account: UserAccount, device: Device, *, proved: bool) -> stays.Tokens:
    """Open a sign-in of its own on this device (a step)."""
    roles = stays.roles_of(work, account.id)
    stay = stays.stay_of(roles)
    login = LoginSession(
        user_id=account.id,
        device=device.name,
        device_key=device.key,
        started_at=work.now,
        last_used_at=work.now,
        idle_expires_at=work.now + stay.idle,
        expires_at=work.now + stay.longest,
        factor_proved_at=work.now if proved else None,
    )
    work.session.add(login)
    work.session.flush()
    work.audit("login.opened", object_type="login_session", object_id=str(login.id))
    key = stays.new_queue_key(login)
    return stays.tokens_of(login, roles, stays.new_token(work, login)[1], key)


def _lock_family(work: Work, token: str) -> tuple[LoginSession, RefreshToken] | None:
    """Lock the sign-in first and read the token after it: only then is what it says still so."""
    ours = RefreshToken.token_hash == stays.token_hash(token)
    login_id = work.session.scalar(select(RefreshToken.login_id).where(ours))
    if login_id is None:
        return None
    login = work.session.scalars(
        select(LoginSession).where(LoginSession.id == login_id).with_for_update(key_share=True)
    ).one()
    return login, work.session.scalars(select(RefreshToken).where(ours)).one()


def _alive(work: Work, login: LoginSession, stay: stays.Stay) -> bool:
    ends = min(login.idle_expires_at, login.expires_at, login.started_at + stay.longest)
    disabled = work.session.scalar(
        select(UserAccount.disabled_at).where(UserAccount.id == login.user_id)
    )
    return login.revoked_at is None and disabled is None and work.now < ends


def _rotate(
    work: Work, login: LoginSession, kept: RefreshToken, roles: frozenset[Role]
) -> stays.Tokens:
    stay = stays.stay_of(roles)
    work.session.execute(
        update(RefreshToken)
        .where(RefreshToken.successor_id == kept.id)
        .values(successor_sealed=None)
    )
    kept.spent_at = work.now
    work.session.flush()
    successor, token = stays.new_token(work, login)
    kept.successor_id, kept.successor_sealed = successor.id, token
    login.expires_at = min(login.expires_at, login.started_at + stay.longest)
    login.last_used_at, login.idle_expires_at = work.now, work.now + stay.idle
    key = None if login.queue_key_hash else stays.new_queue_key(login)
    return stays.tokens_of(login, roles, token, key)


def _lost_answer(work: Work, kept: RefreshToken) -> str | None:
    """Give the successor again while it is unused; its seal is broken when it is first used."""
    if kept.spent_at is None or work.now > kept.spent_at + LOST_ANSWER:
        return None
    unused = work.session.scalar(
        select(RefreshToken.id).where(
            RefreshToken.id == kept.successor_id, RefreshToken.spent_at.is_(None)
        )
    )
    return kept.successor_sealed if unused is not None else None


def _end_family(work: Work, login: LoginSession) -> None:
    login.revoked_at, login.revoke_reason = work.now, "token_reused"
    work.audit("token.reused", object_type="login_session", object_id=str(login.id))
    notifications.tell(work, login.user_id, "signed_out_for_safety")
    if not stays.roles_of(work, login.user_id) <= stays.ON_THEIR_OWN_PHONE:
        notifications.tell_everybody_with(work, Role.ADMIN, "sign_in_misused")

"""How does a device become a second factor by a key of its own, and prove that one is here?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from models.people.accounts import UserAccount
from models.people.passkeys import Passkey, PasskeyChallenge
from rules.permissions import Permission
from workflows.people import challenges, passkey_checks, second_factor, stays, tries
from workflows.people.challenges import Purpose
from workflows.people.passkey_checks import Made, Signed
from workflows.people.second_factor import CHANGED, WRONG_PASSWORD, Tried
from workflows.platform import notifications
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

MOST = 10
_REFUSED = "Was not taken; ask for a new challenge and try again."
LAST_ONE = "This is your last second factor; set up another one first."


@dataclass(frozen=True, slots=True)
class Asked(Tried):
    """What a device has to sign, and which keys of this person there are."""

    challenge: bytes = b""
    expires_at: datetime | None = None
    known: tuple[bytes, ...] = ()


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="passkey.begun", unproved=True)
def begin_passkey(work: Work, password: str) -> Asked:
    """Ask a device to make a key; knowing the password, and with the factor one has already."""
    me = work.actor.person
    if tries.who_knows(work, password) is None:
        wrong = InvalidContent(errors={"current_password": [WRONG_PASSWORD]})
        return Asked(me, refused=wrong)
    second_factor.insist_fresh_of_holders(work)
    if len(work.session.scalars(_live(me)).all()) >= MOST:
        raise RecordForbids(f"There are {MOST} passkeys; end one first.", code="too-many-passkeys")
    return _asked(work, Purpose.REGISTER)


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="passkey.registered", unproved=True)
def register(work: Work, challenge_id: UUID, told: Made, name: str) -> Tried:
    """Take a key into use that a device has just made; it has seen its owner for that."""
    challenge = challenges.spend(work, challenge_id, Purpose.REGISTER)
    settings = work.runtime.settings
    made = None if challenge is None else passkey_checks.read_made(settings, challenge, told)
    if made is None or _is_known(work, made.credential_id):
        return _refused(work, challenge_id, "attestation")
    passkey = Passkey(
        user_id=work.actor.person,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=work.now,
    )
    work.session.add(passkey)
    work.session.flush()
    notifications.tell(work, work.actor.person, CHANGED)
    return second_factor.note_proof(work, passkey.id)


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="passkey.asked", unproved=True)
def ask_proof(work: Work) -> Asked:
    """Ask one of one's own devices to prove that one is here."""
    return _asked(work, Purpose.PROVE)


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="passkey.proved", unproved=True)
def prove(work: Work, challenge_id: UUID, told: Signed) -> Tried:
    """Show with a device that one is here: the next minutes may do what a token alone may not."""
    challenge = challenges.spend(work, challenge_id, Purpose.PROVE)
    passkey = of_credential(work, told)
    if passkey is None or passkey.user_id != work.actor.user_id:
        return _refused(work, challenge_id, "assertion")
    if challenge is None or not opens(work, passkey, challenge, told):
        return _refused(work, challenge_id, "assertion")
    return second_factor.note_proof(work, passkey.id)


@reading(permit=Permission.MANAGE_OWN_SESSIONS, audit="passkey.listed", unproved=True)
def own_passkeys(work: Work) -> Sequence[Passkey]:
    """List the keys of one's own devices, newest first."""
    newest = _live(work.actor.person).order_by(Passkey.created_at.desc(), Passkey.id.desc())
    return work.session.scalars(newest).all()


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="passkey.ended")
def end_passkey(work: Work, passkey_id: UUID) -> Passkey:
    """End the key of a device that is lost or given away; never the last factor somebody needs."""
    me = work.actor.person
    account = tries.lock_account(work, me)
    passkey = work.session.scalars(
        _live(me).where(Passkey.id == passkey_id).with_for_update()
    ).first()
    if passkey is None:
        raise NotFound
    second_factor.insist_fresh(work)
    passkey.ended_at, passkey.end_reason = work.now, "ended_by_owner"
    work.session.flush()
    if not second_factor.is_held(work, me):
        _refuse_last(work, account)
    notifications.tell(work, me, CHANGED)
    return passkey


def owner_of(work: Work, told: Signed) -> UUID | None:
    """Say whose key a device names, before anything is locked (a step)."""
    named = passkey_checks.bytes_of(told.credential_id)
    live = select(Passkey.user_id).where(Passkey.ended_at.is_(None))
    return work.session.scalar(live.where(Passkey.credential_id == (named or b"")))


def of_credential(work: Work, told: Signed) -> Passkey | None:
    """Lock the key that a device names, so that its count is read once (a step)."""
    named = passkey_checks.bytes_of(told.credential_id)
    return work.session.scalars(
        select(Passkey)
        .where(Passkey.credential_id == (named or b""), Passkey.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def opens(work: Work, passkey: Passkey, challenge: bytes, told: Signed) -> bool:
    """Say whether a key signed this challenge; a count that does not rise says it was copied."""
    count = passkey_checks.read_signed(
        work.runtime.settings, challenge, told, passkey.public_key, passkey.sign_count
    )
    if count is None:
        return False
    passkey.sign_count, passkey.last_used_at = count, work.now
    work.session.flush()
    return True


def _asked(work: Work, purpose: Purpose) -> Asked:
    asked: PasskeyChallenge = challenges.ask(work, purpose)
    known = tuple(
        passkey.credential_id for passkey in work.session.scalars(_live(work.actor.person))
    )
    return Asked(asked.id, challenge=asked.challenge, expires_at=asked.expires_at, known=known)


def _refused(work: Work, challenge_id: UUID, field: str) -> Tried:
    work.audit("passkey.refused", outcome="refused", reason=field)
    return Tried(challenge_id, refused=InvalidContent(errors={field: [_REFUSED]}))


def _refuse_last(work: Work, account: UserAccount) -> None:
    if account.short_password:
        raise RecordForbids(second_factor.TOO_SHORT_ALONE, code="password-too-short-alone")
    if not stays.roles_of(work, account.id) <= stays.ON_THEIR_OWN_PHONE:
        raise RecordForbids(LAST_ONE, code="last-second-factor")


def _is_known(work: Work, credential_id: bytes) -> bool:
    known = select(Passkey.id).where(Passkey.credential_id == credential_id)
    return work.session.scalar(known) is not None


def _live(user_id: UUID) -> Select[Passkey]:
    return select(Passkey).where(Passkey.user_id == user_id, Passkey.ended_at.is_(None))

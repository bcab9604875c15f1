"""Is the person who holds the token here now? Six digits of their authenticator app say so.

A token proves that somebody signed in once. What must not be done with a stolen one asks for a code
of the last minutes as well. A code opens once, and a wrong one is counted and slows the next down.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update

from models.people.accounts import LoginSession, SecondFactor, UserAccount
from models.people.doors import RecoveryCode
from models.people.passkeys import Passkey
from rules.permissions import Permission
from workflows.people import signing, tries
from workflows.platform import notifications
from workflows.platform.errors import (
    FreshFactorNeeded,
    InvalidContent,
    NotFound,
    RecordForbids,
    Refusal,
    TooManyTries,
)
from workflows.platform.work import Work, command, reading

ISSUER = "Vigil"
STEPS_OFF = 1  # the phone's clock may be half a minute off, either way
CHANGED = "second_factor_changed"
TOO_SHORT_ALONE = "The password is too short to stand alone; a longer one has to come first."
WRONG_PASSWORD = "Is not your password; after several tries, wait 15 minutes."  # noqa: S105
_WRONG_CODE = "Is not the code your authenticator shows now, or was used before."


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try; a wrong one is counted, so that it is no refusal by exception."""

    id: UUID
    proved_at: datetime | None = None
    refused: Refusal | None = None

    def insisted(self) -> "Tried":
        """Give what was proved, or say that it was not."""
        if self.refused is not None:
            raise self.refused
        return self


@dataclass(frozen=True, slots=True)
class Begun(Tried):
    """A factor to put into an authenticator app; shown once and never again."""

    secret: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Whether one has a second factor, and until when the last proof of it is fresh."""

    confirmed_at: datetime | None
    fresh_until: datetime | None


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="second_factor.begun", unproved=True)
def begin_factor(work: Work, password: str) -> Begun:
    """Make a secret for an authenticator app; it counts once a first code of it is confirmed."""
    me = work.actor.person
    account = tries.who_knows(work, password)
    if account is None:
        wrong = InvalidContent(errors={"current_password": [WRONG_PASSWORD]})
        return Begun(me, refused=wrong)
    insist_fresh_of_holders(work)
    work.session.execute(
        update(SecondFactor).where(_begun(me)).values(ended_at=work.now, end_reason="begun_again")
    )
    factor = SecondFactor(user_id=me, secret=pyotp.random_base32(), begun_at=work.now)
    work.session.add(factor)
    work.session.flush()
    app = pyotp.TOTP(factor.secret)
    address = app.provisioning_uri(name=str(me), issuer_name=ISSUER)
    return Begun(factor.id, secret=factor.secret, address=address)


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="second_factor.confirmed", unproved=True)
def confirm(work: Work, code: str) -> Tried:
    """Take the new factor into use with its first code; the one before it ends."""
    me = work.actor.person
    begun = work.session.scalars(select(SecondFactor).where(_begun(me)).with_for_update()).first()
    if begun is None:
        raise NotFound
    if refused := _refused(work, begun, code):
        return Tried(begun.id, refused=refused)
    _end(work, me, "replaced")
    begun.confirmed_at = work.now
    notifications.tell(work, me, CHANGED)
    return note_proof(work, begun.id)


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="second_factor.proved", unproved=True)
def prove(work: Work, code: str) -> Tried:
    """Show that one is here: the next minutes may do what a token alone may not."""
    factor = work.session.scalars(_live(work.actor.person).with_for_update()).first()
    if factor is None:
        raise FreshFactorNeeded(code="no-second-factor")
    if refused := _refused(work, factor, code):
        return Tried(factor.id, refused=refused)
    return note_proof(work, factor.id)


@command(permit=Permission.DISABLE_PERSON, audit="second_factor.ended")
def end_of_person(work: Work, user_id: UUID) -> UserAccount:
    """End the factor of somebody who lost the phone; they begin anew, knowing the password."""
    signing.refuse_oneself(work, user_id)
    account = work.session.scalars(select(UserAccount).where(UserAccount.id == user_id)).first()
    if account is None:
        raise NotFound
    insist_fresh(work)
    if account.short_password:
        raise RecordForbids(TOO_SHORT_ALONE, code="password-too-short-alone")
    if not end_all(work, user_id, "ended_by_office"):
        raise NotFound
    notifications.tell(work, user_id, CHANGED)
    return account


@reading(permit=Permission.MANAGE_OWN_SESSIONS, audit="second_factor.read", unproved=True)
def own(work: Work) -> Held:
    """Read whether one has a second factor, and how long its last proof still counts."""
    factor = work.session.scalars(_live(work.actor.person)).first()
    proved = _last_proof(work)
    held = is_held(work, work.actor.person)
    until = proved + work.limits.second_factor_life if proved is not None and held else None
    return Held(factor.confirmed_at if factor else None, until)


def is_held(work: Work, user_id: UUID) -> bool:
    """Say whether this person has a second factor in use: an authenticator or a passkey."""
    passkey = exists().where(Passkey.user_id == user_id, Passkey.ended_at.is_(None))
    return work.session.scalar(select(or_(exists().where(_in_use(user_id)), passkey))) or False


def code_opens(work: Work, user_id: UUID, code: str) -> bool:
    """Try a code at the door (a step): it is spent, or counted as at any other place."""
    factor = work.session.scalars(_live(user_id).with_for_update()).first()
    return factor is not None and _refused(work, factor, code) is None


def insist_fresh(work: Work) -> datetime:
    """Refuse unless this very sign-in proved its factor in the last minutes; say when (a step)."""
    proved = _last_proof(work)
    if proved is None or not proved <= work.now <= proved + work.limits.second_factor_life:
        raise FreshFactorNeeded
    return proved


def _last_proof(work: Work) -> datetime | None:
    return work.session.scalar(select(LoginSession.factor_proved_at).where(_this_sign_in(work)))


def _live(user_id: UUID) -> Select[SecondFactor]:
    return select(SecondFactor).where(_in_use(user_id))


def _in_use(user_id: UUID) -> ColumnElement[bool]:
    return and_(_not_ended(user_id), SecondFactor.confirmed_at.is_not(None))


def _begun(user_id: UUID) -> ColumnElement[bool]:
    return and_(_not_ended(user_id), SecondFactor.confirmed_at.is_(None))


def _not_ended(user_id: UUID) -> ColumnElement[bool]:
    return and_(SecondFactor.user_id == user_id, SecondFactor.ended_at.is_(None))


def _this_sign_in(work: Work) -> ColumnElement[bool]:
    return and_(LoginSession.id == work.actor.login_id, LoginSession.user_id == work.actor.user_id)


def _refused(work: Work, factor: SecondFactor, code: str) -> Refusal | None:
    """Count a try at a locked factor and say why it fails; None spends the code."""
    if factor.throttled_until is not None and work.now < factor.throttled_until:
        return TooManyTries(factor.throttled_until)
    step = _step_of(factor, code, work.now)
    if step is not None and (factor.last_step is None or step > factor.last_step):
        factor.last_step, factor.failed_tries, factor.throttled_until = step, 0, None
        return None
    factor.failed_tries += 1
    factor.throttled_until = tries.wait_after(work, factor.failed_tries)
    work.audit("second_factor.refused", outcome="refused", reason="wrong_code")
    return InvalidContent(errors={"code": [_WRONG_CODE]})


def _step_of(factor: SecondFactor, code: str, now: datetime) -> int | None:
    """Give the half minute that this code belongs to, if it is one of those around now."""
    app = pyotp.TOTP(factor.secret)
    here = app.timecode(now)
    near = range(here - STEPS_OFF, here + STEPS_OFF + 1)
    fits = [step for step in near if hmac.compare_digest(app.generate_otp(step), code)]
    return max(fits, default=None)


def insist_fresh_of_holders(work: Work) -> None:
    """Refuse whoever holds a factor and has not just proved it; others have none to prove (a step).

    Staff cannot act without one, so that only patients and sitters are let pass here.
    """
    if is_held(work, work.actor.person):
        insist_fresh(work)


def note_proof(work: Work, factor_id: UUID) -> Tried:
    """Keep on this very sign-in that its owner was here just now (a step)."""
    work.session.execute(
        update(LoginSession).where(_this_sign_in(work)).values(factor_proved_at=work.now)
    )
    return Tried(factor_id, proved_at=work.now)


def end_all(work: Work, user_id: UUID, reason: str) -> bool:
    """End every factor of a person, what stands in for it, and every proof of it (a step)."""
    ended = work.session.execute(
        update(Passkey)
        .where(Passkey.user_id == user_id, Passkey.ended_at.is_(None))
        .values(ended_at=work.now, end_reason=reason)
        .returning(Passkey.id)
    ).all()
    work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .values(ended_at=work.now)
    )
    return _end(work, user_id, reason) or bool(ended)


def _end(work: Work, user_id: UUID, reason: str) -> bool:
    """End the authenticator in use, and every proof of it on any device."""
    ended = work.session.execute(
        update(SecondFactor)
        .where(_in_use(user_id))
        .values(ended_at=work.now, end_reason=reason)
        .returning(SecondFactor.id)
    ).first()
    work.session.execute(
        update(LoginSession).where(LoginSession.user_id == user_id).values(factor_proved_at=None)
    )
    return ended is not None

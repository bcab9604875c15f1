"""What does somebody show who has lost the phone? One of ten codes that were written down before.

A code stands in for the second factor, once, and never for the password.
"""

import secrets
from base64 import b32encode
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, update

from models.people.doors import RecoveryCode
from models.platform.encryption import key_ring
from rules.permissions import Permission
from workflows.people import second_factor
from workflows.platform import notifications
from workflows.platform.errors import FreshFactorNeeded
from workflows.platform.work import Work, command, reading

HOW_MANY = 10
BYTES, GROUP = 10, 4
CODE = "recovery_code.code_hash"


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes, shown once."""

    id: UUID
    codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """How many codes were not used yet."""

    left: int


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="recovery_codes.made")
def make_codes(work: Work) -> Codes:
    """Make ten new codes; the older ones open nothing more."""
    me = work.actor.person
    if not second_factor.is_held(work, me):
        raise FreshFactorNeeded(code="no-second-factor")
    second_factor.insist_fresh(work)
    end_codes(work, me)
    drawn = tuple(_drawn() for _ in range(HOW_MANY))
    work.session.add_all(
        RecoveryCode(user_id=me, code_hash=_print(me, code), made_at=work.now) for code in drawn
    )
    notifications.tell(work, me, second_factor.CHANGED)
    return Codes(me, drawn)


@reading(permit=Permission.MANAGE_OWN_SESSIONS, audit="recovery_codes.read")
def codes_left(work: Work) -> Left:
    """Say how many codes are left."""
    unused = select(func.count()).where(
        RecoveryCode.user_id == work.actor.person,
        RecoveryCode.used_at.is_(None),
        RecoveryCode.ended_at.is_(None),
    )
    return Left(work.session.scalar(unused) or 0)


def opens(work: Work, user_id: UUID, code: str) -> bool:
    """Try a code in place of the factor (a step): the right one is spent, and its owner told."""
    found = work.session.scalars(
        select(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _print(user_id, code),
            RecoveryCode.user_id == user_id,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .with_for_update()
    ).first()
    if found is None:
        return False
    found.used_at = work.now
    work.audit("recovery_code.used", object_type="recovery_code", object_id=str(found.id))
    notifications.tell(work, user_id, second_factor.CHANGED)
    return True


def end_codes(work: Work, user_id: UUID) -> None:
    """End every code of a person that was not used (a step)."""
    work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .values(ended_at=work.now)
    )


def _drawn() -> str:
    letters = b32encode(secrets.token_bytes(BYTES)).decode().lower()
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _print(user_id: UUID, code: str) -> bytes:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return key_ring().blind(CODE, f"{user_id} {plain}")

"""Does the sitter really answer on that phone?"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.patients import Sitter, SitterContactCode
from rules.permissions import Permission
from workflows.people import safety_version
from workflows.platform import access, notifications
from workflows.platform.errors import TooManyTries
from workflows.platform.work import Work, command

TEMPLATE = "sitter_contact_code"
DIGITS = 6
LIFE = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES, CODES_WITHIN = 5, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ContactCheck:
    """Whether the digits were right; wrong ones are counted, so this is no refusal."""

    verified: bool
    tries_left: int


@command(permit=Permission.TRAIN_AS_SITTER, audit="sitter.code_sent")
def send_code(work: Work, sitter_id: UUID) -> SitterContactCode:
    """Send six digits to the sitter's own phone; the newest ones count."""
    sitter = access.own_sitter(work, sitter_id, lock=True)
    lately = select(SitterContactCode.sent_at).where(
        SitterContactCode.sitter_id == sitter.id,
        SitterContactCode.sent_at > work.now - CODES_WITHIN,
    )
    sent = work.session.scalars(lately.order_by(SitterContactCode.sent_at)).all()
    if len(sent) >= MOST_CODES:
        raise TooManyTries(sent[-MOST_CODES] + CODES_WITHIN)
    code = SitterContactCode(
        patient_id=sitter.patient_id,
        sitter_id=sitter.id,
        code=f"{secrets.randbelow(10**DIGITS):0{DIGITS}}",
        sent_at=work.now,
        expires_at=work.now + LIFE,
    )
    work.session.add(code)
    if sitter.user_id is not None:
        notifications.tell(work, sitter.user_id, TEMPLATE, secret=code.code)
    return code


@command(permit=Permission.TRAIN_AS_SITTER, audit="sitter.contact_checked")
def check_code(work: Work, sitter_id: UUID, digits: str) -> ContactCheck:
    """Compare the digits the sitter read with the newest ones sent."""
    sitter = access.own_sitter(work, sitter_id, lock=True)
    code = _newest(work.session, sitter.id)
    if code is None or not _is_good(code, work.now):
        return ContactCheck(verified=False, tries_left=0)
    code.tries += 1
    if not hmac.compare_digest(code.code.encode(), digits.encode()):
        return ContactCheck(verified=False, tries_left=MOST_TRIES - code.tries)
    code.used_at = sitter.contact_verified_at = work.now
    safety_version.rise(work, sitter.patient_id)
    return ContactCheck(verified=True, tries_left=0)


def code_to_deliver(session: Session, user_id: UUID, now: datetime) -> str | None:
    """Give the digits to whoever delivers the message, while they are good."""
    newest = (
        select(SitterContactCode)
        .join(Sitter, Sitter.id == SitterContactCode.sitter_id)
        .where(Sitter.user_id == user_id)
        .order_by(SitterContactCode.sent_at.desc(), SitterContactCode.id.desc())
    )
    code = session.scalars(newest.limit(1)).first()
    return code.code if code is not None and _is_good(code, now) else None


def _newest(session: Session, sitter_id: UUID) -> SitterContactCode | None:
    newest = (
        select(SitterContactCode)
        .where(SitterContactCode.sitter_id == sitter_id)
        .order_by(SitterContactCode.sent_at.desc(), SitterContactCode.id.desc())
    )
    return session.scalars(newest.limit(1)).first()


def _is_good(code: SitterContactCode, now: datetime) -> bool:
    return code.used_at is None and now < code.expires_at and code.tries < MOST_TRIES

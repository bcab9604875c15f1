"""Was this asked by us, of this person, a moment ago, and answered for the first time?

What a passkey signs is a challenge drawn by chance. Each is good for one answer and for minutes;
one that was answered is spent, whether or not the answer was right.
"""

import secrets
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select

from models.people.passkeys import PasskeyChallenge
from workflows.platform.work import Work

LIFE = timedelta(minutes=5)
BYTES = 32


class Purpose(StrEnum):
    """What a passkey is asked for; an answer to one is none to another."""

    REGISTER = "register"
    LOG_IN = "log_in"
    PROVE = "prove"


def ask(work: Work, purpose: Purpose) -> PasskeyChallenge:
    """Draw a challenge for whoever acts, or for somebody at the door (a step)."""
    work.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= work.now))
    at_the_door = purpose is Purpose.LOG_IN
    challenge = PasskeyChallenge(
        purpose=purpose,
        challenge=secrets.token_bytes(BYTES),
        user_id=None if at_the_door else work.actor.person,
        login_id=None if at_the_door else work.actor.login_id,
        issued_at=work.now,
        expires_at=work.now + LIFE,
    )
    work.session.add(challenge)
    work.session.flush()
    return challenge


def spend(work: Work, challenge_id: UUID, purpose: Purpose) -> bytes | None:
    """Spend a challenge and give what has to be signed; None if it is not, or no longer, good."""
    found = work.session.scalars(
        select(PasskeyChallenge)
        .where(PasskeyChallenge.id == challenge_id, PasskeyChallenge.purpose == purpose)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None or found.spent_at is not None or found.expires_at <= work.now:
        return None
    if purpose is not Purpose.LOG_IN and not _is_mine(work, found):
        return None
    found.spent_at = work.now
    work.session.flush()
    return found.challenge


def _is_mine(work: Work, found: PasskeyChallenge) -> bool:
    return (found.user_id, found.login_id) == (work.actor.user_id, work.actor.login_id)

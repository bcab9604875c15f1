"""What does the clock of a phone show beside ours? We say our time; the phone brings it back.

The nonce is our own instant under our own stamp, bound to the person and to the login it was given
to. Nothing of it is stored. The phone reads its clock when the nonce arrives, or at any moment
until it sends both back, and that reading is compared with the two instants that only we know: when
the nonce was made, and when it came back. So an old request cannot look fresh, and a slow line
makes the difference larger, never smaller.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from models.platform.encryption import key_ring
from rules.dose.device_clock import is_in_time, skew_seconds
from rules.permissions import Permission
from workflows.platform.work import Work, reading

PURPOSE = "device_clock.nonce"
_BEGINNING, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_INSTANT_BYTES, _NONCE_BYTES = 8, 40
_FARTHEST_SECONDS = 2**31 - 1  # what a column holds; a phone decades off is off


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the clock of a phone showed, beside the nonce that it had from us just before."""

    nonce: str
    device_time: datetime


@dataclass(frozen=True, slots=True)
class TimeTold:
    """Our time, and the nonce that proves when we told it."""

    server_time: datetime
    nonce: str
    expires_at: datetime


@reading(permit=Permission.RECORD_VITALS, audit="device_clock.compared")
def tell_time(work: Work) -> TimeTold:
    """Say what time it is here, with a nonce to bring back."""
    instant = ((work.now - _BEGINNING) // _TICK).to_bytes(_INSTANT_BYTES, "big")
    nonce = urlsafe_b64encode(instant + _stamp(work, instant)).decode().rstrip("=")
    return TimeTold(work.now, nonce, work.now + work.limits.clock_nonce_life)


def measured_skew(work: Work, told: ClockReading | None) -> int | None:
    """Give how many seconds the phone may be off at worst; without a nonce of ours, unknown.

    A nonce that is forged, somebody else's, of another login or too old measures nothing.
    """
    sealed_at = None if told is None else _sealed_at(work, told.nonce)
    if told is None or sealed_at is None or not is_in_time(sealed_at, work.now, work.limits):
        return None
    skew = skew_seconds(told.device_time, sealed_at, work.now)
    return max(-_FARTHEST_SECONDS, min(skew, _FARTHEST_SECONDS))


def _sealed_at(work: Work, nonce: str) -> datetime | None:
    try:
        opened = urlsafe_b64decode(nonce.encode("ascii") + b"==")
    except ValueError:  # also what is not ASCII
        return None
    instant, stamp = opened[:_INSTANT_BYTES], opened[_INSTANT_BYTES:]
    if len(opened) != _NONCE_BYTES or not compare_digest(stamp, _stamp(work, instant)):
        return None
    return _BEGINNING + int.from_bytes(instant, "big") * _TICK


def _stamp(work: Work, instant: bytes) -> bytes:
    """Bind an instant to the person who asks and to the login they ask in."""
    login = work.actor.login_id or UUID(int=0)
    return key_ring().stamp(PURPOSE, work.actor.person.bytes + login.bytes + instant)

"""How far off may the clock of a phone be, at the worst?

The house says its own time and seals it; the phone reads its clock once and brings both back. That
look at the clock lay between our sealing and our hearing of it, so what the phone was off lies
between the two differences. The one further from zero counts: a slow line never makes a clock look
better than it is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from rules.limits import LIMITS, Limits

_SECOND = timedelta(seconds=1)


def skew_seconds(device_time: datetime, sealed_at: datetime, received_at: datetime) -> int:
    """Give what the phone may be ahead (or behind, below zero), rounded away from zero."""
    ahead, behind = device_time - sealed_at, device_time - received_at
    return _away_from_zero(max(ahead, behind, key=abs))


def claimed_skew_seconds(device_time: datetime, received_at: datetime) -> int:
    """Give what a time without a seal says; it may only make a measurement worse."""
    return _away_from_zero(device_time - received_at)


def is_in_time(sealed_at: datetime, received_at: datetime, limits: Limits = LIMITS) -> bool:
    """Say whether a seal came back soon enough to bound anything."""
    return timedelta(0) <= received_at - sealed_at <= limits.clock_nonce_life


def worst_of(skews: Iterable[int | None]) -> int | None:
    """Give the one furthest from zero; what was not measured once is not measured."""
    known: list[int] = []
    for skew in skews:
        if skew is None:
            return None
        known.append(skew)
    return max(known, key=abs, default=None)


def _away_from_zero(difference: timedelta) -> int:
    below, above = difference // _SECOND, -(-difference // _SECOND)
    return max(below, above, key=abs)

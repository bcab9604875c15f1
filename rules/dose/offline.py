"""Which facts may a device bring late, and what may it never decide?"""

from datetime import datetime
from enum import StrEnum

from rules.limits import LIMITS, Limits


class LateFact(StrEnum):
    """What happened while there was no network; it is always accepted and never a clearance."""

    DOSE_TAKEN = "dose_taken"
    MONITOR_CHECK = "monitor_check"
    VITALS = "vitals"
    EMERGENCY = "emergency"
    ADVERSE_EVENT = "adverse_event"
    FOLLOW_UP = "follow_up"
    SITTER_LEFT = "sitter_left"
    COACHING_NOTE_DRAFT = "coaching_note_draft"


# The order in which a device that comes back is listened to.
MOST_URGENT_FIRST = (
    LateFact.EMERGENCY,
    LateFact.DOSE_TAKEN,
    LateFact.ADVERSE_EVENT,
    LateFact.SITTER_LEFT,
    LateFact.MONITOR_CHECK,
    LateFact.VITALS,
    LateFact.FOLLOW_UP,
    LateFact.COACHING_NOTE_DRAFT,
)
_ALWAYS_REVIEWED = frozenset({LateFact.DOSE_TAKEN, LateFact.EMERGENCY, LateFact.ADVERSE_EVENT})


def may_arrive_late(kind: str) -> bool:
    """Say whether a device may bring this later; commands, answers for a gate and consent no."""
    return kind in tuple(LateFact)


def needs_review(fact: LateFact) -> bool:
    """Say whether a human must look at it because it came late."""
    return fact in _ALWAYS_REVIEWED


def time_to_keep(occurred_at: datetime, received_at: datetime, limits: Limits = LIMITS) -> datetime:
    """Give the instant a fact is kept under; a device from the future gets the server's time."""
    return received_at if is_from_the_future(occurred_at, received_at, limits) else occurred_at


def is_from_the_future(
    occurred_at: datetime, received_at: datetime, limits: Limits = LIMITS
) -> bool:
    """Say whether a device claims a time that has not come yet, beyond the skew we forgive."""
    return occurred_at - received_at > limits.clock_skew

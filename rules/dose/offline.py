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
    PATIENT_EMERGENCY = "patient_emergency"
    ADVERSE_EVENT = "adverse_event"
    HARM_ADDITION = "harm_addition"
    FOLLOW_UP = "follow_up"
    SITTER_LEFT = "sitter_left"
    DEVIATION = "deviation"


class Verdict(StrEnum):
    """What became of one item that a phone brought."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    HELD = "held"
    REFUSED = "refused"
    INVALID = "invalid"
    TRY_AGAIN = "try_again"


# The order in which a device that comes back is listened to.
MOST_URGENT_FIRST = (
    LateFact.EMERGENCY,
    LateFact.PATIENT_EMERGENCY,
    LateFact.DOSE_TAKEN,
    LateFact.ADVERSE_EVENT,
    LateFact.SITTER_LEFT,
    LateFact.DEVIATION,
    LateFact.MONITOR_CHECK,
    LateFact.VITALS,
    LateFact.FOLLOW_UP,
    LateFact.HARM_ADDITION,
)
_ALWAYS_REVIEWED = frozenset(
    {
        LateFact.DOSE_TAKEN,
        LateFact.EMERGENCY,
        LateFact.PATIENT_EMERGENCY,
        LateFact.ADVERSE_EVENT,
        LateFact.HARM_ADDITION,
        LateFact.DEVIATION,
    }
)
# What a clinician is called for at once also when nobody can say who brings it.
_CALLED_FOR_UNVERIFIED = frozenset(
    {
        LateFact.DOSE_TAKEN,
        LateFact.EMERGENCY,
        LateFact.PATIENT_EMERGENCY,
        LateFact.DEVIATION,
        LateFact.SITTER_LEFT,
    }
)
# Read however badly they are written: an old app on an old phone may always cry for help.
_READ_IN_ANY_FORM = frozenset(
    {LateFact.EMERGENCY, LateFact.PATIENT_EMERGENCY, LateFact.ADVERSE_EVENT}
)
# Whatever else a phone brings may ring an alarm, and order is never worth an alarm.
_WAITS_FOR_ITS_PREDECESSOR = frozenset({LateFact.HARM_ADDITION})


def may_arrive_late(kind: str) -> bool:
    """Say whether a device may bring this later; commands, answers for a gate and consent no."""
    return kind in tuple(LateFact)


def urgency_rank(kind: str) -> int:
    """Give the place in the order in which a device is listened to; what is no fact comes last."""
    known = {fact.value: rank for rank, fact in enumerate(MOST_URGENT_FIRST)}
    return known.get(kind, len(known))


def is_read_in_any_form(kind: str) -> bool:
    """Say whether nothing about the form of this can keep it out."""
    return kind in _READ_IN_ANY_FORM


def may_wait(fact: LateFact) -> bool:
    """Say whether this waits for the item it depends on; nothing that may ring an alarm does."""
    return fact in _WAITS_FOR_ITS_PREDECESSOR


def needs_review(fact: LateFact) -> bool:
    """Say whether a human must look at it because it came late."""
    return fact in _ALWAYS_REVIEWED


def calls_unverified(fact: LateFact) -> bool:
    """Say whether a clinician is called for this at once, though nobody knows who brings it."""
    return fact in _CALLED_FOR_UNVERIFIED


def time_to_keep(occurred_at: datetime, received_at: datetime, limits: Limits = LIMITS) -> datetime:
    """Give the instant a fact is kept under; a device from the future gets the server's time."""
    return received_at if is_from_the_future(occurred_at, received_at, limits) else occurred_at


def is_from_the_future(
    occurred_at: datetime, received_at: datetime, limits: Limits = LIMITS
) -> bool:
    """Say whether a device claims a time that has not come yet, beyond the skew we forgive."""
    return occurred_at - received_at > limits.clock_skew

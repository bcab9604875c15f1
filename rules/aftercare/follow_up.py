"""When do we ask again after a dose?"""

from dataclasses import dataclass
from datetime import datetime

from rules.limits import LIMITS, Limits
from rules.terms import FollowUpKind


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact after a dose; outside the window it is kept, and does not count as done."""

    kind: FollowUpKind
    due_at: datetime
    opens_at: datetime
    closes_at: datetime | None


def touches(dose_at: datetime, limits: Limits = LIMITS) -> tuple[Touch, ...]:
    """Give every contact that a dose calls for, soonest first."""
    return tuple(_touch(kind, dose_at, limits) for kind in FollowUpKind)


def counts(touch: Touch, answered_at: datetime) -> bool:
    """Say whether an answer at this instant does what the contact is for."""
    if answered_at < touch.opens_at:
        return False
    return touch.closes_at is None or answered_at <= touch.closes_at


def _touch(kind: FollowUpKind, dose_at: datetime, limits: Limits) -> Touch:
    due_at = dose_at + getattr(limits, f"follow_up_{kind.name.lower()}")
    if kind is FollowUpKind.HOURS_24:
        opens_at, closes_at = dose_at + limits.follow_up_from, dose_at + limits.follow_up_until
        return Touch(kind, due_at, opens_at, closes_at)
    return Touch(kind, due_at, due_at - limits.follow_up_opens_before, None)

"""How long is a record open in an emergency, and how often may it be taken away whole?"""

# ruff: noqa: RUF009 - a row is a `field` of the dataclass, with what is known about it

from dataclasses import dataclass

from rules.limits.kinds import AtMost, LivesAtMost, hours, limit, minutes


@dataclass(frozen=True, kw_only=True)
class AccessLimits:
    """Reading in an emergency, and copies of a whole record."""

    break_glass_life: LivesAtMost = minutes(60, to=10)
    break_glass_review: LivesAtMost = hours(72, to=12)  # by somebody else
    record_exports_a_day_max: AtMost = limit(10, "copies", to=3)

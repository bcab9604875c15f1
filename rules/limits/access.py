"""How long may somebody read a record that is not theirs to read, in an emergency?"""

# ruff: noqa: RUF009 - a row is a `field` of the dataclass, with what is known about it

from dataclasses import dataclass

from rules.limits.kinds import LivesAtMost, hours, minutes


@dataclass(frozen=True, kw_only=True)
class AccessLimits:
    """Reading in an emergency."""

    break_glass_life: LivesAtMost = minutes(60, to=10)
    break_glass_review: LivesAtMost = hours(72, to=12)  # by somebody else

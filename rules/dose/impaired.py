"""May somebody decide for longer than tonight, or may a dose still act on them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.dose.dose import no_driving_until
from rules.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One dose, wherever it was taken and whoever told of it; None is not known."""

    taken_at: datetime | None
    zone: ZoneInfo | None
    told_until: datetime | None = None
    watch_is_over: bool | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Whether decisions wait, and when they can be made at the earliest, if anybody can tell."""

    closed: bool
    opens_at: datetime | None = None


OPEN = Window(closed=False)


def impaired_window(effects: Sequence[Effect] | None, now: datetime, limits: Limits) -> Window:
    """Close from the dose to the morning on which driving is no longer barred.

    An end that nobody can tell is no end: while the watch goes on, and while a dose, its hour or
    its place is not known, it stays closed.
    """
    if effects is None:
        return Window(closed=True)
    mornings = [morning for effect in effects if (morning := _morning(effect, limits))]
    last = max(mornings, default=now)
    if now < last:
        return Window(closed=True, opens_at=last)
    is_over = len(mornings) == len(effects) and all(effect.watch_is_over for effect in effects)
    return OPEN if is_over else Window(closed=True)


def _morning(effect: Effect, limits: Limits) -> datetime | None:
    """What was told on that evening is never made shorter; a stricter sheet makes it longer."""
    if effect.taken_at is None or effect.zone is None:
        return None
    until = no_driving_until(effect.taken_at, effect.zone, limits)
    return max(until, effect.told_until or until)

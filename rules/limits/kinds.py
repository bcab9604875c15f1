"""What is a limit made of? A value, a unit, bounds, and whoever sets it."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from rules.terms import DoseForm, Route

ABOUT = "about"
PROTOCOL = "programme protocol"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Tighter(StrEnum):
    """Which way a programme may move a number."""

    UP = "up"
    DOWN = "down"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class Pressure:
    """A blood pressure limit: systolic over diastolic, mmHg."""

    systolic_mmhg: int
    diastolic_mmhg: int

    def __str__(self) -> str:
        """Write it the way a nurse does."""
        return f"{self.systolic_mmhg}/{self.diastolic_mmhg} mmHg"


AtLeast = Annotated[int, Tighter.UP]
AtMost = Annotated[int, Tighter.DOWN]
WaitAtLeast = Annotated[timedelta, Tighter.UP]
LivesAtMost = Annotated[timedelta, Tighter.DOWN]
PressureAtMost = Annotated[Pressure, Tighter.DOWN]
Routes = Annotated[frozenset[Route], Tighter.FEWER]
Forms = Annotated[frozenset[DoseForm], Tighter.FEWER]


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside a value: its unit, the tightest value that is no slip, and its source.

    `unsigned` marks what no outside authority sets (P): the medical director signs it.
    """

    unit: str
    tightest: Any
    source: str
    unsigned: bool
    step: timedelta | None


def limit(
    value: Any,
    unit: str,
    *,
    to: Any = None,
    source: str | None = None,
    unsigned: bool | None = None,
    step: timedelta | None = None,
) -> Any:
    """Write one row: the loosest value allowed, its unit, how tight it may get, who says so.

    Without a source it is the programme's own, and unsigned. Without `to` it never moves.
    """
    waits = source is None if unsigned is None else unsigned
    about = About(unit, to, source or PROTOCOL, waits, step)
    return field(default=value, metadata={ABOUT: about})


def pressure(value: tuple[int, int], *, to: tuple[int, int], **said: Any) -> Any:
    """Write a row for a blood pressure."""
    return limit(Pressure(*value), "mmHg", to=Pressure(*to), **said)


def minutes(value: int, *, to: int | None = None, **said: Any) -> Any:
    """Write a row for a time that is told in minutes."""
    return _time(value, "minutes", MINUTE, to, said)


def hours(value: int, *, to: int | None = None, **said: Any) -> Any:
    """Write a row for a time that is told in hours."""
    return _time(value, "hours", HOUR, to, said)


def days(value: int, *, to: int | None = None, **said: Any) -> Any:
    """Write a row for a time that is told in days."""
    return _time(value, "days", DAY, to, said)


def _time(value: int, unit: str, step: timedelta, to: int | None, said: dict[str, Any]) -> Any:
    tightest = None if to is None else step * to
    return limit(step * value, unit, to=tightest, step=step, **said)


def is_as_tight(value: Any, now: Any, way: Tighter | None) -> bool:
    """Say whether a value is at least as tight as another one."""
    if isinstance(value, Pressure):
        return way is Tighter.DOWN and (
            value.systolic_mmhg <= now.systolic_mmhg and value.diastolic_mmhg <= now.diastolic_mmhg
        )
    if way is Tighter.UP:
        return bool(value >= now)
    if way is None:
        return bool(value == now)
    return bool(value <= now)  # for a set of choices, `<=` means a subset


def tighter_of(one: Any, other: Any, way: Tighter | None) -> Any:
    """Give the tighter of two values; of two pressures, and of two choices, what both allow."""
    if isinstance(one, Pressure):
        return Pressure(
            min(one.systolic_mmhg, other.systolic_mmhg),
            min(one.diastolic_mmhg, other.diastolic_mmhg),
        )
    if way is Tighter.FEWER:
        return one & other
    if way is None:
        return one
    return max(one, other) if way is Tighter.UP else min(one, other)

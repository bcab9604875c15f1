"""All limits together, each with its name: may a programme set this one to that value?"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, get_args, get_type_hints

from rules.limits.access import AccessLimits, AnswerLimits, DispatchLimits, RightsLimits
from rules.limits.instruments import ChangeLimits, InstrumentLimits
from rules.limits.kinds import ABOUT, About, Tighter, is_as_tight, tighter_of
from rules.limits.table import (
    TOPICS,
    AfterLimits,
    ClearanceLimits,
    CourseLimits,
    DayLimits,
    DoseLimits,
    LawLimits,
    OfficeLimits,
    ProductLimits,
    ScoreLimits,
    SilenceLimits,
    SitterLimits,
    VitalLimits,
    WatchLimits,
)
from rules.limits.written import NotWritten, read, write

# What opens must not open after it closes; a set of numbers that crosses two of them is refused.
IN_ORDER = (
    ("booster_from", "booster_until"),
    ("peak_reading_from", "peak_reading_until"),
    ("monitoring", "prolonged_clinician_after"),
    ("prolonged_clinician_after", "prolonged_emergency_after"),
    ("missed_looks_family_from", "missed_looks_clinician_from"),
    ("follow_up_from", "follow_up_until"),
    ("office_bp_from", "office_bp_until"),
    ("drug_data_ageing_days", "drug_data_life_days"),
)


class NotAllowed(ValueError):
    """A sheet may not set this value."""


@dataclass(frozen=True)
class Limits(
    RightsLimits,
    DispatchLimits,
    AnswerLimits,
    AccessLimits,
    InstrumentLimits,
    ChangeLimits,
    OfficeLimits,
    ClearanceLimits,
    AfterLimits,
    SilenceLimits,
    WatchLimits,
    SitterLimits,
    VitalLimits,
    ScoreLimits,
    DayLimits,
    DoseLimits,
    CourseLimits,
    LawLimits,
    ProductLimits,
):
    """All limits in force for a decision."""

    def tightened(self, **changes: Any) -> "Limits":
        """Tighten some limits for a programme; loosening one is refused."""
        for name, value in changes.items():
            self._refuse_loosening(name, value)
        return replace(self, **changes)

    def and_also(self, **changes: Any) -> "Limits":
        """Put other values beside these; of each number the tighter one counts."""
        tighter = {
            name: tighter_of(getattr(self, name), value, direction(name))
            for name, value in changes.items()
        }
        return replace(self, **tighter)

    def _refuse_loosening(self, name: str, value: object) -> None:
        if name not in BY_NAME:
            raise ValueError(f"{name}: there is no such limit")
        now, way = getattr(self, name), direction(name)
        if type(value) is not type(now):
            raise ValueError(f"{name}: expected {type(now).__name__}, got {value!r}")
        if not is_as_tight(value, now, way):
            raise ValueError(f"{name}: {value} is looser than {now}, or may not change")


@dataclass(frozen=True, slots=True)
class Number:
    """One row of the catalogue."""

    name: str
    topic: str
    loosest: Any
    way: Tighter | None
    about: About

    def read(self, text: str) -> Any:
        """Read a value as people write it: in the unit of the number, without the unit."""
        return read(text, self.loosest, self.about.step)

    def write(self, value: Any) -> str:
        """Write a value the same way."""
        return write(value, self.about.step)

    def why_not(self, value: Any) -> str | None:
        """Say why a programme may not set this value; None means that it may."""
        if self.way is None:
            return f"Is fixed at {self.write(self.loosest)}."
        if not is_as_tight(value, self.loosest, self.way):
            return f"Loosens it: {self.write(self.loosest)} {self.about.unit} is the loosest value."
        if not self._is_no_slip(value):
            tightest = self.write(self.about.tightest)
            return f"Is tighter than {tightest} {self.about.unit}, which nobody means."
        return None

    def _is_no_slip(self, value: Any) -> bool:
        if self.way is Tighter.FEWER:
            return len(value) > 0
        return is_as_tight(self.about.tightest, value, self.way)


def direction(name: str) -> Tighter | None:
    """Say which way this limit may move; None means it is fixed."""
    return BY_NAME[name].way


def values_of(sheet: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Read a sheet as it is written; give the values allowed, and what is wrong with the rest."""
    values: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, text in sheet.items():
        try:
            values[name] = _value(name, text)
        except (NotAllowed, NotWritten) as reason:
            wrong[name] = [str(reason)]
    return values, wrong | _crossed(replace(LIMITS, **values), set(values))


def _value(name: str, text: str) -> Any:
    number = BY_NAME.get(name)
    if number is None:
        raise NotAllowed("There is no such number.")
    value = number.read(text)
    if refused := number.why_not(value):
        raise NotAllowed(refused)
    return value


def _crossed(limits: Limits, told: set[str]) -> dict[str, list[str]]:
    return {
        (earlier if earlier in told else later): [f"{earlier} would lie after {later}."]
        for earlier, later in IN_ORDER
        if getattr(limits, earlier) > getattr(limits, later)
    }


def _catalogue() -> tuple[Number, ...]:
    hints = get_type_hints(Limits, include_extras=True)

    def way(name: str) -> Tighter | None:
        return next((part for part in get_args(hints[name]) if isinstance(part, Tighter)), None)

    return tuple(
        Number(
            known.name,
            (topic.__doc__ or "").rstrip("."),
            known.default,
            way(known.name),
            known.metadata[ABOUT],
        )
        for topic in TOPICS
        for known in fields(topic)
    )


NUMBERS = _catalogue()
BY_NAME = {number.name: number for number in NUMBERS}
UNSIGNED = frozenset(number.name for number in NUMBERS if number.about.unsigned)
LIMITS = Limits()

"""How is a number told to people? With its unit, from the limits in force at that moment.

A text names a number in braces and never repeats it: `{fluid_wait}` is told as "2 hours", and as
"3 hours" under a sheet that asks for more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rules.limits.catalogue import BY_NAME, Limits
from rules.limits.kinds import Pressure

_Words = Mapping[str, tuple[str, str]]
_ENGLISH: _Words = MappingProxyType(
    {
        "minutes": ("minute", "minutes"),
        "hours": ("hour", "hours"),
        "days": ("day", "days"),
        "months": ("month", "months"),
        "years": ("year", "years"),
        "readings": ("reading", "readings"),
        "refills": ("refill", "refills"),
        "medicines": ("medicine", "medicines"),
        "mg": ("mg", "mg"),
        "mg a day": ("mg a day", "mg a day"),
        "kg/m²": ("kg/m²", "kg/m²"),
        "mmHg": ("mmHg", "mmHg"),
        "%": ("%", "%"),
    }
)
_SPANISH: _Words = MappingProxyType(
    {
        **_ENGLISH,
        "minutes": ("minuto", "minutos"),
        "hours": ("hora", "horas"),
        "days": ("día", "días"),
        "months": ("mes", "meses"),
        "years": ("año", "años"),
    }
)
# A language that we lack is told in English.
UNITS: Mapping[str, _Words] = MappingProxyType({"es": _SPANISH})


def told(text: str, limits: Limits, language: str = "en") -> str:
    """Give a text with its numbers; a pressure can also be told in its two halves."""
    if "{" not in text:
        return text
    return text.format_map(_Numbers(limits, UNITS.get(language, _ENGLISH)))


@dataclass(frozen=True, slots=True)
class _Numbers:
    """All limits by their names, each in words; format_map needs no more than this."""

    limits: Limits
    units: _Words

    def __getitem__(self, name: str) -> Any:
        number = BY_NAME[name]
        value, unit = getattr(self.limits, name), number.about.unit
        if isinstance(value, Pressure):
            return value  # says itself how a nurse writes it, and has its halves
        if number.about.step is not None:  # a time
            value //= number.about.step
        if isinstance(value, frozenset):
            return f"{' or '.join(str(each) for each in sorted(value))} {unit}"
        if " / " in unit:
            return self._counted(*_scaled(value, unit))
        return self._counted(value, unit)

    def _counted(self, value: float, unit: str) -> str:
        one, many = self.units.get(unit, ("", ""))
        return f"{value:g} {one if value == 1 else many}".rstrip()


def _scaled(value: int, unit: str) -> tuple[float, str]:
    """Read a unit such as `mg / 100 a day`: kept in hundredths, told in whole ones."""
    plain, _, rest = unit.partition(" / ")
    by, _, how_often = rest.partition(" ")
    return value / int(by), f"{plain} {how_often}".rstrip()

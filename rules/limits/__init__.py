"""Every clinical number of the house, once: what it is, and which way a programme may move it."""

from rules.limits.catalogue import (
    BY_NAME,
    LIMITS,
    NUMBERS,
    UNSIGNED,
    Limits,
    Number,
    direction,
    values_of,
)
from rules.limits.kinds import Pressure, Tighter

__all__ = [
    "BY_NAME",
    "LIMITS",
    "NUMBERS",
    "UNSIGNED",
    "Limits",
    "Number",
    "Pressure",
    "Tighter",
    "direction",
    "values_of",
]

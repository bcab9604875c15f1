"""What do several readings say together, and which of them count?"""

from collections.abc import Callable

from rules.facts import ReadingFact
from rules.limits import Limits, Pressure

Readings = tuple[ReadingFact, ...]


def why_not_counted(reading: ReadingFact, counted: Readings, limits: Limits) -> str | None:
    """Give the code why a new reading does not count beside those counted before, if any."""
    if not is_plausible(reading, counted[-1] if counted else None, limits):
        return "vitals_implausible"
    if len(counted) >= limits.vitals_readings_max:
        return "vitals_repeat_limit"
    if any(ends_the_day(earlier, limits) for earlier in counted):
        return "vitals_repeat_limit"
    if counted and reading.measured_at - counted[-1].measured_at < limits.vitals_rest:
        return "vitals_repeat_limit"
    return None


def is_plausible(reading: ReadingFact, before: ReadingFact | None, limits: Limits) -> bool:
    """Say whether a body can give these numbers, and whether they are not a copy."""
    top, bottom, oxygen = reading.systolic_mmhg, reading.diastolic_mmhg, reading.spo2_percent
    if top is not None and bottom is not None and top <= bottom:
        return False
    if _is_over(top, limits.bp_plausible_systolic_mmhg) or _is_over(oxygen, 100):
        return False
    return before is None or _triplet(reading) != _triplet(before)


def ends_the_day(reading: ReadingFact, limits: Limits) -> bool:
    """Say whether this one reading is so high that no dose may follow today."""
    return reaches(reading, limits.bp_ends_day_from)


def reaches(reading: ReadingFact, line: Pressure) -> bool:
    """Say whether either number is at this line or over it; one not measured reaches nothing."""
    top, bottom = reading.systolic_mmhg, reading.diastolic_mmhg
    return (top is not None and top >= line.systolic_mmhg) or (
        bottom is not None and bottom >= line.diastolic_mmhg
    )


def deciding(readings: Readings, read: Callable[[ReadingFact], int | None]) -> list[int]:
    """Read one number from the last two readings; a number missing in either decides nothing."""
    numbers = [number for reading in readings[-2:] if (number := read(reading)) is not None]
    return numbers if len(numbers) == len(readings[-2:]) else []


def mean_up(numbers: list[int]) -> int | None:
    """Give the mean rounded up, for limits that lie above."""
    return -(-sum(numbers) // len(numbers)) if numbers else None


def mean_down(numbers: list[int]) -> int | None:
    """Give the mean rounded down, for limits that lie below: danger is never rounded away."""
    return sum(numbers) // len(numbers) if numbers else None


def in_words(reading: ReadingFact) -> str:
    """Write a reading as a nurse would, leaving out what was not measured."""
    parts = (
        ("systolic", reading.systolic_mmhg),
        ("diastolic", reading.diastolic_mmhg),
        ("heart rate", reading.heart_rate_bpm),
        ("oxygen", reading.spo2_percent),
    )
    return ", ".join(f"{name} {value}" for name, value in parts if value is not None) or "empty"


def _is_over(value: int | None, most: int) -> bool:
    return value is not None and value > most


def _triplet(reading: ReadingFact) -> tuple[int | None, ...]:
    return reading.systolic_mmhg, reading.diastolic_mmhg, reading.heart_rate_bpm

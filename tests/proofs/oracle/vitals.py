"""Are today's vital signs good enough? Section 2.6 and gates G-36 and G-37."""

import itertools

from rules.facts import Facts, ReadingFact
from tests.proofs.oracle.three import MINUTE, Verdict, above, any_of, below, older

PRESSURE_AND_PULSE = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm")
AIRWAYS = (
    "sleep_apnoea_treated",
    "sleep_apnoea_untreated",
    "respiratory_moderate",
    "respiratory_severe",
)
Readings = tuple[ReadingFact, ...]


def vitals(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge one reading alone, or the mean of the last two, rounded to the worse side."""
    readings = facts.vitals.readings or ()
    high, high_diastolic, fast = (_mean(readings, what, up=True) for what in PRESSURE_AND_PULSE)
    low, _, slow = (_mean(readings, what, up=False) for what in PRESSURE_AND_PULSE)
    whole = high is not None and high_diastolic is not None
    says["bp_too_high"] = high >= 160 or high_diastolic >= 100 if whole else None
    says["bp_elevated_review"] = high > 140 or high_diastolic > 90 if whole else None
    says["bp_too_low"] = below(low, 90)
    says["hr_out_of_range"] = any_of(above(fast, 110), below(slow, 45))
    says["hr_review"] = any_of(above(fast, 100), below(slow, 50))
    oxygen = [one.spo2_percent for one in readings[-2:] if one.spo2_percent is not None]
    lowest = sum(oxygen) // len(oxygen) if oxygen else None
    unmeasured = False if _needs_oxygen(facts) is False else None
    says["spo2_low"] = below(lowest, 92) if oxygen else unmeasured
    says["spo2_review"] = below(lowest, 95) if oxygen else unmeasured
    _presence(facts, says)
    _validity(facts.vitals.readings, says)
    _tries(facts, says)


def _needs_oxygen(facts: Facts) -> Verdict:
    """Asked for; or the airways, the lungs or the weight ask for it. No answer is not a no."""
    told, tenths = facts.intake.conditions, facts.intake.body_mass_index_tenths
    asked = facts.vitals.oximeter_required
    return any_of(
        False if asked is None else asked,
        None if tenths is None else tenths >= 400,
        *(told.get(code) for code in AIRWAYS),
    )


def _mean(readings: Readings, what: str, *, up: bool) -> int | None:
    values = [getattr(one, what) for one in readings[-2:]]
    if not values or None in values:
        return None
    return -(-sum(values) // len(values)) if up else sum(values) // len(values)


def _presence(facts: Facts, says: dict[str, Verdict]) -> None:
    readings, opened = facts.vitals.readings, facts.vitals.check_in_opened_at
    if not readings:
        says["vitals_missing"] = None if readings is None else True
        says["vitals_stale"] = None
        return
    latest = readings[-1]
    gaps = any(getattr(latest, what) is None for what in PRESSURE_AND_PULSE)
    unmeasured = latest.spo2_percent is None and _needs_oxygen(facts)
    says["vitals_missing"] = any_of(gaps, unmeasured)
    old = older(latest.measured_at, facts.now, 30 * MINUTE)
    says["vitals_stale"] = None if opened is None else old or latest.measured_at < opened


def _validity(readings: Readings | None, says: dict[str, Verdict]) -> None:
    """Earlier readings were judged when they were the latest; only valid ones are kept."""
    if not readings:
        says["vitals_implausible"] = None
        return
    latest = readings[-1]
    systolic, diastolic = latest.systolic_mmhg, latest.diastolic_mmhg
    upside_down = systolic is not None and diastolic is not None and systolic <= diastolic
    beyond = (systolic or 0) > 300 or (latest.spo2_percent or 0) > 100
    says["vitals_implausible"] = upside_down or beyond or _copied(readings)


def _copied(readings: Readings) -> bool:
    """Pressure and pulse that are the very same as before were not measured again."""
    last = [[getattr(one, what) for what in PRESSURE_AND_PULSE] for one in readings[-2:]]
    return len(last) == 2 and last[0] == last[1] and None not in last[0]


def _tries(facts: Facts, says: dict[str, Verdict]) -> None:
    """Three readings, five minutes apart; a very high one ends the day."""
    readings, over = facts.vitals.readings, facts.vitals.no_more_today
    if readings is None:
        says["vitals_repeat_limit"] = None
        return
    ends = any(
        (one.systolic_mmhg or 0) >= 180 or (one.diastolic_mmhg or 0) >= 110 for one in readings
    )
    rushed = any(
        later.measured_at - one.measured_at < 5 * MINUTE
        for one, later in itertools.pairwise(readings)
    )
    says["vitals_repeat_limit"] = any_of(over, len(readings) > 3, ends, rushed)

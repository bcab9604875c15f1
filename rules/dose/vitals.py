"""Is the body ready? Blood pressure, heart rate and oxygen, measured now and not copied."""

from collections.abc import Callable
from itertools import pairwise

from rules import citations
from rules.core import Check, Point, rule
from rules.dose.readings import deciding, ends_the_day, in_words, is_plausible, mean_down, mean_up
from rules.facts import Facts, IntakeFacts
from rules.limits import Limits
from rules.looks import absent, all_true, any_true
from rules.terms import Force

GATE = Point.CHECK_IN | Point.DOSE
NOT_MEASURED = "not measured"
_OXIMETER_CONDITIONS = (
    "sleep_apnoea_untreated",
    "sleep_apnoea_treated",
    "respiratory_severe",
    "respiratory_moderate",
)
_AGAIN = "Sit quietly for {vitals_rest}, then measure again."


def oximeter_is_required(intake: IntakeFacts, limits: Limits) -> bool | None:
    """Say whether this body needs its oxygen measured: sleep apnoea, lung disease, BMI 40."""
    bmi = intake.body_mass_index_tenths
    heavy = None if bmi is None else bmi >= limits.body_mass_index_review_tenths
    return any_true([heavy, *(intake.conditions.get(code) for code in _OXIMETER_CONDITIONS)])


@rule(
    "vitals_missing",
    Force.HARD,
    at=GATE,
    says="We need your blood pressure and heart rate from today before a dose.",
    remedy="Measure with your own cuff, and with the oximeter if you were given one.",
    cite=citations.PROTOCOL_VITALS,
)
def vitals_are_measured(facts: Facts) -> Check:
    """A complete set: systolic, diastolic, heart rate, and oxygen where it is required."""
    readings, required = facts.vitals.readings, _oximeter_required(facts)
    limit = "blood pressure, heart rate" + (", oxygen" if required is not False else "")
    if readings is None:
        return Check(None, NOT_MEASURED, limit)
    if not readings:
        return Check(met=False, observed=NOT_MEASURED, limit=limit)
    last = readings[-1]
    complete = None not in (last.systolic_mmhg, last.diastolic_mmhg, last.heart_rate_bpm)
    oxygen = last.spo2_percent is not None or (None if required is None else not required)
    return Check(all_true([complete, oxygen]), in_words(last), limit)


@rule(
    "vitals_stale",
    Force.HARD,
    at=GATE,
    says="Your last measurement is too old. Please measure again.",
    remedy="Measure again now; a reading counts for {vitals_life}.",
    cite=citations.PROTOCOL_VITALS,
)
def vitals_are_fresh(facts: Facts) -> Check:
    """The last reading was taken after the check-in opened and is at most {vitals_life} old."""
    opened_at, life = facts.vitals.check_in_opened_at, facts.limits.vitals_life
    limit = f"after the check-in opened, at most {life} old"
    if not facts.vitals.readings or opened_at is None:
        return Check(None, NOT_MEASURED, limit)
    measured_at = facts.vitals.readings[-1].measured_at
    fresh = opened_at <= measured_at and facts.now - measured_at <= life
    return Check(fresh, f"{facts.now - measured_at} old", limit)


@rule(
    "vitals_implausible",
    Force.HARD,
    at=GATE,
    says="These numbers do not look like a real measurement. Please measure again.",
    remedy=_AGAIN,
    cite=citations.PROTOCOL_VITALS,
)
def vitals_are_plausible(facts: Facts) -> Check:
    """Top over bottom, at most {bp_plausible_systolic_mmhg}, not in the future, not a copy."""
    limit = f"systolic above diastolic, at most {facts.limits.bp_plausible_systolic_mmhg}, no copy"
    if not facts.vitals.readings:
        return Check(None, NOT_MEASURED, limit)
    *earlier, last = facts.vitals.readings
    before = earlier[-1] if earlier else None
    ahead = last.measured_at - facts.now > facts.limits.clock_skew
    return Check(not ahead and is_plausible(last, before, facts.limits), in_words(last), limit)


@rule(
    "vitals_repeat_limit",
    Force.HARD,
    at=GATE,
    says="No more measurements count today. Please do not take a dose today.",
    remedy="Rest and tell your care team. You can plan another day.",
    cite=citations.PROTOCOL_VITALS,
)
def vitals_may_still_decide(facts: Facts) -> Check:
    """At most {vitals_readings_max}, {vitals_rest} apart; {bp_ends_day_from} ends the day."""
    limits, readings = facts.limits, facts.vitals.readings
    limit = f"{limits.vitals_readings_max} readings, {limits.vitals_rest} apart, " + (
        f"each below {limits.bp_ends_day_from}"
    )
    if readings is None:
        return Check(None, NOT_MEASURED, limit)
    ended = any_true(
        (facts.vitals.no_more_today, any(ends_the_day(reading, limits) for reading in readings))
    )
    rushed = any(
        later.measured_at - earlier.measured_at < limits.vitals_rest
        for earlier, later in pairwise(readings)
    )
    wrong = any_true((ended, rushed, len(readings) > limits.vitals_readings_max))
    observed = "; ".join(map(in_words, readings)) or NOT_MEASURED
    if facts.vitals.no_more_today:
        observed += "; earlier readings ended the day"
    return Check(None if wrong is None else not wrong, observed, limit)


@rule(
    "bp_too_high",
    Force.HARD,
    at=GATE,
    says="Your blood pressure is too high to take a dose now.",
    remedy=_AGAIN,
    cite=citations.PROTOCOL_VITALS,
)
def blood_pressure_is_below_the_stop(facts: Facts) -> Check:
    """Mean of the last two readings below {bp_stop_from}, both numbers."""
    top, bottom = facts.limits.bp_stop_from.systolic_mmhg, facts.limits.bp_stop_from.diastolic_mmhg
    return _pressure(facts, lambda s, d: s < top and d < bottom, f"<{top} and <{bottom}")


@rule(
    "bp_elevated_review",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="Your blood pressure is higher than we like before a dose.",
    remedy=f"{_AGAIN} If it stays, your prescriber decides.",
    cite=citations.SPRAVATO_BLOOD_PRESSURE,
)
def blood_pressure_needs_no_review(facts: Facts) -> Check:
    """Mean of the last two readings at most {bp_review_above}, both numbers."""
    review = facts.limits.bp_review_above
    top, bottom = review.systolic_mmhg, review.diastolic_mmhg
    return _pressure(facts, lambda s, d: s <= top and d <= bottom, f"≤{top} and ≤{bottom}")


@rule(
    "bp_too_low",
    Force.HARD,
    at=GATE,
    says="Your blood pressure is too low to take a dose now.",
    remedy="Sit or lie down, drink water if you may, and call your care team if you feel faint.",
    cite=citations.PROTOCOL_VITALS,
)
def blood_pressure_is_not_too_low(facts: Facts) -> Check:
    """Mean systolic of the last two readings at least {bp_systolic_low_mmhg}."""
    low = facts.limits.bp_systolic_low_mmhg
    systolic = mean_down(
        deciding(facts.vitals.readings or (), lambda reading: reading.systolic_mmhg)
    )
    return _compare(systolic, lambda value: value >= low, "mmHg systolic", f"at least {low}")


@rule(
    "hr_out_of_range",
    Force.HARD,
    at=GATE,
    says="Your heart beats too fast or too slowly to take a dose now.",
    remedy=_AGAIN,
    cite=citations.PROTOCOL_VITALS,
)
def heart_rate_is_in_range(facts: Facts) -> Check:
    """Heart rate from {heart_rate_low_stop_below_bpm} to {heart_rate_high_stop_above_bpm}."""
    limits = facts.limits
    return _heart_rate(
        facts, limits.heart_rate_low_stop_below_bpm, limits.heart_rate_high_stop_above_bpm
    )


@rule(
    "hr_review",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="Your heart beats faster or slower than we like before a dose.",
    remedy=f"{_AGAIN} If it stays, your prescriber decides.",
    cite=citations.PROTOCOL_VITALS,
)
def heart_rate_needs_no_review(facts: Facts) -> Check:
    """Heart rate from {heart_rate_low_review_below_bpm} to {heart_rate_high_review_above_bpm}."""
    limits = facts.limits
    return _heart_rate(
        facts, limits.heart_rate_low_review_below_bpm, limits.heart_rate_high_review_above_bpm
    )


@rule(
    "spo2_low",
    Force.HARD,
    at=GATE,
    says="Your oxygen level is too low to take a dose.",
    remedy="Warm your hands and measure again. Call 911 if it is hard to breathe.",
    cite=citations.PROTOCOL_VITALS,
)
def oxygen_is_above_the_stop(facts: Facts) -> Check:
    """Oxygen saturation at least {spo2_stop_below_percent}, where it is measured or required."""
    return _oxygen(facts, facts.limits.spo2_stop_below_percent)


@rule(
    "spo2_review",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="Your oxygen level is lower than we like before a dose.",
    remedy="Warm your hands and measure again. If it stays, your prescriber decides.",
    cite=citations.PROTOCOL_VITALS,
)
def oxygen_needs_no_review(facts: Facts) -> Check:
    """Oxygen saturation at least {spo2_review_below_percent}, where it is measured or required."""
    return _oxygen(facts, facts.limits.spo2_review_below_percent)


blood_pressure_medicine_was_taken = rule(
    "antihypertensive_missed",
    Force.SOFT,
    at=Point.CHECK_IN,
    says="You have not taken your blood pressure medicine today.",
    clinician="Antihypertensive dose missed today.",
    remedy="Tell your prescriber. Do not take two doses to make up for it.",
    cite=citations.PROTOCOL_VITALS,
)(absent(lambda facts: facts.day.antihypertensive_missed, "missed blood pressure medicine"))


def _oximeter_required(facts: Facts) -> bool | None:
    said, derived = facts.vitals.oximeter_required, oximeter_is_required(facts.intake, facts.limits)
    return True if said else derived


def _compare(value: int | None, passes: Callable[[int], bool], unit: str, limit: str) -> Check:
    if value is None:
        return Check(None, NOT_MEASURED, limit)
    return Check(passes(value), f"{value} {unit}", limit)


def _pressure(facts: Facts, passes: Callable[[int, int], bool], limit: str) -> Check:
    readings = facts.vitals.readings or ()
    systolic = mean_up(deciding(readings, lambda reading: reading.systolic_mmhg))
    diastolic = mean_up(deciding(readings, lambda reading: reading.diastolic_mmhg))
    if systolic is None or diastolic is None:
        return Check(None, NOT_MEASURED, limit)
    return Check(passes(systolic, diastolic), f"{systolic}/{diastolic} mmHg", limit)


def _heart_rate(facts: Facts, low: int, high: int) -> Check:
    numbers = deciding(facts.vitals.readings or (), lambda reading: reading.heart_rate_bpm)
    slowest = mean_down(numbers)
    return _compare(
        mean_up(numbers),
        lambda fastest: slowest is not None and low <= slowest and fastest <= high,
        "per minute",
        f"{low} to {high}",
    )


def _oxygen(facts: Facts, low: int) -> Check:
    last_two = (facts.vitals.readings or ())[-2:]
    lowest = mean_down([value for one in last_two if (value := one.spo2_percent) is not None])
    if lowest is None and _oximeter_required(facts) is False:
        return Check(met=True, observed="not required", limit=f"at least {low} %")
    return _compare(lowest, lambda value: value >= low, "%", f"at least {low} %")

"""May the second part of a dose be taken? As prescribed, once, in its window, with a calm body."""

from datetime import timedelta

from rules import citations
from rules.core import Check, Point, rule
from rules.dose.readings import in_words
from rules.facts import Facts
from rules.looks import all_true
from rules.terms import Force


@rule(
    "booster_not_prescribed",
    Force.HARD,
    at=Point.DOSE,
    says="Your plan has no second part. Please don't take more.",
    clinician="A booster was asked for and none is prescribed.",
    remedy="Stay with your sitter. Talk with your prescriber before the next session.",
    cite=citations.PROTOCOL_DOSE,
)
def a_booster_is_prescribed(facts: Facts) -> Check:
    """Off unless the plan says so."""
    asked, prescribed = facts.course.booster_asked, facts.course.booster_prescribed
    if not asked:
        return Check(True, "no booster asked", "prescribed")
    words = {None: "not known", True: "prescribed", False: "not prescribed"}
    return Check(prescribed, words[prescribed], "prescribed")


@rule(
    "booster_window_closed",
    Force.HARD,
    at=Point.DOSE,
    says="It is not the right time for the second part. Please don't take it.",
    clinician="Outside the booster window after the first part.",
    remedy="Do not take it. Stay with your sitter.",
    cite=citations.PROTOCOL_DOSE,
)
def the_booster_is_in_its_window(facts: Facts) -> Check:
    """Both ends of the window still count."""
    limits, first = facts.limits, facts.course.booster_first_part_at
    limit = f"{_minutes(limits.booster_from)} to {_minutes(limits.booster_until)} min"
    if not facts.course.booster_asked:
        return Check(True, "no booster asked", limit)
    if first is None:
        return Check(None, "first part not known", limit)
    passed = facts.now - first
    inside = limits.booster_from <= passed <= limits.booster_until
    return Check(inside, f"{_minutes(passed)} min", limit)


@rule(
    "booster_too_large",
    Force.HARD,
    at=Point.ORDER | Point.DOSE,
    says="The second part of this plan is too large beside the first.",
    clinician="Booster above its share of the first part.",
    remedy="Your prescriber must plan a smaller second part, or none.",
    cite=citations.PROTOCOL_DOSE,
)
def the_booster_is_half_the_first_part_at_most(facts: Facts) -> Check:
    """Most of what is taken is taken first, while nobody is affected yet."""
    course, most = facts.course, facts.limits.booster_percent_max
    limit = f"at most {most} % of the first part"
    if course.booster_prescribed is False and not course.booster_asked:
        return Check(True, "no booster", limit)
    booster, first = course.booster_mg_hundredths, course.first_part_mg_hundredths
    if booster is None or first is None:
        return Check(None, "parts not known", limit)
    return Check(booster * 100 <= first * most, f"{_mg(booster)} after {_mg(first)}", limit)


@rule(
    "booster_vitals_unsettled",
    Force.HARD,
    at=Point.DOSE,
    says="Your blood pressure, heart rate or oxygen is not settled enough for a second part.",
    clinician="Reading since the first part outside the band that needs no review.",
    remedy="Do not take it. Stay with your sitter and keep measuring.",
    cite=citations.PROTOCOL_VITALS,
)
def a_booster_follows_a_settled_reading(facts: Facts) -> Check:
    """In the window there is no time for a review: what would need one is a no."""
    limits, top = facts.limits, facts.limits.bp_review_above
    low, high = limits.heart_rate_low_review_below_bpm, limits.heart_rate_high_review_above_bpm
    oxygen_from = limits.spo2_review_below_percent
    limit = f"at most {top}, {low} to {high} per minute, oxygen from {oxygen_from} %"
    if not facts.course.booster_asked:
        return Check(True, "no booster asked", limit)
    if not facts.vitals.readings:
        return Check(None, "not measured since the first part", limit)
    last = facts.vitals.readings[-1]
    oxygen = last.spo2_percent
    settled = all_true(
        (
            _at_most(last.systolic_mmhg, top.systolic_mmhg),
            _at_most(last.diastolic_mmhg, top.diastolic_mmhg),
            _within(last.heart_rate_bpm, low, high),
            oxygen is None or oxygen >= oxygen_from,
        )
    )
    return Check(settled, in_words(last), limit)


def _at_most(value: int | None, high: int) -> bool | None:
    return None if value is None else value <= high


def _within(value: int | None, low: int, high: int) -> bool | None:
    return None if value is None else low <= value <= high


def _mg(hundredths: int) -> str:
    return f"{hundredths / 100:g} mg"


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)

"""How long is a record open in an emergency, how often taken away whole, and who waits for whom?"""

# ruff: noqa: RUF009 - a row is a `field` of the dataclass, with what is known about it

from dataclasses import dataclass
from datetime import timedelta

from rules.limits.kinds import AtLeast, AtMost, LivesAtMost, days, hours, limit, minutes

ACCESS, AMENDMENT = "45 CFR 164.524(b)(2)", "45 CFR 164.526(b)(2)"


@dataclass(frozen=True, kw_only=True)
class AccessLimits:
    """Reading in an emergency, copies of a whole record, and what ended sign-ins hand in."""

    break_glass_life: LivesAtMost = minutes(60, to=10)
    break_glass_review: LivesAtMost = hours(72, to=12)  # by somebody else
    quarantine_decision: LivesAtMost = hours(24, to=4)  # by somebody who answers for the patient
    record_exports_a_day_max: AtMost = limit(10, "copies", to=3)


@dataclass(frozen=True, kw_only=True)
class DispatchLimits:
    """The card for helpers: how long its code waits, and how often it is read."""

    dispatch_link_life: LivesAtMost = minutes(60, to=10)  # until somebody reads it first
    dispatch_readings_max: AtMost = limit(3, "readings", to=1)  # a colleague looks too
    dispatch_readings_within: LivesAtMost = minutes(10, to=2)  # of the first
    packet_looks_back: timedelta = hours(24)  # doses, readings and calls on it


@dataclass(frozen=True, kw_only=True)
class AnswerLimits:
    """How quickly humans answered: from how long ago, and from how few nobody learns anything."""

    answers_look_back: timedelta = days(84)
    answers_least_cases: AtLeast = limit(20, "calls", to=200)


@dataclass(frozen=True, kw_only=True)
class RightsLimits:
    """What patients ask of their record, and how long it is kept."""

    access_answered_days: AtMost = limit(30, "calendar days", to=7, source=ACCESS)
    access_extension_days: AtMost = limit(30, "calendar days", to=0, source=ACCESS)
    amendment_answered_days: AtMost = limit(60, "calendar days", to=7, source=AMENDMENT)
    amendment_extension_days: AtMost = limit(30, "calendar days", to=0, source=AMENDMENT)
    disclosures_told_years: int = limit(6, "years", source="45 CFR 164.528(a)(1)")
    medical_record_years: AtLeast = limit(10, "years", to=30)  # a state may ask for more
    controlled_substance_years: AtLeast = limit(2, "years", to=30, source="21 CFR 1304.04(a)")
    policy_and_audit_years: AtLeast = limit(6, "years", to=30, source="45 CFR 164.316(b)(2)(i)")

"""Is this amount allowed for this body at this moment, and until when is driving barred?"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules import citations
from rules.core import Check, Point, rule
from rules.dose.course import NO_DOSE_YET, NOT_KNOWN, gap_is_at_most
from rules.facts import Facts
from rules.limits import Limits
from rules.looks import age_on
from rules.terms import Force

_AMOUNT = Point.ORDER | Point.DOSE


@rule(
    "dose_cap_exceeded",
    Force.HARD,
    at=_AMOUNT,
    says="This dose is above the most anyone may take at home.",
    clinician="Planned dose above the absolute cap (mg or mg/kg, whichever is lower).",
    remedy="Your prescriber must plan a lower dose.",
    cite=citations.PROTOCOL_DOSE,
)
def the_dose_is_below_the_cap(facts: Facts) -> Check:
    """The lower of the two caps decides."""
    limits = facts.limits
    return _at_most(facts, limits.dose_mg_max, limits.dose_mg_per_kg_max)


@rule(
    "first_dose_cap_exceeded",
    Force.HARD,
    at=_AMOUNT,
    says="A first dose must be smaller than this.",
    clinician="First dose above its cap (lower from {older_adult_years} on).",
    remedy="Your prescriber must plan a lower first dose.",
    cite=citations.PROTOCOL_DOSE,
)
def a_first_dose_is_small(facts: Facts) -> Check:
    """Nobody knows yet how this person reacts."""
    doses = facts.course.doses
    if doses is None:
        return Check(None, NOT_KNOWN, "first-dose cap")
    return Check(True, "not the first dose", "first-dose cap") if doses else _first_dose(facts)


@rule(
    "dose_reset_required",
    Force.HARD,
    at=_AMOUNT,
    says="After a long break you start again with a first dose.",
    clinician="Long gap: the dose is reset to the first-dose cap.",
    remedy="Your prescriber must plan a first dose again.",
    cite=citations.PROTOCOL_COURSE,
)
def a_long_break_starts_small_again(facts: Facts) -> Check:
    """Tolerance is lost in the break."""
    gap = gap_is_at_most(facts, facts.limits.dose_reset_after_days)
    return _first_dose(facts) if gap.met is False else gap


@rule(
    "dose_raised_after_gap",
    Force.HARD,
    at=Point.CHECK_IN | Point.DOSE,
    says="Your last dose was some time ago. After a break like this the dose may not go up.",
    clinician="Cadence broken: only the same or a lower dose may follow.",
    remedy="Your prescriber must plan the same dose as last time, or a lower one.",
    cite=citations.SIX_SESSIONS,
)
def a_break_is_not_followed_by_more(facts: Facts) -> Check:
    """Letting the gap pass is one thing, more medicine after it another."""
    gap = gap_is_at_most(facts, facts.limits.course_gap_days_max)
    if gap.met is not False:
        return gap
    planned = facts.course.planned_dose_mg_hundredths
    last = max(facts.course.doses or (), key=lambda dose: dose.taken_at).dose_mg_hundredths
    if planned is None or last is None:
        return Check(None, f"{gap.observed}, dose not known", "at most the last dose")
    limit = f"at most {_mg(last)}"
    return Check(planned <= last, f"{_mg(planned)}, {gap.observed}", limit)


@rule(
    "dose_step_exceeded",
    Force.SOFT,
    at=Point.ORDER,
    says="This dose is a big step up from your last one. Your prescriber must give a reason.",
    clinician="Step above the limit in mg or in percent of the last dose.",
    remedy="Plan a smaller step, or give a rationale.",
    cite=citations.PROTOCOL_DOSE,
)
def the_step_up_is_small(facts: Facts) -> Check:
    """Compared with what was really taken last."""
    doses, planned = facts.course.doses, facts.course.planned_dose_mg_hundredths
    limits = facts.limits
    limit = f"at most +{limits.dose_step_mg_max} mg and +{limits.dose_step_percent_max} %"
    if doses == ():
        return Check(True, NO_DOSE_YET, limit)
    if doses is None or planned is None:
        return Check(None, NOT_KNOWN, limit)
    last = max(doses, key=lambda dose: dose.taken_at).dose_mg_hundredths
    if last is None:
        return Check(None, "last dose not known", limit)
    step = planned - last
    small = step <= limits.dose_step_mg_max * 100 and (
        step * 100 <= last * limits.dose_step_percent_max
    )
    return Check(small, f"{_mg(last)} to {_mg(planned)}", limit)


@rule(
    "dose_rationale_required",
    Force.SOFT,
    at=Point.ORDER,
    says="This dose is high. Your prescriber must write down why.",
    clinician="Planned dose above the rationale threshold without a rationale.",
    remedy="Write the rationale, or plan a lower dose.",
    cite=citations.HOME_COHORT_2022,
)
def a_high_dose_has_a_reason(facts: Facts) -> Check:
    """Either threshold asks for the reason."""
    limits = facts.limits
    check = _at_most(facts, limits.dose_rationale_above_mg, limits.dose_rationale_above_mg_per_kg)
    if check.met is not False:
        return check
    return Check(facts.course.dose_rationale, check.observed, f"{check.limit}, or a rationale")


@rule(
    "weight_stale",
    Force.HARD,
    at=_AMOUNT,
    says="We need your current weight to check the dose.",
    clinician="The weight behind the mg/kg limits is too old.",
    remedy="Weigh yourself and enter your weight.",
    cite=citations.PROTOCOL_DOSE,
)
def the_weight_is_recent(facts: Facts) -> Check:
    """Every dose is checked per kilogram, so every dose needs a weight."""
    weighed, life = facts.course.weighed_at, facts.limits.weight_life
    limit = f"within {life.days} days"
    if weighed is None:
        return Check(None, "not weighed", limit)
    age = facts.now - weighed
    return Check(age <= life, f"{age.days} days ago", limit)


@rule(
    "redose_prohibited",
    Force.HARD,
    at=Point.CHECK_IN | Point.DOSE,
    says="Never take another dose on the same day, even if you threw up or felt nothing.",
    clinician="A dose was already taken on this local date.",
    remedy="Stay with your sitter. Call us if you feel unwell.",
    cite=citations.PROTOCOL_TAKING,
)
def nothing_was_taken_today(facts: Facts) -> Check:
    """A spat-out or vomited dose counts, and no second part makes it good."""
    doses, day = facts.course.doses, facts.course.planned_local_date
    if facts.course.booster_asked:
        return _second_part_adds_to_a_whole_first(facts)
    if doses == ():
        return Check(True, NO_DOSE_YET, "no dose today")
    if doses is None or day is None:
        return Check(None, NOT_KNOWN, "no dose today")
    today = sum(dose.local_date == day for dose in doses)
    return Check(not today, f"{today} today", "no dose today")


def no_driving_until(taken_at: datetime, zone: ZoneInfo, limits: Limits) -> datetime:
    """Say the first instant at which driving is no longer barred; it never says "fit to drive".

    The next local day, after a night's sleep (so not before the morning), and never sooner than
    the least number of hours.
    """
    tomorrow = taken_at.astimezone(zone).date() + timedelta(days=1)
    morning = datetime.combine(tomorrow, time(limits.morning_local_hour), tzinfo=zone)
    return max(morning.astimezone(taken_at.tzinfo), taken_at + limits.no_driving)


def _first_dose(facts: Facts) -> Check:
    limits, born, today = facts.limits, facts.person.born_on, facts.person.local_date
    if born is None or today is None:
        return Check(None, "age not known", "first-dose cap")
    older = age_on(born, today) >= limits.older_adult_years
    most_mg = limits.first_dose_from_65_mg_max if older else limits.first_dose_mg_max
    return _at_most(facts, most_mg, limits.first_dose_mg_per_kg_max)


def _at_most(facts: Facts, most_mg: int, most_mg_per_kg: int) -> Check:
    dose, weight = facts.course.planned_dose_mg_hundredths, facts.course.weight_g
    limit = f"at most {most_mg} mg and {most_mg_per_kg} mg/kg"
    if dose is None or weight is None:
        return Check(None, "dose or weight not known", limit)
    per_kg_fits = dose * 10 <= most_mg_per_kg * weight  # mg/100 against g, without fractions
    return Check(
        dose <= most_mg * 100 and per_kg_fits, f"{_mg(dose)} at {weight / 1000:.1f} kg", limit
    )


def _second_part_adds_to_a_whole_first(facts: Facts) -> Check:
    lost, limit = facts.course.first_part_lost, "a first part that stayed in"
    words = {None: "first part not known", True: "first part lost", False: "first part taken"}
    return Check(None if lost is None else not lost, words[lost], limit)


def _mg(hundredths: int) -> str:
    return f"{hundredths / 100:g} mg"

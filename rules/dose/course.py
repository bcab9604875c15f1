"""Does the next dose fit the course: spaced, reviewed, not too many?"""

from datetime import timedelta

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.terms import Force

_DOSING = Point.CHECK_IN | Point.DOSE
_PLANNING = Point.SCHEDULE | _DOSING

NO_DOSE_YET = "no dose yet"
NOT_KNOWN = "doses or date not known"


@rule(
    "reevaluation_required",
    Force.HARD,
    at=_PLANNING,
    says="Your last dose was a long time ago. Your prescriber must see you again first.",
    clinician="Very long gap since the last dose and no evaluation since.",
    remedy="Book a visit with your prescriber.",
    cite=citations.RETURN_TO_PROGRAMME,
)
def a_very_long_gap_is_reevaluated(facts: Facts) -> Check:
    """An approval signed within the same number of days is the new evaluation."""
    most = facts.limits.reevaluation_after_days
    check = gap_is_at_most(facts, most)
    signed, at = facts.course.approval_signed_at, facts.course.planned_at
    if check.met is not False or signed is None or at is None:
        return check
    return Check(at - signed <= timedelta(days=most), check.observed, check.limit)


@rule(
    "post_first_session_review_missing",
    Force.HARD,
    at=_DOSING,
    says="Your prescriber wants to talk with you after your first session, before the second.",
    clinician="The prescriber visit after the first session is not on record.",
    remedy="Book the visit with your prescriber.",
    cite=citations.HOME_COHORT_2022,
)
def the_first_session_is_reviewed(facts: Facts) -> Check:
    """A dose taken without clearance counts as a first session too."""
    doses, reviewed = facts.course.doses, facts.course.first_session_reviewed
    if doses is None:
        return Check(None, NOT_KNOWN, "reviewed")
    return _done(reviewed) if doses else Check(True, NO_DOSE_YET, "reviewed")


@rule(
    "mid_course_review_missing",
    Force.HARD,
    at=_DOSING,
    says="After some sessions your prescriber reviews how you are. That is still open.",
    clinician="The review with instruments that fell due last is not on record.",
    remedy="Fill in the questionnaires and book the visit with your prescriber.",
    cite=citations.PROTOCOL_COURSE,
)
def the_course_is_reviewed_on_the_way(facts: Facts) -> Check:
    """The fact says whether the review that fell due last has been done."""
    used, every = facts.course.sessions_used, facts.limits.mid_course_review_every_sessions
    if used is None:
        return Check(None, "sessions not known", "reviewed")
    if used < every:
        return Check(True, f"{used} sessions", "reviewed")
    return _done(facts.course.mid_course_reviewed)


@rule(
    "followup_24h_missing",
    Force.HARD,
    at=_DOSING,
    says="We still need your answers from the day after your last dose.",
    clinician="The next-day check of the previous session is missing.",
    remedy="Answer the questions about your last dose now.",
    cite=citations.HOME_COHORT_2022,
)
def the_last_dose_was_followed_up(facts: Facts) -> Check:
    """With no dose before there is nothing to follow up."""
    doses, done = facts.course.doses, facts.course.follow_up_24h_done
    if doses is None:
        return Check(None, NOT_KNOWN, "done")
    return _done(done) if doses else Check(True, NO_DOSE_YET, "done")


@rule(
    "interval_too_short",
    Force.HARD,
    at=_PLANNING | Point.OFFICE_START,
    says="It is too soon after your last dose. Your body needs the days in between.",
    clinician="Less than the least interval since the last dose.",
    remedy="Wait. Nobody can shorten this time.",
    cite=citations.PROTOCOL_COURSE,
)
def the_last_dose_is_far_enough_away(facts: Facts) -> Check:
    """Elapsed hours, not calendar days; exactly the interval passes.

    At a site it looks at the doses that were taken elsewhere: those in the office have a schedule
    of their own, and a dose at home the day before is ketamine all the same.
    """
    doses, at, least = facts.course.doses, facts.course.planned_at, facts.limits.dose_interval
    limit = f"at least {_hours(least)}"
    if doses == ():
        return Check(True, NO_DOSE_YET, limit)
    if doses is None or at is None:
        return Check(None, NOT_KNOWN, limit)
    elapsed = at - max(dose.taken_at for dose in doses)
    return Check(elapsed >= least, _hours(elapsed), limit)


@rule(
    "weekly_session_cap",
    Force.HARD,
    at=_PLANNING,
    says="You have had as many doses as one week allows.",
    clinician="The rolling cap of doses in {week} is reached.",
    remedy="Wait until a week after the first of these doses.",
    cite=citations.PROTOCOL_COURSE,
)
def the_week_has_room_for_a_dose(facts: Facts) -> Check:
    """A dose exactly one week ago no longer counts."""
    doses, at, most = facts.course.doses, facts.course.planned_at, facts.limits.doses_per_week_max
    limit = f"at most {most} in {facts.limits.week.total_seconds() / 3600:g} h"
    if doses == ():
        return Check(True, NO_DOSE_YET, limit)
    if doses is None or at is None:
        return Check(None, NOT_KNOWN, limit)
    recent = sum(at - dose.taken_at < facts.limits.week for dose in doses)
    return Check(recent < most, f"{recent} before this one", limit)


@rule(
    "course_gap_exceeded",
    Force.SOFT,
    at=_DOSING,
    says="Your last dose was some time ago. Your prescriber must agree before you go on.",
    clinician="Cadence broken: continue at the same or a lower dose, with rationale.",
    remedy="Ask your prescriber.",
    cite=citations.SIX_SESSIONS,
)
def the_course_keeps_its_cadence(facts: Facts) -> Check:
    """Local calendar days: day ten passes to its last minute."""
    return gap_is_at_most(facts, facts.limits.course_gap_days_max)


@rule(
    "maintenance_interval",
    Force.SOFT,
    at=_DOSING,
    says="At this stage your doses are further apart. It is too soon for the next one.",
    clinician="Maintenance dose earlier than the least interval.",
    remedy="Wait, or ask your prescriber.",
    cite=citations.PROTOCOL_COURSE,
)
def maintenance_doses_are_far_apart(facts: Facts) -> Check:
    """Applies once the first course is over."""
    maintenance, least = facts.course.maintenance, facts.limits.maintenance_interval_days
    if maintenance is not True:
        return Check(None if maintenance is None else True, "not in maintenance")
    sooner = gap_is_at_most(facts, least - 1)
    limit = f"at least {least} days"
    if sooner.met is None or facts.course.doses == ():
        return Check(sooner.met, sooner.observed, limit)
    return Check(not sooner.met, sooner.observed, limit)


@rule(
    "cumulative_exposure_review",
    Force.HARD,
    at=_DOSING | Point.ORDER,
    says="You have had many doses this year. Your prescriber must review that with you.",
    clinician="Doses in {exposure_window_days} reached the review threshold.",
    remedy="Book a visit with your prescriber; a urine check belongs to it.",
    cite=citations.FDA_COMPOUNDED_KETAMINE_2023,
)
def a_heavy_year_is_reviewed(facts: Facts) -> Check:
    """Bladder and dependence follow the sum of doses."""
    check = _year_stays_below(facts, facts.limits.exposure_review_doses)
    if check.met is not False:
        return check
    return Check(facts.course.exposure_reviewed, check.observed, check.limit)


@rule(
    "cumulative_exposure_notice",
    Force.ADVISORY,
    at=_DOSING | Point.ORDER,
    says="You have had many doses this year. Tell us about any bladder or memory trouble.",
    clinician="Doses in {exposure_window_days} reached the notice threshold.",
    remedy="Tell us at each check how your bladder and your memory are.",
    cite=citations.FDA_COMPOUNDED_KETAMINE_2023,
)
def the_year_is_not_heavy(facts: Facts) -> Check:
    """Shown and kept; it stops nothing."""
    return _year_stays_below(facts, facts.limits.exposure_notice_doses)


def gap_is_at_most(facts: Facts, days: int) -> Check:
    """Check the local calendar days since the last dose; with no dose there is no gap.

    What was seen is the day of that dose: the gap grows at midnight, and an override of it would
    die although nothing happened.
    """
    doses, day, limit = facts.course.doses, facts.course.planned_local_date, f"at most {days} days"
    if doses == ():
        return Check(True, NO_DOSE_YET, limit)
    if doses is None or day is None:
        return Check(None, NOT_KNOWN, limit)
    last = max(dose.local_date for dose in doses)
    return Check((day - last).days <= days, f"last dose on {last}", limit)


def _year_stays_below(facts: Facts, doses_from: int) -> Check:
    doses, day = facts.course.doses, facts.course.planned_local_date
    window = facts.limits.exposure_window_days
    limit = f"fewer than {doses_from} in {window} days"
    if doses == ():
        return Check(True, NO_DOSE_YET, limit)
    if doses is None or day is None:
        return Check(None, NOT_KNOWN, limit)
    count = sum((day - dose.local_date).days < window for dose in doses)
    return Check(count < doses_from, f"{count} doses", limit)


def _done(answer: bool | None) -> Check:  # noqa: FBT001 - the answer is the point
    return Check(answer, {None: "not known", True: "done", False: "not done"}[answer], "done")


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"

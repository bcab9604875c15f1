"""Where does the course stand? Section 2.5 and gates G-20 to G-27, and decision 0014."""

from datetime import date, datetime, timedelta

from rules.facts import Facts
from rules.terms import ApprovalDecision
from tests.proofs.oracle.three import (
    DAY,
    HOUR,
    Verdict,
    any_of,
    lacks,
    older,
)


def course(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    """Judge approval, reviews, holds and spacing."""
    line = facts.course
    decision = line.decision
    unsigned = None if line.approval_signed_at is None else False
    says["approval_missing"] = any_of(
        None if decision is None else decision is not ApprovalDecision.HOME, unsigned
    )
    says["approval_expired"] = _approval_over(facts, _moment(facts, at)[0])
    used, allowed = line.sessions_used, line.sessions_allowed
    known = used is not None and allowed is not None
    says["course_session_limit"] = used >= min(6, allowed) if known else None
    says["plan_not_signed"] = lacks(line.plan_signed)
    says["enrolment_suspended"] = line.suspended
    says["care_team_hold"] = None if line.hold_codes is None else bool(line.hold_codes)
    says["open_adverse_event"] = line.open_adverse_event
    says["serious_ae_unreviewed"] = line.serious_event_unreviewed
    says["material_change_unreviewed"] = line.material_change
    _reviews(facts, says)
    _spacing(facts, at, says)


def _approval_over(facts: Facts, when: datetime | None) -> Verdict:
    """It must hold when the dose is to be taken: 90 days, its own end, or ended by somebody."""
    line = facts.course
    signed, ends = line.approval_signed_at, line.approval_expires_at
    if line.approval_ended:
        return True
    if line.approval_ended is None or None in (signed, ends, when):
        return None
    return when > min(ends, signed + 90 * DAY)


def _reviews(facts: Facts, says: dict[str, Verdict]) -> None:
    line = facts.course
    used = line.sessions_used
    half = None if used is None else used >= 3
    says["mid_course_review_missing"] = half and lacks(line.mid_course_reviewed)
    treated = None if line.doses is None else bool(line.doses)
    says["post_first_session_review_missing"] = treated and lacks(line.first_session_reviewed)
    says["followup_24h_missing"] = treated and lacks(line.follow_up_24h_done)
    missing = line.preparation_missing
    says["prep_session_missing"] = None if missing is None else bool(missing)
    says["prep_session_stale"] = older(line.prepared_at, facts.now, 90 * DAY)


def _moment(facts: Facts, at: str) -> tuple[datetime | None, date | None]:
    """A session that is being planned is judged at its planned time, any other now."""
    if at == "S":
        return facts.course.planned_at, facts.course.planned_local_date
    return facts.now, facts.person.local_date


def _spacing(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    doses, moment = facts.course.doses, _moment(facts, at)
    when, on = moment
    last = max(doses, key=lambda dose: dose.taken_at) if doses else None
    hours = days = None
    if last is not None:
        hours = None if when is None else when - last.taken_at
        days = None if on is None else (on - last.local_date).days
    none_yet = doses is not None and not doses

    def spaced(test: Verdict) -> Verdict:
        return False if none_yet else test

    gap = {most: spaced(None if days is None else days > most) for most in (10, 84)}
    says["interval_too_short"] = spaced(None if hours is None else hours < 72 * HOUR)
    says["course_gap_exceeded"] = gap[10]
    says["reevaluation_required"] = gap[84] and not _evaluated_lately(facts, when)
    near = spaced(None if days is None else days < 14)
    says["maintenance_interval"] = facts.course.maintenance and near
    says["weekly_session_cap"] = _week(facts, when)
    planned = facts.course.planned_dose_mg_hundredths
    raised = None
    if planned is not None and last is not None and last.dose_mg_hundredths is not None:
        raised = planned > last.dose_mg_hundredths
    says["dose_raised_after_gap"] = gap[10] and raised
    _year(facts, on, says)


def _evaluated_lately(facts: Facts, when: datetime | None) -> bool:
    """A new approval is a new evaluation; it holds as long as a gap may be."""
    signed = facts.course.approval_signed_at
    return signed is not None and when is not None and when - signed <= 84 * DAY


def _week(facts: Facts, when: datetime | None) -> Verdict:
    """Two doses less than 168 hours before leave no room for a third."""
    doses = facts.course.doses
    if doses is not None and not doses:
        return False
    if doses is None or when is None:
        return None
    return sum(when - dose.taken_at < timedelta(hours=168) for dose in doses) >= 2


def _year(facts: Facts, on: date | None, says: dict[str, Verdict]) -> None:
    doses = facts.course.doses
    many = 0 if doses is not None and not doses else None
    if doses is not None and on is not None:
        many = sum((on - dose.local_date).days < 365 for dose in doses)
    says["cumulative_exposure_notice"] = None if many is None else many >= 24
    reviewed = facts.course.exposure_reviewed
    says["cumulative_exposure_review"] = None if many is None else many >= 36 and lacks(reviewed)

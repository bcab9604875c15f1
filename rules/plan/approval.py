"""Is there an approval in force, with sessions left, for the patient as they are now?"""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import absent, present
from rules.terms import ApprovalDecision, Force

_DOSING = Point.CHECK_IN | Point.DOSE
_PLANNING = Point.SCHEDULE | _DOSING


@rule(
    "approval_missing",
    Force.HARD,
    at=_PLANNING | Point.ORDER,
    says="A prescriber has not approved you for treatment at home.",
    clinician="No signed approval for treatment at home.",
    remedy="Your prescriber decides after a video visit with you.",
    cite=citations.PROTOCOL_COURSE,
)
def a_prescriber_approved_home_treatment(facts: Facts) -> Check:
    """Only the decision `home`, and only when it is signed."""
    decision, signed = facts.course.decision, facts.course.approval_signed_at
    if decision is None:
        return Check(None, "no decision known", ApprovalDecision.HOME)
    if decision is not ApprovalDecision.HOME:
        return Check(False, decision, ApprovalDecision.HOME)
    return Check(True if signed else None, decision if signed else "not signed", "home, signed")


@rule(
    "approval_expired",
    Force.HARD,
    at=_PLANNING | Point.ORDER,
    says="Your approval for treatment at home has ended.",
    clinician="The approval is past its date or its life, or was ended.",
    remedy="Book a visit with your prescriber for a new approval.",
    cite=citations.PROTOCOL_COURSE,
)
def the_approval_is_in_force(facts: Facts) -> Check:
    """The earlier of its own date and the longest life allowed, and nobody ended it."""
    course, life = facts.course, facts.limits.approval_life
    if course.approval_ended:
        return Check(False, "ended", "in force")
    signed, expires, at = course.approval_signed_at, course.approval_expires_at, course.planned_at
    if signed is None or expires is None or at is None or course.approval_ended is None:
        return Check(None, "approval or date not known", "in force")
    until = min(expires, signed + life)
    return Check(at <= until, f"{at:%Y-%m-%d %H:%M} UTC", f"until {until:%Y-%m-%d %H:%M} UTC")


the_plan_is_signed = rule(
    "plan_not_signed",
    Force.HARD,
    at=_PLANNING,
    says="Your treatment plan is not signed by your prescriber.",
    clinician="There is no signed treatment plan in force.",
    remedy="Your prescriber must sign the plan first.",
    cite=citations.PROTOCOL_COURSE,
)(present(lambda facts: facts.course.plan_signed, "plan signed"))


@rule(
    "course_session_limit",
    Force.HARD,
    at=_PLANNING | Point.ORDER,
    says="You have used all the sessions your prescriber approved.",
    clinician="The sessions of this approval are used up.",
    remedy="Book a visit with your prescriber to talk about what comes next.",
    cite=citations.SIX_SESSIONS,
)
def sessions_are_left(facts: Facts) -> Check:
    """No approval carries more sessions than the limit, whatever it says."""
    used, allowed = facts.course.sessions_used, facts.course.sessions_allowed
    if used is None or allowed is None:
        return Check(None, "sessions not known", "sessions left")
    most = min(allowed, facts.limits.sessions_per_approval_max)
    return Check(used < most, f"{used} used", f"{most} allowed")


nothing_material_changed_unseen = rule(
    "material_change_unreviewed",
    Force.HARD,
    at=_DOSING,
    says="Something about your health or medicines changed. Your prescriber must look at it first.",
    clinician="A material change since the approval has not been reviewed and re-signed.",
    remedy="Your prescriber reviews the change. Don't stop any medicine on your own.",
    cite=citations.PROTOCOL_COURSE,
)(absent(lambda facts: facts.course.material_change, "unreviewed change"))

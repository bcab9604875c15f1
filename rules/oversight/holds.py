"""Has somebody said stop, or has something happened that nobody has looked at yet?"""

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.looks import absent
from rules.terms import Force

_NEXT_DOSE = Point.ORDER | Point.CHECK_IN | Point.DOSE | Point.OFFICE_START

no_harm_report_is_open = rule(
    "open_adverse_event",
    Force.HARD,
    at=_NEXT_DOSE,
    says="You told us about a side effect or harm. We must look at it before your next dose.",
    clinician="An adverse event report has not been triaged.",
    remedy="A clinician will review the report. You don't need to do anything; call us if worse.",
    cite=citations.PROTOCOL_HOLDS,
)(absent(lambda facts: facts.course.open_adverse_event, "untriaged adverse event"))

no_serious_event_waits_for_review = rule(
    "serious_ae_unreviewed",
    Force.HARD,
    at=_NEXT_DOSE,
    says="Something serious happened. Your prescriber must clear you before your next dose.",
    clinician="A serious adverse event has not been cleared by a prescriber.",
    remedy="Your prescriber reviews the event and decides whether treatment goes on.",
    cite=citations.PROTOCOL_HOLDS,
)(absent(lambda facts: facts.course.serious_event_unreviewed, "unreviewed serious event"))


@rule(
    "care_team_hold",
    Force.HARD,
    at=_NEXT_DOSE,
    says="Your next dose is on hold. You, your sitter or someone on your care team asked for it.",
    clinician="An open hold stops the next dose; only a prescriber releases it.",
    remedy="Your prescriber will talk with you and decides when the hold can end.",
    cite=citations.PROTOCOL_HOLDS,
)
def nobody_holds_the_next_dose(facts: Facts) -> Check:
    """Everyone may stop; only a prescriber lets go."""
    holds = facts.course.hold_codes
    if holds is None:
        return Check(None, "holds not known", "no open hold")
    return Check(not holds, ", ".join(holds) or "none", "no open hold")


enrolment_is_not_suspended = rule(
    "enrolment_suspended",
    Force.HARD,
    at=_NEXT_DOSE | Point.SCHEDULE,
    says="Your treatment is paused for now. You can still report, write to us and see your record.",
    clinician="The enrolment is suspended: dosing only; reports and access stay open.",
    remedy="Your prescriber reviews the pause with you.",
    cite=citations.PROTOCOL_HOLDS,
)(absent(lambda facts: facts.course.suspended, "suspension"))

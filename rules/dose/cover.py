"""Which human answers while the dose works, and long enough?"""

from datetime import datetime

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.limits import Limits
from rules.terms import Force


def cover_needed_until(session_ends_at: datetime, limits: Limits) -> datetime:
    """Say how long a clinician must stay on call for a session that ends then."""
    return session_ends_at + limits.cover_after_session


@rule(
    "oncall_unavailable",
    Force.HARD,
    at=Point.SCHEDULE | Point.CHECK_IN | Point.DOSE,
    says="No clinician of ours is on call for your whole session, so it can't go ahead then.",
    clinician="The on-call roster does not cover the session and the hours after it.",
    remedy="Choose another time, or ask your care team when somebody is on call.",
    cite=citations.PROTOCOL_COVER,
)
def a_clinician_is_on_call_to_the_end(facts: Facts) -> Check:
    """Compare the end of the roster with the end of the need."""
    until, needed = facts.cover.on_call_until, facts.cover.needed_until
    if until is None or needed is None:
        return Check(None, "on-call cover not known", "covered to the end")
    return Check(until >= needed, f"until {until:%d %b %H:%M} UTC", f"{needed:%d %b %H:%M} UTC")

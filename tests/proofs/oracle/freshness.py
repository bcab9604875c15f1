"""Which answers are due before a dose? Section 4, the schedule, and decision 0020."""

from datetime import datetime

from rules.facts import AnsweredFact, Facts
from tests.proofs.oracle.three import HOUR, Verdict, any_of

DAYS_BEFORE_A_COURSE = {"phq9": 14, "gad7": 14, "pcl5": 14, "usc6": 28, "ccc4": 28}
DAYS_IN_A_COURSE = dict.fromkeys(DAYS_BEFORE_A_COURSE, 28)
DAYS_ALWAYS = {"audit_c": 90, "dast10": 90}
EVERY_THIRD = tuple(DAYS_IN_A_COURSE)


def freshness(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    """At intake what was begun must be whole; on the day it must also be young enough."""
    begun = facts.instruments.incomplete
    halves = None if begun is None else bool(begun)
    says["instrument_incomplete"] = any_of(halves, _old(facts)) if at in "CD" else halves


def _old(facts: Facts) -> Verdict:
    answered, sessions = facts.instruments.answered, facts.course.sessions_at
    today = facts.person.local_date
    if answered is None or sessions is None or today is None:
        return None
    newest = {one.instrument: one for one in answered}
    since = sessions[len(sessions) // 3 * 3 - 1] if len(sessions) >= 3 else None
    lives = (DAYS_IN_A_COURSE if sessions else DAYS_BEFORE_A_COURSE) | DAYS_ALWAYS
    if "post_traumatic_stress_disorder" not in (facts.intake.indications or ()):
        del lives["pcl5"]
    old = any(_due(newest.get(name), facts, days, since) for name, days in lives.items())
    return old or _mania_due(newest.get("asrm"), facts)


def _due(one: AnsweredFact | None, facts: Facts, days: int, since: datetime | None) -> bool:
    """Not there, older than its days, or from before the last third session."""
    if one is None or (facts.person.local_date - one.on).days > days:
        return True
    return one.instrument in EVERY_THIRD and since is not None and one.at < since


def _mania_due(one: AnsweredFact | None, facts: Facts) -> bool:
    """Once at intake; within a day of each check-in unless there is surely no mood disorder."""
    if one is None or facts.instruments.mood_disorder is False:
        return one is None
    return facts.now - one.at > 24 * HOUR

"""Is every instrument that belongs to a dose answered, whole and recent enough?

Days are days of the calendar where the patient is; the last day of a life still counts.
"""

from datetime import datetime, timedelta

from rules.facts import AnsweredFact, Facts
from rules.terms import Instrument

PTSD = "post_traumatic_stress_disorder"
MOOD = (Instrument.PHQ9, Instrument.GAD7)
BODY = (Instrument.USC6, Instrument.CCC4)
SUBSTANCES = (Instrument.AUDIT_C, Instrument.DAST10)
# Asked at the intake of everybody; the C-SSRS too, which has reason codes of its own.
INTAKE = (*MOOD, *SUBSTANCES, Instrument.ASRM, *BODY)


def asked_for(indications: tuple[str, ...] | None) -> tuple[Instrument, ...]:
    """Give what is asked because of the diagnoses, and not of everybody."""
    return (Instrument.PCL5,) if PTSD in (indications or ()) else ()


def stale_before_dose(facts: Facts) -> tuple[str, ...] | None:
    """Name what has to be answered again before this dose; None when that cannot be known."""
    answered, sessions = facts.instruments.answered, facts.course.sessions_at
    if answered is None or sessions is None or facts.person.local_date is None:
        return None
    known = {Instrument(one.instrument): one for one in answered}
    extra = asked_for(facts.intake.indications)
    return tuple(name for name in (*INTAKE, *extra) if not _is_fresh(name, known.get(name), facts))


def review_since(sessions: tuple[datetime, ...], every: int) -> datetime | None:
    """Give the session after which the last review with instruments fell due, if one did."""
    due = len(sessions) // every * every
    return sessions[due - 1] if due else None


def _is_fresh(name: Instrument, answered: AnsweredFact | None, facts: Facts) -> bool:
    if answered is None:
        return False
    limits = facts.limits
    if name is Instrument.ASRM:
        calm = facts.instruments.mood_disorder is False
        return calm or facts.now - answered.at <= limits.mania_score_life
    if name in SUBSTANCES:
        return _lives(answered, facts, limits.substance_screen_life_days)
    sessions = facts.course.sessions_at or ()
    days = limits.instrument_life_days
    if not sessions and name not in BODY:
        days = min(days, limits.mood_score_days_before_course)
    since = review_since(sessions, limits.mid_course_review_every_sessions)
    return _lives(answered, facts, days) and (since is None or answered.at >= since)


def _lives(answered: AnsweredFact, facts: Facts, days: int) -> bool:
    today = facts.person.local_date
    return today is not None and today - answered.on <= timedelta(days=days)

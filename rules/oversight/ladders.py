"""Who is told first when nobody answers, who next, and how long does each of them get?"""

from dataclasses import dataclass
from datetime import timedelta

from rules.limits import LIMITS, Limits
from rules.terms import Rung


@dataclass(frozen=True, slots=True)
class Ladder:
    """The people of one kind of silence, nearest first, and the patience with each."""

    rungs: tuple[Rung, ...]
    patience: timedelta

    @property
    def first(self) -> Rung:
        """Who is told first."""
        return self.rungs[0]

    def after(self, rung: Rung) -> Rung:
        """Who is told next; the last one is told again and again."""
        return next((higher for higher in self.rungs if higher.value > rung.value), self.rungs[-1])

    def between(self, below: int, top: Rung) -> tuple[Rung, ...]:
        """Everybody above one rung and up to another, so that a jump leaves nobody out."""
        return tuple(rung for rung in self.rungs if below < rung.value <= top.value)


_WATCH = (
    Rung.SITTER,
    Rung.PATIENT,
    Rung.EMERGENCY_CONTACT,
    Rung.COACH,
    Rung.ON_CALL_CLINICIAN,
)
_AFTERWARDS = (Rung.PATIENT, Rung.COACH, Rung.ON_CALL_CLINICIAN)
_STAFF = (Rung.COACH, Rung.ON_CALL_CLINICIAN)
_CLINICIAN = (Rung.ON_CALL_CLINICIAN,)

_AT_THE_BEDSIDE = frozenset(
    {
        "monitor_check_missed",
        "home_bp_40min_missing",
        "vitals_120min_missing",
        "recheck_missing",
        "session_unaccounted",
    }
)
_OVERDUE = {
    "follow_up_overdue": _AFTERWARDS,
    "post_first_session_review_overdue": _CLINICIAN,
    "harm_triage_overdue": _CLINICIAN,
    "risk_review_overdue": _CLINICIAN,
    "pmf_overdue": _STAFF,
    "break_glass_review_overdue": _CLINICIAN,
    "work_unassigned": _CLINICIAN,
    "quarantine_undecided": _CLINICIAN,
    "access_request_overdue": _CLINICIAN,
    "amendment_request_overdue": _CLINICIAN,
    "message_undelivered": _STAFF,
}


def ladder_for(code: str, limits: Limits = LIMITS) -> Ladder:
    """Give the ladder of a reason code; what is not listed goes to a clinician at once."""
    if code in _AT_THE_BEDSIDE:
        return Ladder(_WATCH, limits.climb_in_session)
    if code in _OVERDUE:
        return Ladder(_OVERDUE[code], limits.climb_otherwise)
    return Ladder(_CLINICIAN, limits.climb_in_session)

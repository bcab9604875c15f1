"""Who on a coach's list needs somebody first, and why?"""

from enum import StrEnum


class Need(StrEnum):
    """Why a patient stands on the list, most urgent first."""

    ESCALATION_OPEN = "escalation_open"
    HOLD_OPEN = "hold_open"
    FOLLOW_UP_OVERDUE = "follow_up_overdue"
    READINESS_INCOMPLETE = "readiness_incomplete"
    INSTRUMENTS_OVERDUE = "instruments_overdue"
    FOLLOW_UP_DUE = "follow_up_due"
    NOTE_UNSIGNED = "note_unsigned"
    APPOINTMENT_UPCOMING = "appointment_upcoming"

    @property
    def rank(self) -> int:
        """Position from most to least urgent."""
        return tuple(Need).index(self)

    @property
    def says(self) -> str:
        """Say it to the coach."""
        return _SAYS[self]


_SAYS = {
    Need.ESCALATION_OPEN: "An alarm waits for somebody to acknowledge it.",
    Need.HOLD_OPEN: "The next dose is on hold.",
    Need.FOLLOW_UP_OVERDUE: "A follow-up after a dose was not answered in time.",
    Need.READINESS_INCOMPLETE: "A session is planned and preparation is not finished.",
    Need.INSTRUMENTS_OVERDUE: "Questionnaires were not answered in time.",
    Need.FOLLOW_UP_DUE: "A follow-up after a dose can be answered now.",
    Need.NOTE_UNSIGNED: "A note of yours is not signed.",
    Need.APPOINTMENT_UPCOMING: "You meet soon.",
}

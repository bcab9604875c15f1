"""Who comes first on a coach's list?"""

from rules.aftercare.caseload import Need

MOST_URGENT_FIRST = {
    "escalation_open": "An alarm waits for somebody to acknowledge it.",
    "hold_open": "The next dose is on hold.",
    "follow_up_overdue": "A follow-up after a dose was not answered in time.",
    "readiness_incomplete": "A session is planned and preparation is not finished.",
    "instruments_overdue": "Questionnaires were not answered in time.",
    "follow_up_due": "A follow-up after a dose can be answered now.",
    "note_unsigned": "A note of yours is not signed.",
    "appointment_upcoming": "You meet soon.",
}


def test_an_alarm_comes_before_everything_and_a_meeting_last() -> None:
    ranked = sorted(Need, key=lambda need: need.rank)
    assert (ranked[0], ranked[-1]) == (Need.ESCALATION_OPEN, Need.APPOINTMENT_UPCOMING)
    assert [need.rank for need in ranked] == list(range(len(Need)))


def test_every_reason_has_its_word_and_says_what_waits() -> None:
    assert {need.value: need.says for need in Need} == MOST_URGENT_FIRST

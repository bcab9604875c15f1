"""Who comes first on a coach's list?"""

from rules.aftercare.caseload import Need


def test_an_alarm_comes_before_everything_and_a_meeting_last() -> None:
    ranked = sorted(Need, key=lambda need: need.rank)
    assert (ranked[0], ranked[-1]) == (Need.ESCALATION_OPEN, Need.APPOINTMENT_UPCOMING)
    assert [need.rank for need in ranked] == list(range(len(Need)))


def test_every_reason_has_words() -> None:
    assert all(need.says for need in Need)

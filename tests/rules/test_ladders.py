"""Does silence climb to the right people, in the right order?"""

from datetime import timedelta

import pytest

from rules.limits import LIMITS
from rules.oversight.ladders import Ladder, ladder_for
from rules.terms import Rung

WATCH = tuple(Rung)
AFTERWARDS = (Rung.PATIENT, Rung.COACH, Rung.ON_CALL_CLINICIAN)
CLINICIAN = (Rung.ON_CALL_CLINICIAN,)


@pytest.mark.parametrize(
    ("code", "rungs"),
    [
        ("monitor_check_missed", WATCH),
        ("home_bp_40min_missing", WATCH),
        ("vitals_120min_missing", WATCH),
        ("recheck_missing", WATCH),
        ("session_unaccounted", WATCH),
        ("follow_up_overdue", AFTERWARDS),
        ("pmf_overdue", (Rung.COACH, Rung.ON_CALL_CLINICIAN)),
        ("post_first_session_review_overdue", CLINICIAN),
        ("harm_triage_overdue", CLINICIAN),
        ("risk_review_overdue", CLINICIAN),
        ("break_glass_review_overdue", CLINICIAN),
        ("work_unassigned", CLINICIAN),
        ("access_request_overdue", CLINICIAN),
        ("amendment_request_overdue", CLINICIAN),
        ("quarantine_undecided", CLINICIAN),
        ("message_undelivered", (Rung.COACH, Rung.ON_CALL_CLINICIAN)),
    ],
)
def test_a_silence_reaches_these_people_in_this_order(code, rungs):
    hurry = LIMITS.climb_in_session if rungs is WATCH else LIMITS.climb_otherwise
    assert ladder_for(code) == Ladder(rungs, hurry)


def test_a_missed_look_climbs_from_the_sitter_to_a_clinician():
    ladder = ladder_for("monitor_check_missed")
    climbed = [ladder.first]
    while ladder.after(climbed[-1]) is not climbed[-1]:
        climbed.append(ladder.after(climbed[-1]))
    assert climbed == list(Rung)


def test_a_look_missed_to_the_end_reaches_a_clinician_within_a_quarter_of_an_hour():
    ladder = ladder_for("monitor_check_missed")
    assert ladder.patience * (len(ladder.rungs) - 1) <= timedelta(minutes=15)


@pytest.mark.parametrize(
    "code", ["emergency_unresponsive", "quarantined_alarm", "a_code_nobody_listed"]
)
def test_what_is_not_listed_goes_to_a_clinician_at_once(code):
    assert ladder_for(code).first is Rung.ON_CALL_CLINICIAN


@pytest.mark.parametrize("code", ["follow_up_overdue", "pmf_overdue", "harm_triage_overdue"])
def test_what_is_overdue_never_frightens_the_emergency_contact(code):
    ladder = ladder_for(code)
    assert Rung.EMERGENCY_CONTACT not in ladder.rungs
    assert ladder.patience == LIMITS.climb_otherwise


def test_a_jump_leaves_nobody_out():
    ladder = ladder_for("monitor_check_missed")
    between = ladder.between(Rung.SITTER.value, Rung.EMERGENCY_CONTACT)
    assert between == (Rung.PATIENT, Rung.EMERGENCY_CONTACT)
    assert ladder.between(Rung.COACH.value, Rung.SITTER) == ()

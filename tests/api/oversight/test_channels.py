"""Does everybody learn who answers and when, and the staff how quickly they did?"""

from datetime import timedelta

import pytest
from sqlalchemy import update
from uuid_utils.compat import uuid7

from models.oversight.holds import Escalation, OnCallShift
from rules.limits import LIMITS
from rules.terms import Role, SubjectKind
from tests.factories.dose import a_monitored_session, a_shift
from tests.factories.people import a_user

ENOUGH = LIMITS.answers_least_cases


@pytest.fixture
def made(session, clock):
    made = a_monitored_session(session, clock.now())
    session.commit()
    return made


@pytest.fixture
def on_duty(session, clock, made):
    a_shift(session, made.prescriber, clock.now() - timedelta(hours=1))
    session.commit()


def calls(session, made, clock, number: int, code: str = "emergency", *, open_ones: int = 0):
    """Add calls that were taken on after 1, 2, 3, … minutes, and some that wait."""
    opened = clock.now() - timedelta(hours=2)
    for minutes in range(1, number + 1):
        waits = minutes <= open_ones
        session.add(
            Escalation(
                id=uuid7(),
                patient_id=made.patient.id,
                code=code,
                subject_type=SubjectKind.PATIENT,
                subject_id=uuid7(),
                opened_at=opened,
                climbed_at=opened,
                acknowledged_at=None if waits else opened + timedelta(minutes=minutes),
                acknowledged_by=None if waits else made.prescriber.id,
            )
        )
    session.commit()


def ways(client) -> dict:
    return {one["channel"]: one for one in client.get("/channels").json["channels"]}


def test_the_patient_reads_who_answers_now(client_for, made, on_duty, clock):
    told = ways(client_for(made.patient.user_id))
    assert set(told) == {
        *("call_for_help", "report_harm", "write_to_prescriber", "write_to_coach"),
    }
    assert told["call_for_help"]["monitored"] is True
    assert told["write_to_coach"]["monitored"] is False
    assert told["write_to_coach"]["next_human_at"] is None


def test_a_shift_taken_back_is_no_promise(client_for, session, made, on_duty, clock):
    session.execute(update(OnCallShift).values(cancelled_at=clock.now()))
    session.commit()
    told = ways(client_for(made.patient.user_id))
    assert told["call_for_help"]["monitored"] is False
    assert told["call_for_help"]["promised_reply_at"] is None


def test_the_answer_to_a_call_for_help_says_who_comes_next(client_for, made, on_duty):
    sitter = client_for(made.sitter.user_id)
    answer = sitter.post(f"/dose-sessions/{made.dose_session.id}/emergencies", {})
    assert answer.json["promise"]["monitored"] is True
    assert answer.json["promise"]["promised_reply_at"] is not None


def test_the_answer_to_a_report_of_harm_says_that_nobody_is_there(client_for, made):
    told = {"own_words": "she fell"}
    answer = client_for(made.patient.user_id).post("/adverse-events", told)
    assert answer.status_code == 201
    assert answer.json["promise"]["monitored"] is False
    assert answer.json["promise"]["next_human_at"] is None


def test_a_stranger_who_reports_harm_is_kept_and_promised_nothing(anonymous):
    answer = anonymous.post("/adverse-events", {"own_words": "he fell"}, key=None)
    assert (answer.status_code, answer.json["promise"]) == (201, None)


def test_too_few_calls_tell_the_patient_nothing(client_for, session, made, clock):
    calls(session, made, clock, ENOUGH - 1)
    assert client_for(made.patient.user_id).get("/channels").json["usual_answer"] is None


def test_enough_calls_are_told_to_the_patient_in_words(client_for, session, made, clock):
    calls(session, made, clock, ENOUGH)
    said = client_for(made.patient.user_id).get("/channels").json["usual_answer"]
    assert "within 10 minutes" in said
    assert "within 18 minutes" in said


def test_the_staff_reads_how_quickly_calls_were_answered(client_for, session, made, clock):
    calls(session, made, clock, ENOUGH)
    calls(session, made, clock, 3, "prolonged_effect")
    read = client_for(made.coach.id).get("/answer-times")
    assert read.status_code == 200
    by_code = {one["of"]: one["times"] for one in read.json["by_code"]}
    assert by_code["emergency"]["half_within_seconds"] == 600
    assert by_code["emergency"]["nine_of_ten_within_seconds"] == 1080
    assert by_code["emergency"]["longest_seconds"] == 1200
    assert by_code["prolonged_effect"]["calls"] == 3
    assert by_code["prolonged_effect"]["half_within_seconds"] is None
    assert [one["times"]["calls"] for one in read.json["by_week"]] == [ENOUGH + 3]
    assert str(made.patient.id) not in read.text


def test_a_call_that_still_waits_is_counted_as_long_as_it_waits(client_for, session, made, clock):
    calls(session, made, clock, ENOUGH, open_ones=1)
    times = client_for(made.prescriber.id).get("/answer-times").json["all_calls"]
    assert (times["calls"], times["unanswered"]) == (ENOUGH, 1)
    assert times["longest_seconds"] == 2 * 3600


@pytest.mark.parametrize("role", [Role.PATIENT, Role.SITTER])
def test_the_numbers_of_the_staff_are_not_read_by_others(client_for, session, clock, role):
    person = a_user(session, clock.now(), role)
    session.commit()
    assert client_for(person.id).get("/answer-times").status_code == 403

"""Spravato from a friend: scenario 6."""

from tests.journeys.cast import Answer, ok
from tests.journeys.course import NOT_SERIOUS, Course
from tests.journeys.scenarios.seen import calls, codes, holds, refused, sessions, trail

STORY = "I used my friend's Spravato at home yesterday and I feel dizzy."


def test_scenario_06_what_a_friend_gave_is_heard_suspends_and_stops_the_next_dose(
    first_over: Course,
) -> None:
    before = sessions(first_over)
    told = first_over.reports_harm(own_words=STORY)
    assert "911" in told["instruction"]

    [event] = ok(first_over.cast.officer.get("/adverse-events"), 200)["items"]
    assert (event["own_words"], event["serious"]) == (STORY, True)
    patient = ok(first_over.cast.prescriber.get(f"/patients/{first_over.ids['patient']}"), 200)
    assert patient["enrolment"] == "suspended"
    assert "concurrent_esketamine_course" in holds(first_over)
    assert "harm_reported" in calls(first_over.cast.prescriber)
    assert sessions(first_over) == before
    assert ("adverse_event.reported", "done") in trail(first_over)

    first_over.cast.clock.advance(hours=50)
    refused(plans_next(first_over), "enrolment_suspended")
    assert sessions(first_over) == before


def test_scenario_06_the_next_check_in_says_so_until_a_prescriber_says_it_is_over(
    check_in: Course,
) -> None:
    told = check_in.reports_harm(own_words=STORY)
    check_in.measures()
    check_in.is_watched_over()
    assert "concurrent_esketamine_course" in codes(check_in.answers())

    judged = {"severity": "mild", "criteria": NOT_SERIOUS}
    ok(check_in.cast.officer.post(f"/adverse-events/{told['id']}/triage", judged))
    assert "concurrent_esketamine_course" in codes(check_in.answers(esketamine_elsewhere=False))


def plans_next(course: Course) -> Answer:
    """Ask for the next evening."""
    wanted = {
        "plan_id": course.ids["plan"],
        "scheduled_at": course.now.isoformat(),
        "time_zone": "America/Denver",
    }
    return course.cast.patient.post("/dose-sessions", wanted)

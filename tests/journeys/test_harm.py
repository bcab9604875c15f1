"""A serious event holds the next dose until a prescriber has released it."""

from tests.journeys.cast import ok
from tests.journeys.course import NOT_SERIOUS, Course


def test_a_serious_event_holds_the_next_dose_until_it_is_released(course: Course) -> None:
    course.is_ready_for_first_dose()
    course.comes_to_the_evening()
    assert course.answers()["outcome"] == "clear"

    told = course.reports_harm(
        own_words="I fainted in the kitchen and was taken to hospital.",
        criteria={"hospitalization": True},
        severity="severe",
    )
    assert told["instruction"]
    stopped = course.takes_dose()
    assert stopped.status_code == 409, stopped.json
    assert course.answers()["outcome"] == "stop"

    judged = {"severity": "severe", "criteria": NOT_SERIOUS | {"hospitalization": True}}
    event = f"/adverse-events/{told['id']}"
    ok(course.cast.officer.post(f"{event}/triage", judged))
    ok(course.cast.officer.post(f"{event}/assessments", judged))
    assert course.answers()["outcome"] == "stop"

    held = ok(course.cast.prescriber.get(course.of_patient("holds")), 200)
    for hold in held:
        reason = {"rationale": "Seen in person, work-up clear, cleared to go on at this dose."}
        ok(course.cast.prescriber.post(f"/holds/{hold['id']}/release", reason))
    ok(course.cast.prescriber.post(course.of_patient("suspension/end")))
    codes = [finding["code"] for finding in course.answers()["findings"]]
    assert not {"open_adverse_event", "serious_ae_unreviewed", "care_team_hold"} & set(codes)


def test_a_mild_event_lets_go_by_itself_once_somebody_has_looked(course: Course) -> None:
    course.is_ready_for_first_dose()
    course.comes_to_the_evening()
    told = course.reports_harm(own_words="A little headache.", severity="mild")
    assert course.answers()["outcome"] == "stop"

    mild = {"severity": "mild", "criteria": NOT_SERIOUS}
    ok(course.cast.officer.post(f"/adverse-events/{told['id']}/triage", mild))
    assert course.answers()["outcome"] == "clear"

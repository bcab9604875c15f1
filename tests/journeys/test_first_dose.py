"""The whole course, from the first question to the second dose."""

from tests.journeys.cast import ok
from tests.journeys.course import Course
from workflows.platform.replaying import RuleSets, replay
from workflows.platform.runtime import Runtime


def test_a_first_course_to_the_second_dose(course: Course) -> None:
    screened = course.tells_history()
    assert screened["suitability"] in ("candidate", "needs_review")
    course.is_evaluated()
    course.is_approved()
    course.consents()
    course.is_planned()
    course.is_supplied()
    course.finds_sitter()
    prepared = course.is_prepared()
    assert prepared["ready"] is True, prepared

    course.comes_to_the_evening()
    decision = course.answers()
    assert decision["outcome"] == "clear", decision["findings"]
    first = ok(course.takes_dose())
    assert first["cleared"] is True
    course.is_watched()
    released = course.is_released()
    assert released["outcome"] == "clear", released["findings"]
    course.answers_the_next_day()
    course.is_reviewed()

    second_dose(course, first)


def second_dose(course: Course, first: dict[str, str]) -> None:
    """Go on to the second evening, two days later."""
    course.cast.clock.advance(hours=49)
    course.comes_to_the_evening()
    decision = course.answers()
    assert decision["outcome"] == "clear", decision["findings"]
    second = ok(course.takes_dose())
    assert second["dose_session_id"] != first["dose_session_id"]


def test_a_whole_course_is_replayed_and_every_decision_comes_out_again(
    course: Course, runtime: Runtime
) -> None:
    test_a_first_course_to_the_second_dose(course)

    with RuleSets() as sets:
        again = list(replay(runtime.bind, sets))

    assert {one.point for one in again} >= {"screen", "approval", "order", "schedule"}
    assert {one.point for one in again} >= {"check_in", "dose", "release"}
    assert [one.line for one in again if one.result != "same"] == []

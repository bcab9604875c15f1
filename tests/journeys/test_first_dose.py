"""The whole course, from the first question to the second dose."""

from tests.journeys.course import Course, ok


def test_a_first_course_to_the_first_dose(course: Course) -> None:
    screened = course.tells_history()
    assert screened
    course.is_evaluated()
    course.is_approved()
    course.consents()
    course.is_planned()
    course.is_supplied()
    course.finds_sitter()
    prepared = course.is_prepared()
    assert prepared["ready"] is True, prepared
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    decision = course.answers()
    assert decision["outcome"] == "clear", decision["findings"]
    taken = ok(course.takes_dose())
    assert taken["cleared"] is True

"""Does the next dose fit the course?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.core import Point
from rules.terms import ApprovalDecision
from tests.rules.asking import ask, decide
from tests.rules.facts_factory import NOW, TODAY, a_dose, ago
from tests.rules.rows import Row, met, not_met, params, unknown

DOSES = "course__doses"
LATER = timedelta(seconds=1)


def doses_ago(*days):
    return {DOSES: tuple(a_dose(days=day) for day in days)}


def many_doses(count, *, first_days_ago=3):
    return {DOSES: tuple(a_dose(days=first_days_ago + number * 7) for number in range(count))}


def a_dose_hours_ago(hours, *, seconds=0):
    return {DOSES: (replace(a_dose(), taken_at=ago(hours=hours, seconds=seconds)),)}


ROWS = (
    met("approval_missing", course__decision=ApprovalDecision.HOME),
    not_met("approval_missing", course__decision=ApprovalDecision.IN_OFFICE_ONLY),
    not_met("approval_missing", course__decision=ApprovalDecision.DECLINED),
    unknown("approval_missing", course__decision=None),
    unknown("approval_missing", course__approval_signed_at=None),
    met("approval_expired", course__approval_expires_at=NOW),
    not_met("approval_expired", course__approval_expires_at=NOW - LATER),
    met("approval_expired", course__approval_signed_at=ago(days=90)),
    not_met("approval_expired", course__approval_signed_at=ago(days=90, seconds=1)),
    not_met("approval_expired", course__approval_ended=True),
    unknown("approval_expired", course__approval_ended=None),
    unknown("approval_expired", course__approval_expires_at=None),
    met("plan_not_signed", course__plan_signed=True),
    not_met("plan_not_signed", course__plan_signed=False),
    unknown("plan_not_signed", course__plan_signed=None),
    met("course_session_limit", course__sessions_used=5),
    not_met("course_session_limit", course__sessions_used=6),
    not_met("course_session_limit", course__sessions_used=2, course__sessions_allowed=2),
    not_met("course_session_limit", course__sessions_used=6, course__sessions_allowed=12),
    unknown("course_session_limit", course__sessions_used=None),
    unknown("course_session_limit", course__sessions_allowed=None),
    met("reevaluation_required", **doses_ago(84), course__approval_signed_at=ago(days=90)),
    not_met("reevaluation_required", **doses_ago(85), course__approval_signed_at=ago(days=90)),
    met("reevaluation_required", **doses_ago(85), course__approval_signed_at=ago(days=84)),
    not_met("reevaluation_required", **doses_ago(85), course__approval_signed_at=None),
    unknown("reevaluation_required", **{DOSES: None}),
    met("material_change_unreviewed", course__material_change=False),
    not_met("material_change_unreviewed", course__material_change=True),
    unknown("material_change_unreviewed", course__material_change=None),
    met("post_first_session_review_missing", **{DOSES: ()}, course__first_session_reviewed=False),
    met("post_first_session_review_missing", course__first_session_reviewed=True),
    not_met("post_first_session_review_missing", course__first_session_reviewed=False),
    unknown("post_first_session_review_missing", course__first_session_reviewed=None),
    unknown("post_first_session_review_missing", **{DOSES: None}),
    met("mid_course_review_missing", course__sessions_used=2, course__mid_course_reviewed=False),
    met("mid_course_review_missing", course__sessions_used=3, course__mid_course_reviewed=True),
    not_met(
        "mid_course_review_missing", course__sessions_used=3, course__mid_course_reviewed=False
    ),
    unknown("mid_course_review_missing", course__sessions_used=3, course__mid_course_reviewed=None),
    unknown("mid_course_review_missing", course__sessions_used=None),
    met("followup_24h_missing", **{DOSES: ()}, course__follow_up_24h_done=False),
    met("followup_24h_missing", course__follow_up_24h_done=True),
    not_met("followup_24h_missing", course__follow_up_24h_done=False),
    unknown("followup_24h_missing", course__follow_up_24h_done=None),
    unknown("followup_24h_missing", **{DOSES: None}),
    met("interval_too_short", **{DOSES: ()}),
    met("interval_too_short", **a_dose_hours_ago(72)),
    not_met("interval_too_short", **a_dose_hours_ago(72, seconds=-1)),
    not_met("interval_too_short", **a_dose_hours_ago(-1)),
    not_met("interval_too_short", **doses_ago(30, 2.99)),  # the last one counts, not the first
    not_met("interval_too_short", **doses_ago(2.99, 30)),
    unknown("interval_too_short", **{DOSES: None}),
    *(
        Row("interval_too_short", is_met, doses, Point.OFFICE_START)
        for is_met, doses in (
            (True, a_dose_hours_ago(72)),
            (False, a_dose_hours_ago(72, seconds=-1)),
            (None, {DOSES: None}),
        )
    ),
    met("weekly_session_cap", **doses_ago(7, 3.5)),
    met("weekly_session_cap", **{DOSES: ()}),
    not_met("weekly_session_cap", **doses_ago(6.99, 3.5)),
    unknown("weekly_session_cap", **{DOSES: None}),
    met("course_gap_exceeded", **{DOSES: ()}),
    met("course_gap_exceeded", **doses_ago(10)),
    not_met("course_gap_exceeded", **doses_ago(11)),
    unknown("course_gap_exceeded", **{DOSES: None}),
    unknown("course_gap_exceeded", person__local_date=None),
    met("maintenance_interval", course__maintenance=False, **doses_ago(13)),
    met("maintenance_interval", course__maintenance=True, **doses_ago(14)),
    met("maintenance_interval", course__maintenance=True, **{DOSES: ()}),
    not_met("maintenance_interval", course__maintenance=True, **doses_ago(13)),
    unknown("maintenance_interval", course__maintenance=None),
    unknown("maintenance_interval", course__maintenance=True, **{DOSES: None}),
    met("cumulative_exposure_notice", **many_doses(23)),
    not_met("cumulative_exposure_notice", **many_doses(24)),
    unknown("cumulative_exposure_notice", **{DOSES: None}),
    met("cumulative_exposure_review", **many_doses(35)),
    not_met("cumulative_exposure_review", **many_doses(36)),
    met("cumulative_exposure_review", **{DOSES: (a_dose(days=365),) * 36}),
    not_met("cumulative_exposure_review", **{DOSES: (a_dose(days=364),) * 36}),
    met("cumulative_exposure_review", **many_doses(36), course__exposure_reviewed=True),
    unknown("cumulative_exposure_review", **many_doses(36), course__exposure_reviewed=None),
    met("cumulative_exposure_review", **{DOSES: ()}),
    unknown("cumulative_exposure_review", **{DOSES: None}),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met


@pytest.mark.parametrize(("hours_after_the_dose", "fits"), [(71.99, False), (72, True), (96, True)])
def test_scheduling_looks_at_the_moment_planned(hours_after_the_dose, fits):
    planned = {
        "course__doses": (a_dose(days=1),),
        "course__planned_at": ago(days=1) + timedelta(hours=hours_after_the_dose),
    }
    found = ask(Row("interval_too_short", fits, planned, Point.SCHEDULE))

    assert found.check.met is fits


@pytest.mark.parametrize("code", ["interval_too_short", "weekly_session_cap", "approval_expired"])
def test_a_session_without_a_planned_moment_cannot_be_scheduled(code):
    assert ask(Row(code, None, {"course__planned_at": None}, Point.SCHEDULE)).check.met is None


def test_a_plan_dated_later_does_not_shorten_the_wait_of_who_comes_early():
    early = {"course__doses": (a_dose(days=1),), "course__planned_at": NOW + timedelta(days=2)}

    assert "interval_too_short" in decide(Row("clearance_missing", True, early)).codes


def test_a_plan_dated_earlier_does_not_hide_a_long_gap():
    late = {
        "course__doses": (a_dose(days=11),),
        "course__planned_local_date": TODAY - timedelta(days=2),
    }

    assert decide(Row("clearance_missing", True, late)).codes == ("course_gap_exceeded",)


def test_a_first_dose_needs_nothing_that_only_a_second_can_have():
    first = {
        "course__doses": (),
        "course__sessions_used": 0,
        "course__first_session_reviewed": False,
        "course__mid_course_reviewed": False,
        "course__follow_up_24h_done": False,
    }
    assert decide(Row("clearance_missing", True, first)).codes == ()

"""Is this amount allowed for this body, and until when is driving barred?"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.core import Point
from rules.dose.dose import no_driving_until
from rules.limits import LIMITS
from tests.rules.asking import ask
from tests.rules.facts_factory import NOW, a_dose, ago
from tests.rules.rows import Row, met, not_met, params, unknown

PLANNED = "course__planned_dose_mg_hundredths"
WEIGHT = "course__weight_g"
NONE_YET = {"course__doses": ()}
NEW_YORK = ZoneInfo("America/New_York")


def mg(amount):
    return {PLANNED: round(amount * 100)}


def after(mg_taken, *, days=7.0):
    return {"course__doses": (a_dose(days=30, mg=10), a_dose(days=days, mg=mg_taken))}


UNKNOWN_AMOUNT = replace(a_dose(days=11), dose_mg_hundredths=None)
BOOSTER = {"course__booster_asked": True, "course__booster_prescribed": True}

ROWS = (
    met("dose_cap_exceeded", **mg(450)),
    not_met("dose_cap_exceeded", **mg(450.01)),
    met("dose_cap_exceeded", **mg(350), **{WEIGHT: 50_000}),
    not_met("dose_cap_exceeded", **mg(350.01), **{WEIGHT: 50_000}),
    unknown("dose_cap_exceeded", **{PLANNED: None}),
    unknown("dose_cap_exceeded", **{WEIGHT: None}),
    met("first_dose_cap_exceeded", **mg(300)),
    met("first_dose_cap_exceeded", **NONE_YET, **mg(200)),
    not_met("first_dose_cap_exceeded", **NONE_YET, **mg(200.01)),
    met("first_dose_cap_exceeded", **NONE_YET, **mg(150), **{WEIGHT: 50_000}),
    not_met("first_dose_cap_exceeded", **NONE_YET, **mg(150.01), **{WEIGHT: 50_000}),
    met("first_dose_cap_exceeded", **NONE_YET, person__born_on=date(1961, 11, 22)),
    not_met("first_dose_cap_exceeded", **NONE_YET, person__born_on=date(1961, 11, 21)),
    met("first_dose_cap_exceeded", **NONE_YET, **mg(100), person__born_on=date(1951, 1, 1)),
    unknown("first_dose_cap_exceeded", course__doses=None),
    unknown("first_dose_cap_exceeded", **NONE_YET, person__born_on=None),
    unknown("first_dose_cap_exceeded", **NONE_YET, **{WEIGHT: None}),
    met("dose_reset_required", **after(200, days=28), **mg(300)),
    met("dose_reset_required", course__doses=(a_dose(days=29),), **mg(200)),
    not_met("dose_reset_required", course__doses=(a_dose(days=29),), **mg(201)),
    unknown("dose_reset_required", course__doses=None),
    met("dose_raised_after_gap", **NONE_YET),
    met("dose_raised_after_gap", **after(100, days=10), **mg(200)),
    met("dose_raised_after_gap", **after(200, days=11), **mg(200)),
    not_met("dose_raised_after_gap", **after(200, days=11), **mg(200.01)),
    unknown("dose_raised_after_gap", course__doses=None),
    unknown("dose_raised_after_gap", course__doses=(UNKNOWN_AMOUNT,)),
    unknown("dose_step_exceeded", course__doses=(UNKNOWN_AMOUNT,)),
    unknown("dose_raised_after_gap", **after(200, days=11), **{PLANNED: None}),
    met("dose_step_exceeded", **NONE_YET),
    met("dose_step_exceeded", **after(200), **mg(300)),
    not_met("dose_step_exceeded", **after(200), **mg(300.01)),
    met("dose_step_exceeded", **after(300), **mg(400)),
    not_met("dose_step_exceeded", **after(300), **mg(400.01)),  # a third more, and 100 mg
    met("dose_step_exceeded", **after(100), **mg(150)),
    not_met("dose_step_exceeded", **after(100), **mg(150.01)),
    met("dose_step_exceeded", **after(200), **mg(50)),
    unknown("dose_step_exceeded", course__doses=None),
    unknown("dose_step_exceeded", **{PLANNED: None}),
    met("dose_rationale_required", **mg(300)),
    not_met("dose_rationale_required", **mg(300.01)),
    met("dose_rationale_required", **mg(400), course__dose_rationale=True),
    unknown("dose_rationale_required", **mg(400), course__dose_rationale=None),
    not_met("dose_rationale_required", **mg(250.01), **{WEIGHT: 50_000}),
    unknown("dose_rationale_required", **{WEIGHT: None}),
    met("weight_stale", course__weighed_at=ago(days=30)),
    not_met("weight_stale", course__weighed_at=ago(days=30, seconds=1)),
    unknown("weight_stale", course__weighed_at=None),
    met("redose_prohibited", course__doses=(a_dose(days=1),)),
    met("redose_prohibited", **NONE_YET),
    not_met("redose_prohibited", course__doses=(a_dose(days=0.05),)),
    met("redose_prohibited", **BOOSTER, course__first_part_lost=False),
    not_met("redose_prohibited", **BOOSTER, course__first_part_lost=True),
    unknown("redose_prohibited", **BOOSTER, course__first_part_lost=None),
    unknown("redose_prohibited", course__doses=None),
    unknown("redose_prohibited", person__local_date=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met


def test_the_amount_is_asked_when_ordering_and_when_taking():
    for point in (Point.ORDER, Point.DOSE):
        assert ask(Row("dose_cap_exceeded", False, mg(451), point)).check.met is False


@pytest.mark.parametrize(
    ("taken", "until"),
    [
        pytest.param((2026, 11, 21, 10, 0), (2026, 11, 22, 6, 0), id="morning dose"),
        pytest.param((2026, 11, 21, 18, 0), (2026, 11, 22, 6, 0), id="exactly twelve hours"),
        pytest.param((2026, 11, 21, 20, 0), (2026, 11, 22, 8, 0), id="twelve hours decide"),
        pytest.param((2026, 11, 22, 0, 10), (2026, 11, 23, 6, 0), id="after midnight: next day"),
        pytest.param((2026, 10, 31, 20, 0), (2026, 11, 1, 7, 0), id="the night clocks go back"),
    ],
)
def test_driving_is_barred_until_the_next_day_after_sleep(taken, until):
    taken_at = datetime(*taken, tzinfo=NEW_YORK).astimezone(NOW.tzinfo)

    assert no_driving_until(taken_at, NEW_YORK, LIMITS) == datetime(*until, tzinfo=NEW_YORK)


def test_driving_is_barred_twelve_hours_wherever_the_patient_is():
    for hour in range(24):
        taken_at = NOW + timedelta(hours=hour)
        for zone in ("Pacific/Honolulu", "America/New_York", "Europe/London"):
            until = no_driving_until(taken_at, ZoneInfo(zone), LIMITS)
            assert until - taken_at >= timedelta(hours=12)
            assert (
                until.astimezone(ZoneInfo(zone)).date() > taken_at.astimezone(ZoneInfo(zone)).date()
            )

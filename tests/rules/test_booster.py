"""May the second part be taken: prescribed, in its window, half at most, with a settled body?"""

import pytest

from tests.rules.asking import ask
from tests.rules.facts_factory import a_reading, ago
from tests.rules.rows import met, not_met, params, unknown

BOOSTER = {"course__booster_asked": True, "course__booster_prescribed": True}
SMALL, FIRST = "course__booster_mg_hundredths", "course__first_part_mg_hundredths"


SETTLED, UNSETTLED = a_reading(120, 80), a_reading(150, 80)


def reading(**numbers):
    return {"vitals__readings": (a_reading(**numbers),)}


ROWS = (
    met("booster_not_prescribed", course__booster_prescribed=None),
    met("booster_not_prescribed", **BOOSTER),
    not_met("booster_not_prescribed", course__booster_asked=True, course__booster_prescribed=False),
    unknown("booster_not_prescribed", course__booster_asked=True, course__booster_prescribed=None),
    met("booster_window_closed", course__booster_first_part_at=None),
    met("booster_window_closed", **BOOSTER, course__booster_first_part_at=ago(minutes=10)),
    met("booster_window_closed", **BOOSTER, course__booster_first_part_at=ago(minutes=30)),
    not_met("booster_window_closed", **BOOSTER, course__booster_first_part_at=ago(minutes=9.99)),
    not_met("booster_window_closed", **BOOSTER, course__booster_first_part_at=ago(minutes=45)),
    unknown("booster_window_closed", **BOOSTER, course__booster_first_part_at=None),
    met("booster_too_large"),
    met("booster_too_large", **BOOSTER, **{SMALL: 10_000, FIRST: 20_000}),
    not_met("booster_too_large", **BOOSTER, **{SMALL: 10_001, FIRST: 20_000}),
    not_met("booster_too_large", course__booster_prescribed=True, **{SMALL: 2, FIRST: 3}),
    unknown("booster_too_large", **BOOSTER, **{SMALL: 10_000}),
    unknown("booster_too_large", **BOOSTER, **{FIRST: 10_000}),
    unknown("booster_too_large", course__booster_prescribed=None),
    met("booster_vitals_unsettled"),
    met("booster_vitals_unsettled", **BOOSTER, **reading(systolic=140, diastolic=90)),
    not_met("booster_vitals_unsettled", **BOOSTER, **reading(systolic=141)),
    not_met("booster_vitals_unsettled", **BOOSTER, **reading(diastolic=91)),
    met("booster_vitals_unsettled", **BOOSTER, **reading(heart_rate=100)),
    met("booster_vitals_unsettled", **BOOSTER, **reading(heart_rate=50)),
    not_met("booster_vitals_unsettled", **BOOSTER, **reading(heart_rate=101)),
    not_met("booster_vitals_unsettled", **BOOSTER, **reading(heart_rate=49)),
    met("booster_vitals_unsettled", **BOOSTER, **reading(spo2=None)),
    met("booster_vitals_unsettled", **BOOSTER, **reading(spo2=95)),
    not_met("booster_vitals_unsettled", **BOOSTER, **reading(spo2=94)),
    unknown("booster_vitals_unsettled", **BOOSTER, **reading(systolic=None)),
    unknown("booster_vitals_unsettled", **BOOSTER, **reading(diastolic=None)),
    unknown("booster_vitals_unsettled", **BOOSTER, **reading(heart_rate=None)),
    met("booster_vitals_unsettled", **BOOSTER, vitals__readings=(UNSETTLED, SETTLED)),
    not_met("booster_vitals_unsettled", **BOOSTER, vitals__readings=(SETTLED, UNSETTLED)),
    unknown("booster_vitals_unsettled", **BOOSTER, vitals__readings=()),
    unknown("booster_vitals_unsettled", **BOOSTER, vitals__readings=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met

"""Is a number told in words, with its unit, from the limits that decided?"""

from dataclasses import replace

import pytest

from rules.core import Point
from rules.intake.instruments import QUESTIONNAIRES
from rules.intake.outcomes import score
from rules.limits import LIMITS
from rules.limits.telling import told
from rules.terms import Instrument
from tests.rules.facts_factory import but, clear_facts
from tests.rules.rows import not_met


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{fluid_wait}", "2 hours"),
        ("{vitals_life}", "30 minutes"),
        ("{preparation_life}", "90 days"),
        ("{adult_years}", "18 years"),
        ("{refills_max}", "5 refills"),
        ("{phq9_moderate_from}", "10"),
        ("{spo2_stop_below_percent}", "92 %"),
        ("{dose_mg_max}", "450 mg"),
        ("{body_mass_index_review_tenths}", "40 kg/m²"),
        ("{benzodiazepine_mg_hundredths_max}", "3 mg a day"),
        ("{office_device_mg_hundredths}", "28 mg"),
        ("{office_doses_mg}", "56 or 84 mg"),
        ("{bp_stop_from}", "160/100 mmHg"),
        ("{bp_stop_from.systolic_mmhg} or {bp_stop_from.diastolic_mmhg}", "160 or 100"),
        ("no number", "no number"),
    ],
)
def test_a_number_is_told_with_its_unit(text: str, said: str) -> None:
    assert told(text, LIMITS) == said


def test_one_of_something_is_told_as_one() -> None:
    one = replace(LIMITS, fluid_wait=LIMITS.fluid_wait / 2, polypharmacy_from=1)
    assert told("{fluid_wait}, {polypharmacy_from}", one) == "1 hour, 1 medicine"
    assert told("{fluid_wait}", one, "es") == "1 hora"
    assert told("{vitals_rest}", LIMITS, "es") == "5 minutos"
    assert told("{dose_mg_max}", LIMITS, "es") == "450 mg"  # what is written alike in both


def test_a_number_that_does_not_exist_is_an_error_and_never_a_blank() -> None:
    with pytest.raises(KeyError):
        told("{no_such_number}", LIMITS)


def test_a_language_that_we_lack_is_told_in_english() -> None:
    assert told("{fluid_wait}", LIMITS, "xx") == "2 hours"


@pytest.mark.parametrize(
    ("unit", "one", "many"),
    [
        ("fluid_wait", "1 hora", "2 horas"),
        ("vitals_rest", "1 minuto", "5 minutos"),
        ("preparation_life", "1 día", "90 días"),
        ("prescription_life_months", "1 mes", "6 meses"),
        ("adult_years", "1 año", "18 años"),
    ],
)
def test_spanish_counts_too(unit: str, one: str, many: str) -> None:
    value = getattr(LIMITS, unit)
    step = value / int(many.split(maxsplit=1)[0]) if not isinstance(value, int) else 1
    assert told(f"{{{unit}}}", LIMITS, "es") == many
    assert told(f"{{{unit}}}", replace(LIMITS, **{unit: step}), "es") == one


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("vitals_rest", "1 minute"),
        ("preparation_life", "1 day"),
        ("prescription_life_months", "1 month"),
        ("adult_years", "1 year"),
        ("vitals_readings_max", "1 reading"),
        ("refills_max", "1 refill"),
    ],
)
def test_english_knows_one_from_many(unit: str, one: str) -> None:
    value = getattr(LIMITS, unit)
    many = int(told(f"{{{unit}}}", LIMITS).split()[0])
    only = value / many if not isinstance(value, int) else 1
    assert told(f"{{{unit}}}", replace(LIMITS, **{unit: only})) == one
    assert told(f"{{{unit}}}", LIMITS) == f"{many} {one.split()[1]}s"


def test_a_finding_tells_all_three_texts_under_its_own_limits() -> None:
    row = not_met("fasting_fluid")
    limits = LIMITS.tightened(fluid_wait=LIMITS.fluid_wait * 2)
    found = row.rule().find(but(clear_facts(Point.CHECK_IN), limits=limits))
    assert found.remedy.startswith("Wait until 4 hours after")
    assert found.clinician.startswith("Last fluid at least 4 hours ago")
    assert found.says == row.rule().says
    old = row.rule().find(clear_facts(Point.CHECK_IN))
    assert old.remedy.startswith("Wait until 2 hours after")


def test_a_band_of_the_house_moves_with_its_limit_and_a_published_one_stays() -> None:
    answered = {"q1": 1, "q2": 0, "q3": 0, "q4": 0, "q5": 0, "blood": False}
    assert score(Instrument.USC6, answered, LIMITS).band == "clean"
    assert score(Instrument.USC6, answered, LIMITS.tightened(urinary_review_from=1)).band == (
        "review"
    )
    tight = LIMITS.tightened(dast10_positive_from=1, dast10_high_from=2)
    shape = QUESTIONNAIRES[Instrument.DAST10]
    assert shape.bands_under(tight) == shape.bands_under(LIMITS)


def test_a_worse_band_that_starts_as_early_swallows_the_milder_one() -> None:
    shape = QUESTIONNAIRES[Instrument.USC6]
    for hold, bands in ((2, {"clean": 0, "hold": 2}), (3, {"clean": 0, "hold": 3})):
        assert dict(shape.bands_under(LIMITS.tightened(urinary_hold_from=hold))) == bands
    limits = LIMITS.tightened(urinary_hold_from=2)
    assert [shape.band(total, limits) for total in (0, 1, 2, 6)] == ["clean"] * 2 + ["hold"] * 2


def test_drowsy_begins_one_above_the_emergency() -> None:
    shape = QUESTIONNAIRES[Instrument.MOAAS]
    assert dict(shape.bands_under(LIMITS)) == {"emergency": 0, "drowsy": 3, "alert": 5}
    watchful = LIMITS.tightened(emergency_moaas=3)
    assert dict(shape.bands_under(watchful)) == {"emergency": 0, "drowsy": 4, "alert": 5}

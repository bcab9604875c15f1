"""Can this person be treated at home at all?"""

from datetime import date

import pytest

from rules.core import Point
from rules.gates import evaluate, rule_for
from rules.intake.conditions import ALSO_ASKED, FORCE, QUESTIONS
from rules.intake.eligibility import CONDITION_RULES
from rules.looks import age_on
from rules.terms import Force, Outcome
from tests.rules.facts_factory import CONDITIONS, but, clear_facts
from tests.rules.rows import Row, conditions, met, not_met, params, unknown

ASKED = tuple(code for code in CONDITIONS if code not in ALSO_ASKED)
YES_IS_GOOD = {
    "diagnosis_not_documented": "diagnosis_documented",
    "prior_treatment_undocumented": "prior_treatment_documented",
    "no_sitter": "sitter_named",
    "no_safe_home": "home_is_safe",
    "no_emergency_address": "emergency_address",
}


TREATED = (
    "major_depressive_disorder",
    "treatment_resistant_depression",
    "generalized_anxiety_disorder",
    "anxiety_disorder",
    "post_traumatic_stress_disorder",
    "obsessive_compulsive_disorder",
)


def born(year: int, month: int, day: int) -> dict[str, date]:
    """Change the birthday."""
    return {"person__born_on": date(year, month, day)}


ROWS: tuple[Row, ...] = (
    *(not_met(code, intake__conditions=conditions(**{code: True})) for code in ASKED),
    *(unknown(code, intake__conditions=conditions(**{code: None})) for code in ASKED),
    *(unknown(code, intake__conditions={}) for code in ASKED),
    *(not_met(code, **{f"intake__{field}": False}) for code, field in YES_IS_GOOD.items()),
    *(unknown(code, **{f"intake__{field}": None}) for code, field in YES_IS_GOOD.items()),
    Row("no_sitter", False, {"sitter__named": False}, Point.DOSE),
    Row("no_sitter", None, {"sitter__named": None}, Point.DOSE),
    met("no_sitter", sitter__named=None),
    met("age_under_18", **born(2008, 11, 21)),
    not_met("age_under_18", **born(2008, 11, 22)),
    unknown("age_under_18", person__born_on=None),
    unknown("age_under_18", person__local_date=None),
    met("age_65_plus", **born(1961, 11, 22)),
    not_met("age_65_plus", **born(1961, 11, 21)),
    unknown("age_65_plus", person__born_on=None),
    unknown("age_65_plus", person__local_date=None),
    met("bmi_40_plus", intake__body_mass_index_tenths=399),
    not_met("bmi_40_plus", intake__body_mass_index_tenths=400),
    unknown("bmi_40_plus", intake__body_mass_index_tenths=None),
    not_met("intake_incomplete", intake__submitted=False),
    not_met("intake_incomplete", intake__unanswered=("porphyria",)),
    not_met("intake_incomplete", intake__submitted=None, intake__unanswered=("porphyria",)),
    unknown("intake_incomplete", intake__unanswered=None),
    unknown("intake_incomplete", intake__submitted=None),
    not_met("indication_out_of_scope", intake__indications=()),
    not_met("indication_out_of_scope", intake__indications=("chronic_pain",)),
    met("indication_out_of_scope", intake__indications=("chronic_pain", "anxiety_disorder")),
    *(met("indication_out_of_scope", intake__indications=(name,)) for name in TREATED),
    unknown("indication_out_of_scope", intake__indications=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


@pytest.mark.parametrize("rule", CONDITION_RULES, ids=lambda rule: rule.code)
def test_a_condition_has_its_registered_force_and_moments(rule) -> None:
    assert FORCE[rule.code] is rule.force
    assert bool(rule.at & Point.DOSE) is (rule.force is Force.HARD)
    assert rule.at & Point.SCREEN
    assert rule.says != rule.clinician


@pytest.mark.parametrize("code", QUESTIONS)
def test_every_question_is_asked_in_plain_words(code: str) -> None:
    assert QUESTIONS[code].endswith("?")
    assert len(QUESTIONS[code].split()) <= 32
    assert rule_for(code).force is FORCE[code]


@pytest.mark.parametrize("point", [Point.SCREEN, Point.APPROVAL, Point.CHECK_IN, Point.DOSE])
def test_an_absolute_condition_stops_everywhere(point: Point) -> None:
    sick = but(clear_facts(point), intake__conditions=conditions(aneurysm_or_avm=True))
    assert evaluate(point, sick).outcome is Outcome.STOP


def test_a_relative_condition_holds_until_a_prescriber_overrides_it() -> None:
    point = Point.APPROVAL
    sick = but(clear_facts(point), intake__conditions=conditions(porphyria=True))
    assert evaluate(point, sick).outcome is Outcome.HOLD
    allowed = but(sick, overridden=frozenset({"porphyria"}))
    assert evaluate(point, allowed).outcome is Outcome.CLEAR


def test_nobody_overrides_what_nobody_knows() -> None:
    point = Point.APPROVAL
    silent = but(clear_facts(point), intake__conditions=conditions(porphyria=None))
    assert evaluate(point, silent).outcome is Outcome.STOP


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 6, 15), date(2026, 6, 14), 17),
        (date(2008, 6, 15), date(2026, 6, 15), 18),
    ],
)
def test_a_birthday_on_29_february_comes_on_1_march(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age

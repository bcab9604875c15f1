"""Is mind and body well enough now? Mania, psychosis, pregnancy, bladder and memory."""

import pytest

from rules.core import Point
from rules.facts import DayFacts
from rules.gates import evaluate
from rules.terms import Outcome
from tests.rules.facts_factory import ago, but, clear_facts
from tests.rules.rows import Row, conditions, met, not_met, params, unknown


def said(**answers: bool | None) -> dict[str, object]:
    """Change answers of the intake."""
    return {"intake__conditions": conditions(**answers)}


def urinary(
    total: int | None, pain: int | None = 0, *, blood: bool | None = False
) -> dict[str, object]:
    """Change the bladder questions."""
    return {
        "instruments__urinary_sum": total,
        "instruments__urinary_worst_pain": pain,
        "instruments__urinary_blood": blood,
    }


def thinking(total: int | None, baseline: int | None = 0) -> dict[str, object]:
    """Change the questions about memory and thinking."""
    return {"instruments__cognitive_sum": total, "instruments__cognitive_baseline": baseline}


def today(row: Row) -> Row:
    """Ask at the moment of the dose, where the answer of the day counts."""
    return Row(row.code, row.met, row.change, Point.DOSE)


MALE = {"person__can_become_pregnant": False}
FIRST = {"course__doses": ()}
ROWS: tuple[Row, ...] = (
    not_met("mania_active", **said(mania_active=True)),
    today(not_met("mania_active", day__manic_symptoms=True)),
    unknown("mania_active", **said(mania_active=None)),
    today(unknown("mania_active", day__manic_symptoms=None)),
    met("mania_active", instruments__asrm=5),
    not_met("mania_active", instruments__asrm=6),
    not_met("mania_active", instruments__asrm=6, instruments__asrm_cleared=None),
    met("mania_active", instruments__asrm=6, instruments__asrm_cleared=True),
    unknown("mania_active", instruments__asrm=None),
    not_met("psychosis_active", **said(psychosis_active=True)),
    today(not_met("psychosis_active", day__psychotic_symptoms=True)),
    today(unknown("psychosis_active", day__psychotic_symptoms=None)),
    unknown("psychosis_active", **said(psychosis_active=None)),
    not_met("pregnancy", **said(pregnancy=True)),
    today(not_met("pregnancy", day__pregnant_or_unsure=True)),
    today(not_met("pregnancy", day__pregnant_or_unsure=True, **MALE)),
    today(unknown("pregnancy", day__pregnant_or_unsure=None)),
    unknown("pregnancy", **said(pregnancy=None)),
    met("pregnancy", **said(pregnancy=None), **MALE),
    met("pregnancy_test_overdue", person__pregnancy_tested_at=ago(days=28)),
    not_met("pregnancy_test_overdue", person__pregnancy_tested_at=ago(days=28, seconds=1)),
    met("pregnancy_test_overdue", person__pregnancy_tested_at=ago(days=7), **FIRST),
    not_met("pregnancy_test_overdue", person__pregnancy_tested_at=ago(days=7, seconds=1), **FIRST),
    not_met("pregnancy_test_overdue", person__pregnancy_tested_at=ago(days=8), course__doses=None),
    unknown("pregnancy_test_overdue", person__pregnancy_tested_at=None),
    unknown("pregnancy_test_overdue", person__can_become_pregnant=None),
    met("pregnancy_test_overdue", person__pregnancy_tested_at=None, **MALE),
    met("urinary_symptoms_hold", **urinary(5, 1)),
    not_met("urinary_symptoms_hold", **urinary(6)),
    not_met("urinary_symptoms_hold", **urinary(2, 2)),
    not_met("urinary_symptoms_hold", **urinary(0, 0, blood=True)),
    not_met("urinary_symptoms_hold", **urinary(None, None, blood=True)),
    met("urinary_symptoms_hold", **urinary(9, 3, blood=True), instruments__urinary_cleared=True),
    not_met("urinary_symptoms_hold", course__hold_codes=("urinary_symptoms_hold",)),
    unknown("urinary_symptoms_hold", **urinary(None)),
    unknown("urinary_symptoms_hold", **urinary(0, 0, blood=None)),
    met("urinary_symptoms_review", **urinary(2)),
    not_met("urinary_symptoms_review", **urinary(3)),
    unknown("urinary_symptoms_review", **urinary(None)),
    met("cognitive_complaint_review", **thinking(5, 2)),
    not_met("cognitive_complaint_review", **thinking(6, 6)),
    not_met("cognitive_complaint_review", **thinking(5, 1)),
    met("cognitive_complaint_review", **thinking(3, None)),
    unknown("cognitive_complaint_review", **thinking(4, None)),
    unknown("cognitive_complaint_review", **thinking(None)),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


def test_the_screen_does_not_wait_for_answers_of_a_day() -> None:
    facts = but(clear_facts(Point.SCREEN), day=DayFacts())
    assert evaluate(Point.SCREEN, facts).outcome is Outcome.CLEAR


@pytest.mark.parametrize("point", [Point.CHECK_IN, Point.DOSE])
def test_the_day_wants_answers_of_the_day(point: Point) -> None:
    asked = {"pregnancy", "psychosis_active", "mania_active"}
    assert asked <= set(evaluate(point, but(clear_facts(point), day=DayFacts())).codes)


@pytest.mark.parametrize(
    "answer", ["mania_active", "psychosis_active", "pregnancy"], ids=lambda code: code
)
def test_what_was_said_at_intake_stops_the_screen_and_the_dose(answer: str) -> None:
    for point in (Point.SCREEN, Point.DOSE):
        decision = evaluate(point, but(clear_facts(point), **said(**{answer: True})))
        assert (decision.outcome, decision.codes) == (Outcome.STOP, (answer,))

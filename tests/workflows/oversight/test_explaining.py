"""Is the quickest way on the smallest one, told to whoever can go it, and never too short?"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from models.platform.base import new_id
from models.platform.decisions import GateDecision
from rules.core import Point
from rules.facts import Facts
from rules.gates import evaluate
from rules.terms import SubjectKind
from tests.rules.facts_factory import NOW, ago, clear_facts
from tests.workflows.platform.test_waiting import but, dosed
from workflows.oversight.explaining import Explanation, explained
from workflows.platform.errors import RecordForbids
from workflows.platform.gatekeeping import written, written_facts

POINT = Point.CHECK_IN


def explain(facts: Facts, now: datetime = NOW, point: Point = POINT) -> Explanation:
    """Explain a decision on these facts, kept and read back."""
    decision = evaluate(point, facts)
    kept = GateDecision(
        id=new_id(),
        patient_id=new_id(),
        subject_type=SubjectKind.DOSE_SESSION,
        subject_id=new_id(),
        point=str(point.name).lower(),
        ruleset=decision.ruleset,
        outcome=decision.outcome,
        codes=list(decision.codes),
        findings=[written(finding) for finding in decision.raised],
        facts=orjson.loads(orjson.dumps(written_facts(facts))),
        inputs_hash=b"",
        decided_at=now,
    )
    return explained(kept, now)


def codes(steps: Any) -> list[str]:
    """Give the codes of steps."""
    return [code for step in steps for code in step.codes]


def test_nothing_stands_in_the_way_of_the_clear_patient() -> None:
    told = explain(clear_facts(POINT))
    assert (told.outcome, told.possible, told.earliest_at) == ("clear", True, NOW)
    assert (told.waits, told.steps, told.to_repeat, told.instead) == ((), (), (), ())


def test_waiting_is_told_with_what_goes_stale_meanwhile() -> None:
    told = explain(but(day={"last_food_at": ago(hours=1)}))

    assert [(wait.code, wait.clears_at) for wait in told.waits] == [
        ("fasting_food", NOW + timedelta(hours=3))
    ]
    assert told.earliest_at == NOW + timedelta(hours=3)
    assert told.steps == ()
    assert {"vitals_stale", "sitter_not_present"} <= set(codes(told.to_repeat))
    assert "cssrs_stale" not in codes(told.to_repeat)


def test_after_a_night_the_questions_about_suicide_are_asked_again() -> None:
    told = explain(but(course=dosed(ago(hours=50), (NOW - timedelta(days=2)).date())))
    assert told.earliest_at == NOW + timedelta(hours=22)
    assert "cssrs_stale" in codes(told.to_repeat)


def test_the_longest_wait_decides() -> None:
    told = explain(but(day={"last_food_at": ago(hours=1), "last_fluid_at": ago(minutes=1)}))
    assert {wait.code for wait in told.waits} == {"fasting_food", "fasting_fluid"}
    assert told.earliest_at == NOW + timedelta(hours=3)


def test_what_people_do_is_a_step_and_no_wait() -> None:
    told = explain(but(course={"plan_signed": False}, sitter={"present": False}))
    assert {(step.who, step.codes) for step in told.steps} == {
        ("prescriber", ("plan_not_signed",)),
        ("sitter", ("sitter_not_present",)),
    }
    assert told.earliest_at == NOW
    assert all(step.may_override == "nobody" for step in told.steps)
    assert all(step.says and step.remedy and step.source for step in told.steps)


def test_the_same_act_of_the_same_person_is_one_step() -> None:
    told = explain(but(day={"alcohol_24h": True, "cannabis_24h": True}))
    assert [step.codes for step in told.steps] == [("alcohol_window", "cannabis_window")]


def test_what_nobody_can_change_is_said_plainly_with_what_instead() -> None:
    told = explain(but(intake={"conditions": _conditions(stroke_history=True)}))
    assert (told.possible, told.earliest_at) == (False, None)
    assert codes(told.instead) == ["stroke_history"]
    assert told.instead[0].remedy
    assert told.steps == ()


def test_a_question_that_nobody_answered_is_answered_by_the_patient() -> None:
    told = explain(but(intake={"conditions": _conditions(stroke_history=None)}))
    assert told.possible
    assert [(step.who, step.codes) for step in told.steps] == [("patient", ("stroke_history",))]


def test_only_a_known_soft_finding_is_a_prescribers_to_let_pass() -> None:
    told = explain(but(day={"stimulant_today": True, "mouth_sores": None}))
    assert {step.codes[0]: step.may_override for step in told.steps} == {
        "stimulant_same_day": "prescriber",
        "oral_mucosa_issue": "nobody",
    }
    assert told.override_in_state == clear_facts(POINT).authority.state


def test_from_the_third_on_a_second_clinician_signs() -> None:
    facts = but(day={"stimulant_today": True, "mouth_sores": True, "antihypertensive_missed": True})
    assert {step.may_override for step in explain(facts).steps} == {
        "prescriber_and_second_clinician"
    }


def test_an_override_may_be_quicker_than_waiting() -> None:
    facts = but(
        course={
            **dosed(ago(hours=24 * 5), (NOW - timedelta(days=5)).date()),
            "maintenance": True,
        },
        day={"last_food_at": ago(hours=1)},
        person={"time_zone": "America/New_York"},
    )
    told = explain(facts)
    assert told.earliest_with_overrides_at == NOW + timedelta(hours=3)
    assert told.earliest_at is not None
    assert told.earliest_at.date() == (NOW + timedelta(days=9)).date()
    wait = next(wait for wait in told.waits if wait.code == "maintenance_interval")
    assert wait.may_override == "prescriber"


def test_what_was_let_pass_is_not_asked_for_again_tomorrow() -> None:
    old = but(course={"prepared_at": ago(hours=24 * 100)}, day={"last_food_at": ago(hours=1)})
    passed = replace(old, overridden=frozenset({"prep_session_stale"}))
    tomorrow = NOW + timedelta(days=1)
    for when in (NOW, tomorrow):
        assert "prep_session_stale" not in codes(explain(passed, when).to_repeat)
    almost = but(course={"prepared_at": ago(hours=24 * 90 - 1)}, day={"last_food_at": ago(hours=1)})
    assert "prep_session_stale" not in codes(explain(almost).steps)
    assert "prep_session_stale" in codes(explain(almost, tomorrow).to_repeat)


def test_read_later_it_says_what_went_stale_since() -> None:
    told = explain(but(day={"alcohol_24h": True}), NOW + timedelta(hours=13))
    assert {"vitals_stale", "cssrs_stale"} <= set(codes(told.to_repeat))


def test_facts_that_the_rules_of_today_cannot_read_are_refused_and_no_mistake_of_ours() -> None:
    kept = GateDecision(
        id=new_id(),
        patient_id=new_id(),
        subject_type=SubjectKind.PATIENT,
        subject_id=new_id(),
        point="check_in",
        ruleset="1999.1.1",
        outcome="stop",
        codes=[],
        findings=[],
        facts={"now": "tea time"},
        inputs_hash=b"",
        decided_at=NOW,
    )
    with pytest.raises(RecordForbids) as refused:
        explained(kept, NOW)
    assert refused.value.code == "decision_too_old"


@pytest.mark.parametrize("point", Point)
@pytest.mark.parametrize("known", [True, False], ids=["clear", "nothing known"])
def test_every_decision_of_every_moment_can_be_explained(point: Point, known: bool) -> None:
    facts = clear_facts(point) if known else Facts(now=NOW)
    told = explain(facts, point=point)
    assert told.possible
    assert (not told.steps) == known


def _conditions(**answers: bool | None) -> dict[str, bool | None]:
    return {**clear_facts(POINT).intake.conditions, **answers}

"""Does the one door into the rules answer as it must, whatever the rules say?"""

from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import gates
from rules.core import Check, Finding, Point, rule
from rules.facts import Facts, MedicineFact
from rules.gates import RULES, RULESET, evaluate, refuse_ambiguous, rule_for, suitability
from rules.terms import Force, Outcome, SuicideRisk
from tests.rules.facts_factory import NOW, TODAY, but, clear_facts
from tests.rules.rows import conditions

PARTS = tuple(
    part.name
    for part in fields(Facts)
    if is_dataclass(getattr(clear_facts(), part.name)) and part.name != "limits"
)


def a_rule(code="a", force=Force.HARD, *, at=Point.DOSE, met=True):
    make = rule(code, force, at=at, says="No.", remedy="Wait.", cite="-")
    return make(lambda _facts: Check(met))


@pytest.mark.parametrize("point", Point)
def test_the_clear_patient_is_clear_at_every_moment(point):
    decision = evaluate(point, clear_facts(point))

    assert (decision.outcome, decision.point, decision.ruleset) == ("clear", point, RULESET)
    assert all(finding.outcome is Outcome.CLEAR for finding in decision.findings)


@pytest.mark.parametrize("point", Point)
def test_when_nobody_knows_anything_it_stops(point):
    assert evaluate(point, Facts(now=NOW)).outcome is Outcome.STOP


@pytest.mark.parametrize("point", Point)
def test_every_rule_of_the_moment_is_asked_once(point):
    asked = [finding.rule.code for finding in evaluate(point, Facts(now=NOW)).findings]

    assert sorted(asked) == sorted(one.code for one in RULES if one.at & point)
    assert len(set(asked)) == len(asked)


def test_a_moment_without_rules_is_an_error_and_never_a_pass(monkeypatch):
    monkeypatch.setattr(gates, "RULES", ())
    with pytest.raises(LookupError, match="DOSE"):
        evaluate(Point.DOSE, clear_facts())


@pytest.mark.parametrize("point", [Point(0), Point.DOSE | Point.RELEASE])
def test_a_decision_is_made_at_one_moment(point):
    with pytest.raises(ValueError, match="one moment"):
        evaluate(point, clear_facts())


@pytest.mark.parametrize("point", Point)
def test_only_scheduling_looks_ahead_and_every_other_act_happens_now(point, monkeypatch):
    planned = but(
        clear_facts(point),
        course__planned_at=NOW + timedelta(days=30),
        course__planned_local_date=TODAY + timedelta(days=30),
    )
    seen = []
    make = rule("a", Force.HARD, at=point, says="No.", remedy="Wait.", cite="-")
    spy = make(lambda facts: seen.append(facts.course) or Check(True))
    monkeypatch.setattr(gates, "RULES", (spy,))
    evaluate(point, planned)

    ahead = point in {Point.SCHEDULE, Point.OFFICE_SCHEDULE}
    days = timedelta(days=30 if ahead else 0)
    assert (seen[0].planned_at, seen[0].planned_local_date) == (NOW + days, TODAY + days)


@pytest.mark.parametrize(
    ("force", "met", "outcome"),
    [
        (Force.HARD, True, "clear"),
        (Force.HARD, False, "stop"),
        (Force.HARD, None, "stop"),
        (Force.SOFT, True, "clear"),
        (Force.SOFT, False, "hold"),
        (Force.SOFT, None, "stop"),
        (Force.ADVISORY, False, "clear"),
        (Force.ADVISORY, None, "clear"),
        (Force.ESCALATION, False, "clear"),
    ],
)
def test_force_and_answer_make_the_outcome(force, met, outcome):
    assert a_rule(force=force, met=met).find(clear_facts()).outcome == outcome


@pytest.mark.parametrize(
    ("force", "met", "outcome", "marked"),
    [
        (Force.SOFT, False, "clear", True),
        (Force.SOFT, None, "stop", False),
        (Force.SOFT, True, "clear", False),
        (Force.HARD, False, "stop", False),
        (Force.HARD, None, "stop", False),
    ],
)
def test_only_a_soft_finding_that_is_known_can_be_overridden(force, met, outcome, marked):
    facts = replace(clear_facts(), overridden=frozenset({"a"}))
    found = a_rule(force=force, met=met).find(facts)

    assert (found.outcome, found.overridden) == (outcome, marked)


def test_no_mark_makes_a_hard_finding_pass():
    assert Finding(a_rule(), Check(False), overridden=True).outcome is Outcome.STOP


def test_an_override_is_for_one_code():
    other = but(
        clear_facts(), day__stimulant_today=True, overridden=frozenset({"course_gap_exceeded"})
    )
    assert evaluate(Point.CHECK_IN, other).outcome is Outcome.HOLD


def test_an_overridden_finding_stays_in_sight():
    passed = but(
        clear_facts(), day__stimulant_today=True, overridden=frozenset({"stimulant_same_day"})
    )
    decision = evaluate(Point.CHECK_IN, passed)

    assert (decision.outcome, decision.codes) == ("clear", ("stimulant_same_day",))
    assert decision.raised[0].overridden


def test_the_worst_stands_first():
    facts = but(
        clear_facts(),
        day__alcohol_24h=True,
        day__stimulant_today=True,
        day__sleep_minutes=60,
    )
    decision = evaluate(Point.CHECK_IN, facts)

    assert decision.codes == ("alcohol_window", "stimulant_same_day", "sleep_deprived")
    assert decision.outcome is Outcome.STOP


def test_outcome_comes_before_what_was_raised_and_that_before_force(monkeypatch):
    worst_first = (
        a_rule("hard_no", met=False),
        a_rule("soft_unknown", Force.SOFT, met=None),
        a_rule("soft_no", Force.SOFT, met=False),
        a_rule("advisory_no", Force.ADVISORY, met=False),
        a_rule("escalation_no", Force.ESCALATION, met=False),
        a_rule("hard_yes"),
        a_rule("soft_yes", Force.SOFT),
        a_rule("advisory_yes", Force.ADVISORY),
    )
    monkeypatch.setattr(gates, "RULES", tuple(reversed(worst_first)))
    found = evaluate(Point.DOSE, clear_facts(Point.DOSE)).findings

    assert [one.rule.code for one in found] == [one.code for one in worst_first]


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({}, "candidate"),
        ({"instruments__phq9": 1, "instruments__gad7": 1, "instruments__pcl5": 1}, "needs_review"),
        ({"intake__conditions": conditions(aneurysm_or_avm=None)}, "needs_review"),
        ({"intake__conditions": conditions(aneurysm_or_avm=True)}, "not_suitable"),
        ({"intake__unanswered": ("porphyria",)}, "needs_review"),
        ({"instruments__suicide_risk": SuicideRisk.HIGH}, "needs_review"),
    ],
)
def test_a_screen_answers_in_three_words(change, answer):
    decision = evaluate(Point.SCREEN, but(clear_facts(Point.SCREEN), **change))

    assert suitability(decision) == answer


TO_BE_TALKED_ABOUT = {
    "intake_incomplete": {"intake__unanswered": ("porphyria",)},
    "instrument_incomplete": {"instruments__incomplete": ("phq9",)},
    "cssrs_incomplete": {"instruments__suicide_risk": SuicideRisk.INCOMPLETE},
    "medication_unmapped": {"intake__medicines": (MedicineFact(name="my blue pill"),)},
    "diagnosis_not_documented": {"intake__diagnosis_documented": False},
    "suicide_risk_high": {"instruments__suicide_risk": SuicideRisk.HIGH},
}


@pytest.mark.parametrize("code", TO_BE_TALKED_ABOUT)
def test_what_an_answer_or_a_talk_may_settle_turns_nobody_away(code):
    decision = evaluate(Point.SCREEN, but(clear_facts(Point.SCREEN), **TO_BE_TALKED_ABOUT[code]))
    found = next(one for one in decision.findings if one.rule.code == code)

    assert (found.outcome, found.check.met) == (Outcome.STOP, False)
    assert suitability(decision) == "needs_review"
    assert set(TO_BE_TALKED_ABOUT) == gates.FOR_A_HUMAN


def test_a_code_has_one_force():
    with pytest.raises(ValueError, match="two forces"):
        refuse_ambiguous([a_rule(), a_rule(force=Force.SOFT, at=Point.RELEASE)])


def test_a_code_is_claimed_once_at_a_moment():
    with pytest.raises(ValueError, match="twice at DOSE"):
        refuse_ambiguous([a_rule(), a_rule(at=Point.RELEASE | Point.DOSE)])
    assert len(refuse_ambiguous([a_rule(), a_rule(at=Point.RELEASE)])) == 2


def test_a_rule_is_found_by_its_code():
    assert rule_for("weight_stale").code == "weight_stale"
    with pytest.raises(LookupError, match="no_such_code"):
        rule_for("no_such_code")


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.code)
def test_every_rule_can_be_read_by_a_patient_and_a_clinician(one):
    assert one.says.endswith((".", "?", "!"))
    assert one.clinician
    assert one.remedy
    assert one.cite
    sentences = one.says.replace("?", ".").replace(":", ".").replace(";", ".").split(".")
    assert max(len(sentence.split()) for sentence in sentences) <= 22


def _others(value: Any) -> list[Any]:
    """Give other values that this fact could have."""
    others: list[Any] = []
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, StrEnum):
        others = [other for other in type(value) if other is not value]
    elif isinstance(value, int):
        others = [0, value - 1, value + 1, value * 2, value * 10]
    elif isinstance(value, datetime | date):
        others = [value + timedelta(days=days) for days in (-100, -12, -1, -0.04, 0.04, 1, 100)]
    elif isinstance(value, tuple):
        others = [(), value * 2]
    elif isinstance(value, dict):
        others = [{**value, code: True} for code in value]
    return others


def _known(facts: Facts) -> list[tuple[str, str]]:
    return [
        (part, field.name)
        for part in PARTS
        for field in fields(getattr(facts, part))
        if getattr(getattr(facts, part), field.name) is not None and field.default is None
    ]


def _forgetting_helps(point: Point, facts: Facts, part: str, name: str) -> bool:
    forgotten = but(facts, **{f"{part}__{name}": None})
    return evaluate(point, forgotten).outcome.rank < evaluate(point, facts).outcome.rank


@pytest.mark.parametrize("point", Point)
def test_forgetting_a_fact_never_helps(point):
    clear = clear_facts(point)
    for part, name in _known(clear):
        for other in _others(getattr(getattr(clear, part), name)):
            facts = but(clear, **{f"{part}__{name}": other})
            assert not _forgetting_helps(point, facts, part, name), (part, name, other)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_forgetting_one_of_several_changed_facts_never_helps(data):
    point = data.draw(st.sampled_from(list(Point)), label="point")
    facts = clear_facts(point)
    known = st.sampled_from(_known(facts))
    turned = data.draw(st.lists(known, min_size=1, max_size=4, unique=True), label="turned")
    for part, name in turned:
        others = _others(getattr(getattr(facts, part), name)) or [None]
        other = data.draw(st.sampled_from(others), label=name)
        facts = but(facts, **{f"{part}__{name}": other})
    part, name = data.draw(st.sampled_from(turned) | known, label="forgotten")

    assert not _forgetting_helps(point, facts, part, name)

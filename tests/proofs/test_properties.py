"""What holds for the gates whatever the situation is? Chance thinks of the situations.

Forgetting never helps, harm never helps, a tighter sheet never releases, an override passes what is
soft and known, the order of the rules decides nothing, and waiting cures only what time cures.
"""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import gates
from rules.core import Decision, Finding, Point
from rules.facts import Facts
from rules.gates import RULES, evaluate, rule_for, suitability
from rules.limits import Limits
from rules.terms import Force, Outcome, Suitability
from tests.proofs.forms import short_or_long
from tests.proofs.harms import WORSE, made_worse, starts
from tests.proofs.situations import CODES, changes, forget, leaves, situations, tighter_sheets
from tests.rules.facts_factory import a_dose, but, clear_facts

Situation = tuple[Point, Facts]
EXAMPLES = short_or_long(150, 20_000)
chance = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# Principle 2 of the rulebook: what waiting cures. Nothing else may pass because time has passed.
CURED_BY_TIME = {
    *("fasting_food", "fasting_fluid", "spravato_fasting", "nasal_product_window"),
    *("interval_too_short", "weekly_session_cap", "maintenance_interval", "redose_prohibited"),
    *("concurrent_esketamine_course", "cumulative_exposure_review", "cumulative_exposure_notice"),
    *("monitoring_incomplete", "booster_window_closed"),
    *("age_under_18", "sitter_under_18"),  # people grow up
    *("pdmp_not_checked", "rems_patient_not_enrolled", "vitals_implausible"),  # dated ahead
}
# One reason that gives way to a worse one when the same fact gets worse.
WORSE_NAME = {"benzodiazepine_plan": "benzodiazepine_window"}
SOFT_THOUGH_TIME_CURES_IT = {"maintenance_interval"}  # a prescriber may shorten it (registry)


def rank(point: Point, facts: Facts) -> int:
    return evaluate(point, facts).outcome.rank


# -- forgetting


@chance
@given(situations(), st.data())
def test_forgetting_never_helps(situation: Situation, data: st.DataObject) -> None:
    point, facts = situation
    known = leaves(facts)
    forgotten = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=12, unique=True))
    less = facts
    for leaf in forgotten:
        less = forget(less, leaf)

    assert rank(point, less) >= rank(point, facts), forgotten


@pytest.mark.parametrize("point", Point, ids=lambda point: point.name)
def test_no_fact_of_the_clear_patient_helps_when_it_is_forgotten(point: Point) -> None:
    clear = clear_facts(point)
    before = evaluate(point, clear)
    for leaf in leaves(clear):
        after = evaluate(point, forget(clear, leaf))
        assert set(after.codes) >= set(before.codes), leaf


@chance
@given(situations(Point.SCREEN), st.data())
def test_forgetting_makes_nobody_a_candidate(situation: Situation, data: st.DataObject) -> None:
    _, facts = situation
    before = suitability(evaluate(Point.SCREEN, facts))
    for leaf in data.draw(st.lists(st.sampled_from(leaves(facts)), min_size=1, max_size=6)):
        facts = forget(facts, leaf)
    after = suitability(evaluate(Point.SCREEN, facts))

    assert after is not Suitability.CANDIDATE or before is Suitability.CANDIDATE


def test_knowing_nothing_stops_everywhere() -> None:
    for point in Point:
        nothing = Facts(now=clear_facts().now, overridden=frozenset(CODES))
        assert evaluate(point, nothing).outcome is Outcome.STOP


# -- harm


@chance
@given(situations(), st.sampled_from(sorted(WORSE)), st.data())
def test_harm_never_helps(situation: Situation, path: str, data: st.DataObject) -> None:
    point, facts = situation
    worse = made_worse(facts, path)
    if worse:
        chosen = data.draw(st.sampled_from(worse), label="worse")
        assert rank(point, chosen) >= rank(point, facts)


@pytest.mark.parametrize("path", sorted(WORSE))
def test_no_single_harm_takes_a_reason_away(path: str) -> None:
    for point in Point:
        clear = starts(point, path)
        before = set(evaluate(point, clear).codes)
        for worse in made_worse(clear, path):
            after = set(evaluate(point, worse).codes)
            assert {WORSE_NAME.get(code, code) for code in before - after} <= after, path


@pytest.mark.parametrize("path", sorted(WORSE))
def test_every_harm_is_noticed_somewhere(path: str) -> None:
    """A direction that no rule ever looks at would prove nothing about it."""
    noticed = {
        code
        for point in Point
        for before in [set(evaluate(point, starts(point, path)).codes)]
        for worse in made_worse(starts(point, path), path)
        for code in set(evaluate(point, worse).codes) - before
    }
    assert noticed


@chance
@given(situations(Point.SCHEDULE, Point.CHECK_IN, Point.DOSE), st.integers(0, 71))
def test_a_dose_within_the_interval_always_stops(situation: Situation, hours: int) -> None:
    point, facts = situation
    doses = (*(facts.course.doses or ()), a_dose(days=hours / 24))
    now = facts.now if point is not Point.SCHEDULE else facts.course.planned_at
    if now is not None:
        moved = replace(doses[-1], taken_at=now - timedelta(hours=hours))
        facts = but(facts, course__doses=(*doses[:-1], moved))
        assert evaluate(point, facts).outcome is Outcome.STOP


# -- the sheet


@chance
@given(situations(), tighter_sheets())
def test_a_tighter_sheet_never_releases(situation: Situation, sheet: Limits) -> None:
    point, facts = situation
    assert rank(point, replace(facts, limits=sheet)) >= rank(point, facts)


# -- overrides


@chance
@given(situations(), st.frozensets(st.sampled_from([*CODES, "no_such_code"])))
def test_an_override_passes_only_what_is_soft_and_known(
    situation: Situation, let: frozenset[str]
) -> None:
    point, facts = situation
    decision = evaluate(point, replace(facts, overridden=let))
    expected = [_rank_of(finding, let) for finding in decision.findings]

    assert [finding.outcome.rank for finding in decision.findings] == expected
    assert decision.outcome.rank == max(expected)
    assert _stops(decision) == _stops(evaluate(point, replace(facts, overridden=frozenset())))


@pytest.mark.parametrize("point", Point, ids=lambda point: point.name)
def test_no_row_of_any_table_is_let_pass_when_it_is_hard_or_unknown(point: Point) -> None:
    let = frozenset(CODES)
    for change in changes(point):
        facts = replace(but(clear_facts(point), **change), overridden=let)
        for finding in evaluate(point, facts).findings:
            assert finding.outcome.rank == _rank_of(finding, let), (finding.rule.code, change)


@chance
@given(situations())
def test_letting_everything_pass_passes_nothing_hard_or_unknown(situation: Situation) -> None:
    point, facts = situation
    decision = evaluate(point, replace(facts, overridden=frozenset(CODES)))
    firm = [
        one
        for one in decision.raised
        if one.rule.force is Force.HARD or (one.rule.force is Force.SOFT and one.check.met is None)
    ]
    assert decision.outcome is (Outcome.STOP if firm else Outcome.CLEAR)


# -- order and repetition


@chance
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_decides_nothing(situation: Situation, chance_: Random) -> None:
    point, facts = situation
    first, again = evaluate(point, facts), evaluate(point, facts)
    assert first == again
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "RULES", tuple(chance_.sample(RULES, len(RULES))))
        shuffled = evaluate(point, facts)
    assert shuffled.outcome is first.outcome
    assert sorted(shuffled.codes) == sorted(first.codes)


# -- time


@chance
@given(situations(), st.integers(1, 60 * 24 * 40))
def test_waiting_cures_only_what_time_cures(situation: Situation, minutes: int) -> None:
    point, facts = situation
    later = _later(facts, timedelta(minutes=minutes))
    cured = set(evaluate(point, facts).codes) - set(evaluate(point, later).codes)

    assert cured <= CURED_BY_TIME


@pytest.mark.parametrize("code", sorted(CURED_BY_TIME - SOFT_THOUGH_TIME_CURES_IT))
def test_what_time_cures_nobody_passes(code: str) -> None:
    assert rule_for(code).force in (Force.HARD, Force.ADVISORY)


def _rank_of(finding: Finding, let: frozenset[str]) -> int:
    rule, met = finding.rule, finding.check.met
    if met or rule.force in (Force.ADVISORY, Force.ESCALATION):
        return Outcome.CLEAR.rank
    if rule.force is Force.SOFT and met is False:
        return Outcome.CLEAR.rank if rule.code in let else Outcome.HOLD.rank
    return Outcome.STOP.rank


def _stops(decision: Decision) -> set[str]:
    return {one.rule.code for one in decision.findings if one.outcome is Outcome.STOP}


def _later(facts: Facts, span: timedelta) -> Facts:
    """Let time pass: the clock, the date of the day, and the plan that moves with them."""
    days = timedelta(days=(facts.now + span).date().toordinal() - facts.now.date().toordinal())
    day, at = facts.course.planned_local_date, facts.course.planned_at
    today = facts.person.local_date
    return but(
        facts,
        now=facts.now + span,
        person__local_date=None if today is None else today + days,
        course__planned_local_date=None if day is None else day + days,
        course__planned_at=None if at is None else at + span,
    )

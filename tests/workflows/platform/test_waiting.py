"""Is the moment from which waiting alone helps exact, and never too early?"""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.core import Point
from rules.facts import DoseFact, Facts
from rules.gates import RULES, evaluate, rule_for
from rules.terms import Force
from tests.rules.facts_factory import NOW, ago, clear_facts
from workflows.platform.waiting import Waiting, retry_times

CHECK_IN = Point.CHECK_IN
TICK = timedelta(microseconds=1)


def but(point: Point = CHECK_IN, **parts: dict[str, Any]) -> Facts:
    """Give the clear patient with some facts changed, by part."""
    facts = clear_facts(point)
    changed = {name: replace(getattr(facts, name), **new) for name, new in parts.items()}
    return replace(facts, **changed)


def times(point: Point, facts: Facts) -> dict[str, datetime]:
    """Give the moments of everything that waiting clears."""
    return retry_times(point, facts, evaluate(point, facts).raised)


def dosed(at: datetime, on: date) -> dict[str, Any]:
    """Give a course with one dose in it."""
    return {"doses": (DoseFact(taken_at=at, dose_mg_hundredths=20_000, local_date=on),)}


EXACT = [
    ("fasting_food", but(day={"last_food_at": ago(hours=1)}), NOW + timedelta(hours=3)),
    (
        "fasting_food",
        but(day={"last_food_at": ago(hours=1), "slow_stomach": True}),
        NOW + timedelta(hours=7),
    ),
    ("fasting_fluid", but(day={"last_fluid_at": ago(minutes=1)}), NOW + timedelta(minutes=119)),
    (
        "interval_too_short",
        but(course=dosed(ago(hours=71, minutes=59, seconds=59), date(2026, 11, 18))),
        NOW + timedelta(seconds=1),
    ),
]


@pytest.mark.parametrize(
    ("code", "facts", "at"), EXACT, ids=[f"{one[0]}-{one[2]}" for one in EXACT]
)
def test_the_moment_is_exact(code: str, facts: Facts, at: datetime) -> None:
    assert times(CHECK_IN, facts)[code] == at

    rule = rule_for(code)
    waiting = Waiting(CHECK_IN, facts)
    assert rule.look(waiting.later(at - NOW)).met is True
    assert rule.look(waiting.later(at - NOW - TICK)).met is False


def test_a_day_ends_at_midnight_where_the_patient_is() -> None:
    taken = dosed(ago(hours=2), date(2026, 11, 21))
    there = but(course=taken, person={"time_zone": "America/New_York"})
    assert times(CHECK_IN, there)["redose_prohibited"] == datetime(2026, 11, 22, 5, tzinfo=UTC)


def test_without_a_zone_a_day_counts_when_it_has_passed_everywhere() -> None:
    nowhere = but(course=dosed(ago(hours=2), date(2026, 11, 21)))
    assert nowhere.person.time_zone is None
    assert times(CHECK_IN, nowhere)["redose_prohibited"] == NOW + timedelta(days=1)


def test_the_hour_of_a_plan_moves_and_not_the_hour_of_planning() -> None:
    planned = NOW + timedelta(days=1)
    facts = but(
        Point.SCHEDULE,
        course={
            **dosed(ago(hours=24), date(2026, 11, 20)),
            "planned_at": planned,
            "planned_local_date": date(2026, 11, 22),
        },
    )
    assert times(Point.SCHEDULE, facts) == {"interval_too_short": NOW + timedelta(hours=48)}
    assert Waiting(Point.SCHEDULE, facts).later(timedelta(days=2)).now == NOW


@pytest.mark.parametrize(
    "facts",
    [
        but(day={"alcohol_24h": True}),
        but(intake={"conditions": {"stroke_history": True}}),
        but(sitter={"present": False}),
        but(course={"plan_signed": False}),
        but(vitals={"readings": ()}),
    ],
    ids=["an answer", "a condition", "a sitter", "a signature", "a measurement"],
)
def test_what_time_does_not_cure_has_no_moment(facts: Facts) -> None:
    assert evaluate(CHECK_IN, facts).outcome == "stop"
    assert times(CHECK_IN, facts) == {}


def test_what_nobody_knows_has_no_moment() -> None:
    assert times(CHECK_IN, Facts(now=NOW)) == {}


def test_somebody_has_to_be_on_call_for_as_much_longer() -> None:
    facts = clear_facts(CHECK_IN)
    later = Waiting(CHECK_IN, facts).later(timedelta(hours=3))
    assert facts.cover.needed_until is not None
    assert later.cover.needed_until == facts.cover.needed_until + timedelta(hours=3)
    assert later.cover.on_call_until == facts.cover.on_call_until


@pytest.mark.parametrize("point", Point)
def test_no_wait_at_all_changes_nothing(point: Point) -> None:
    facts = clear_facts(point)
    again = evaluate(point, Waiting(point, facts).later(timedelta(0)))
    assert again == evaluate(point, facts)


def test_every_moment_is_one_at_which_the_rule_passes_and_just_before_it_does_not() -> None:
    """Age every instant of the clear patient by some hours, and try every hard rule of the day."""
    for hours in (-3, -1, 1, 30, 24 * 40):
        facts = _moved(clear_facts(CHECK_IN), timedelta(hours=hours))
        waiting = Waiting(CHECK_IN, facts)
        for code, at in times(CHECK_IN, facts).items():
            rule = next(one for one in RULES if one.code == code and one.at & CHECK_IN)
            assert rule.force is Force.HARD
            assert rule.look(waiting.later(at - facts.now)).met is True
            assert rule.look(waiting.later(at - facts.now - TICK)).met is not True


def _moved(facts: Facts, by: timedelta) -> Facts:
    """Let every instant of the parts have been so much earlier, against an unmoved now."""
    parts = {}
    for part in fields(Facts):
        inside = getattr(facts, part.name)
        if is_dataclass(inside) and part.name not in ("limits",):
            moved = {
                one.name: value - by
                for one in fields(inside)
                if isinstance(value := getattr(inside, one.name), datetime)
            }
            parts[part.name] = replace(inside, **moved)
    return replace(facts, **parts)

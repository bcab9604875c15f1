"""Is today a day for a dose? Food, drink, substances, illness and sleep."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.core import Point
from rules.facts import MedicineFact
from rules.gates import evaluate
from rules.terms import Outcome
from tests.rules.facts_factory import ago, but, clear_facts
from tests.rules.rows import Row, met, not_met, params, unknown

SEMAGLUTIDE = (MedicineFact(name="Ozempic"),)
AMONG_OTHERS = (*SEMAGLUTIDE, MedicineFact(name="Sertraline 50 mg", ingredient="sertraline"))
ANSWERS = {
    "alcohol_window": "alcohol_24h",
    "cannabis_window": "cannabis_24h",
    "opioid_window": "opioid_24h",
    "sedative_window": "sedative_24h",
    "psychedelic_window": "psychedelic_7d",
    "grapefruit_exposure": "grapefruit_today",
    "grapefruit_recent": "grapefruit_3d",
    "acute_illness": "acute_illness",
    "stimulant_same_day": "stimulant_today",
    "delayed_gastric_emptying": "slow_stomach",
    "oral_mucosa_issue": "mouth_sores",
}


def benzodiazepine(*, taken: bool | None, planned: bool | None) -> dict[str, bool | None]:
    """Change what was said about calming medicine today."""
    return {"day__benzodiazepine_24h": taken, "day__benzodiazepine_in_plan": planned}


ROWS: tuple[Row, ...] = (
    *(not_met(code, **{f"day__{field}": True}) for code, field in ANSWERS.items()),
    *(unknown(code, **{f"day__{field}": None}) for code, field in ANSWERS.items()),
    met("fasting_food", day__last_food_at=ago(hours=4)),
    not_met("fasting_food", day__last_food_at=ago(hours=3, minutes=59, seconds=59)),
    not_met("fasting_food", day__last_food_at=ago(hours=7, minutes=59), day__slow_stomach=True),
    met("fasting_food", day__last_food_at=ago(hours=8), day__slow_stomach=True),
    not_met("fasting_food", day__last_food_at=ago(hours=7), intake__medicines=SEMAGLUTIDE),
    met("fasting_food", day__last_food_at=ago(hours=8), day__slow_stomach=None),
    not_met("fasting_food", day__last_food_at=ago(hours=3), day__slow_stomach=None),
    unknown("fasting_food", day__last_food_at=ago(hours=7), day__slow_stomach=None),
    unknown("fasting_food", day__last_food_at=None),
    met("fasting_fluid", day__last_fluid_at=ago(hours=2)),
    not_met("fasting_fluid", day__last_fluid_at=ago(hours=1, minutes=59)),
    unknown("fasting_fluid", day__last_fluid_at=None),
    not_met("delayed_gastric_emptying", intake__medicines=SEMAGLUTIDE),
    not_met("delayed_gastric_emptying", intake__medicines=AMONG_OTHERS),
    met("delayed_gastric_emptying", intake__medicines=()),
    unknown("delayed_gastric_emptying", intake__medicines=None),
    not_met("benzodiazepine_window", **benzodiazepine(taken=True, planned=False)),
    met("benzodiazepine_window", **benzodiazepine(taken=True, planned=True)),
    met("benzodiazepine_window", **benzodiazepine(taken=False, planned=None)),
    unknown("benzodiazepine_window", **benzodiazepine(taken=True, planned=None)),
    unknown("benzodiazepine_window", **benzodiazepine(taken=None, planned=False)),
    not_met("benzodiazepine_plan", **benzodiazepine(taken=True, planned=True)),
    met("benzodiazepine_plan", **benzodiazepine(taken=True, planned=False)),
    unknown("benzodiazepine_plan", **benzodiazepine(taken=None, planned=True)),
    met("sleep_deprived", day__sleep_minutes=240),
    not_met("sleep_deprived", day__sleep_minutes=239),
    unknown("sleep_deprived", day__sleep_minutes=None),
    not_met("no_driving_plan", day__no_driving_promised=False),
    unknown("no_driving_plan", day__no_driving_promised=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


def test_little_sleep_is_shown_and_stops_nothing() -> None:
    tired = but(clear_facts(Point.CHECK_IN), day__sleep_minutes=60)
    decision = evaluate(Point.CHECK_IN, tired)
    assert (decision.outcome, decision.codes) == (Outcome.CLEAR, ("sleep_deprived",))


def test_a_fast_over_the_end_of_summer_time_counts_real_hours() -> None:
    new_york = ZoneInfo("America/New_York")
    supper = datetime(2026, 11, 1, 0, 30, tzinfo=new_york).astimezone(UTC)
    dose = datetime(2026, 11, 1, 4, 0, tzinfo=new_york).astimezone(UTC)  # 4.5 h on real clocks
    facts = but(clear_facts(Point.CHECK_IN), now=dose, day__last_food_at=supper)
    found = Row("fasting_food", True, {}).rule().find(facts)
    assert found.check.met is True
    assert dose - supper == timedelta(hours=4, minutes=30)

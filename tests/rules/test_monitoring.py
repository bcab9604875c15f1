"""Who watches after the dose, when, and when may the patient be let go?"""

from datetime import timedelta

import pytest

from rules.core import Point
from rules.dose.monitoring import (
    check_times,
    pressure_is_settled,
    prolonged,
    rungs_after_missed,
    vitals_due_120,
    vitals_window_40,
)
from rules.gates import evaluate
from rules.limits import LIMITS
from rules.terms import Outcome, Rung, Urgency
from tests.rules.facts_factory import NOW, a_reading, ago, but, clear_facts
from tests.rules.rows import Row, met, not_met, params, unknown


def release(**change: object) -> dict[str, object]:
    """Change how the patient is when the sitter asks to let go."""
    return {f"release__{name}": value for name, value in change.items()}


def watched(minutes: float, last: float = 0) -> dict[str, object]:
    """Change how long ago the dose and the last reading were."""
    return release(dose_taken_at=ago(minutes=minutes), latest=a_reading(at=ago(minutes=last)))


YES = ("oriented", "walks_unaided", "sitter_attests")
NO = ("vomiting", "distress", "suicidal_thoughts", "emergency_open")
ROWS: tuple[Row, ...] = tuple(
    Row(row.code, row.met, row.change, Point.RELEASE)
    for row in (
        met("monitoring_incomplete", **watched(120)),
        not_met("monitoring_incomplete", **watched(119)),
        not_met("monitoring_incomplete", **watched(125, last=6)),
        not_met("monitoring_incomplete", **watched(119, last=-1)),  # a clock that runs ahead
        unknown("monitoring_incomplete", **release(dose_taken_at=None)),
        unknown("monitoring_incomplete", **release(latest=None)),
        unknown("monitoring_incomplete", **release(latest=a_reading(120, 80, None, at=NOW))),
        unknown("monitoring_incomplete", **release(latest=a_reading(120, None, at=NOW))),
        not_met("release_criteria_unmet", **release(moaas=4)),
        met("release_criteria_unmet", **release(state_check_worst=1)),
        not_met("release_criteria_unmet", **release(state_check_worst=2)),
        *(not_met("release_criteria_unmet", **release(**{name: False})) for name in YES),
        *(not_met("release_criteria_unmet", **release(**{name: True})) for name in NO),
        *(
            unknown("release_criteria_unmet", **release(**{name: None}))
            for name in (*YES, *NO, "moaas", "state_check_worst", "latest")
        ),
        not_met("release_criteria_unmet", **release(latest=a_reading(161, 90))),
    )
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row: Row) -> None:
    assert row.check().met is row.met


@pytest.mark.parametrize(
    ("baseline", "previous", "latest", "settled"),
    [
        pytest.param((120, 80), (170, 100), (160, 100), True, id="at the line and falling"),
        pytest.param((120, 80), (170, 100), (161, 100), False, id="one over"),
        pytest.param((120, 80), (140, 90), (144, 96), True, id="rising within 20 percent"),
        pytest.param((120, 80), (140, 90), (145, 96), False, id="rising beyond 20 percent"),
        pytest.param((120, 82), (140, 90), (144, 98), True, id="within 20 percent, rounded down"),
        pytest.param((120, 82), (140, 90), (144, 99), False, id="lower number beyond 20 percent"),
        pytest.param((120, 80), (150, 90), (150, 90), False, id="the same is not falling"),
        pytest.param((100, 60), (150, 95), (150, 90), True, id="only the lower number falls"),
        pytest.param((100, 60), (155, 90), (150, 90), True, id="only the upper number falls"),
        pytest.param((100, 60), (149, 95), (150, 90), False, id="one falls, the upper rises"),
        pytest.param((100, 60), (155, 89), (150, 90), False, id="one falls, the lower rises"),
        pytest.param((120, 80), None, (130, 85), True, id="nothing before, but near baseline"),
        pytest.param(None, (150, 95), (130, 85), True, id="no baseline, but falling"),
        pytest.param(None, None, (130, 85), None, id="nothing to compare with"),
        pytest.param(None, (120, 80), (130, 85), None, id="rising, no baseline"),
        pytest.param((120, 80), (150, 90), None, None, id="not measured"),
        pytest.param((120, None), (150, 90), (140, 85), True, id="half a baseline, falling"),
    ],
)
def test_when_blood_pressure_is_settled(baseline, previous, latest, settled) -> None:
    readings = {"baseline": baseline, "previous": previous, "latest": latest}
    seen = but(
        clear_facts(),
        **release(**{name: pair and a_reading(*pair) for name, pair in readings.items()}),
    ).release
    assert pressure_is_settled(seen, LIMITS) is settled


def test_release_names_everything_that_is_missing() -> None:
    facts = but(clear_facts(Point.RELEASE), **release(oriented=False, vomiting=None))
    decision = evaluate(Point.RELEASE, facts)
    assert decision.outcome is Outcome.STOP
    observed = decision.raised[0].check.observed
    assert observed == "oriented; no vomiting: not answered"


def test_the_sitter_looks_every_quarter_of_an_hour_for_two_hours() -> None:
    times = check_times(NOW)
    assert [time - NOW for time in times] == [timedelta(minutes=15 * n) for n in range(1, 9)]


@pytest.mark.parametrize(
    ("minute", "counts"), [(29, False), (30, True), (40, True), (60, True), (61, False)]
)
def test_the_reading_at_40_minutes_counts_from_30_to_60(minute: int, counts: bool) -> None:
    window = vitals_window_40(NOW)
    assert window.due_at == NOW + timedelta(minutes=40)
    assert window.holds(NOW + timedelta(minutes=minute)) is counts


def test_the_last_reading_is_due_at_two_hours() -> None:
    assert vitals_due_120(NOW) == NOW + timedelta(minutes=120)


@pytest.mark.parametrize(
    ("missed", "told"),
    [
        (-1, ()),
        (0, ()),
        (1, (Rung.SITTER,)),
        (2, (Rung.SITTER, Rung.PATIENT, Rung.EMERGENCY_CONTACT)),
        (3, (Rung.EMERGENCY_CONTACT, Rung.COACH, Rung.ON_CALL_CLINICIAN)),
        (9, (Rung.EMERGENCY_CONTACT, Rung.COACH, Rung.ON_CALL_CLINICIAN)),
    ],
)
def test_a_silence_climbs_the_ladder(missed: int, told: tuple[Rung, ...]) -> None:
    assert rungs_after_missed(missed) == told


@pytest.mark.parametrize(
    ("minutes", "who"),
    [
        (179, None),
        (180, Urgency.CLINICIAN),
        (359, Urgency.CLINICIAN),
        (360, Urgency.EMERGENCY_SERVICES),
    ],
)
def test_who_acts_when_the_effect_lasts(minutes: int, who: Urgency | None) -> None:
    assert prolonged(timedelta(minutes=minutes)) is who

"""From when to when does somebody who took a dose decide nothing that binds for longer?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.dose.impaired import OPEN, Effect, Window, impaired_window
from rules.limits import LIMITS

DENVER, HONOLULU = ZoneInfo("America/Denver"), ZoneInfo("Pacific/Honolulu")
TAKEN = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # ten in the morning in Denver
MORNING = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # six in the morning in Denver
OVER = Effect(taken_at=TAKEN, zone=DENVER, watch_is_over=True)
A_MOMENT = timedelta(microseconds=1)
LATER = MORNING + timedelta(hours=3)
UNTIL_MORNING = Window(closed=True, opens_at=MORNING)
NO_END = Window(closed=True)


@pytest.mark.parametrize(
    ("effects", "now", "window"),
    [
        pytest.param((), TAKEN, OPEN, id="no dose"),
        pytest.param(None, TAKEN, NO_END, id="nobody knows of which doses"),
        pytest.param((OVER,), TAKEN, UNTIL_MORNING, id="at the dose"),
        pytest.param((OVER,), MORNING - A_MOMENT, UNTIL_MORNING, id="a moment before the morning"),
        pytest.param((OVER,), MORNING, OPEN, id="in the morning"),
        pytest.param((replace(OVER, watch_is_over=False),), TAKEN, UNTIL_MORNING, id="watched"),
        pytest.param((replace(OVER, watch_is_over=False),), MORNING, NO_END, id="still watched"),
        pytest.param((replace(OVER, watch_is_over=None),), MORNING, NO_END, id="watched, or not"),
        pytest.param((replace(OVER, taken_at=None),), MORNING, NO_END, id="hour not known"),
        pytest.param((replace(OVER, zone=None),), MORNING, NO_END, id="place not known"),
        pytest.param(
            (OVER, replace(OVER, zone=None)), TAKEN, UNTIL_MORNING, id="place of one not known"
        ),
        pytest.param((OVER, replace(OVER, zone=None)), MORNING, NO_END, id="and in the morning"),
        pytest.param(
            (replace(OVER, told_until=LATER),), MORNING, Window(True, LATER), id="told to be longer"
        ),
        pytest.param((replace(OVER, told_until=LATER),), LATER, OPEN, id="as long as was told"),
        pytest.param(
            (replace(OVER, told_until=TAKEN),), TAKEN, UNTIL_MORNING, id="told to be too short"
        ),
    ],
)
def test_the_window(effects, now, window):
    assert impaired_window(effects, now, LIMITS) == window


# Two doses, two places: the last morning of them all is the one that counts.
@pytest.mark.parametrize("order", [1, -1])
def test_the_last_morning_counts(order):
    far = replace(OVER, zone=HONOLULU)
    effects = (OVER, far)[::order]
    assert impaired_window(effects, MORNING, LIMITS) == Window(True, MORNING + timedelta(hours=3))


def test_a_stricter_number_makes_the_window_longer():
    stricter = replace(LIMITS, no_driving=timedelta(hours=24))
    assert impaired_window((OVER,), MORNING, stricter) == Window(True, TAKEN + timedelta(hours=24))


# An evening dose: six in the morning is nearer than the hours that have to pass.
def test_a_late_dose_is_slept_out():
    late = replace(OVER, taken_at=TAKEN + timedelta(hours=12))
    until = TAKEN + timedelta(hours=24)
    assert impaired_window((late,), MORNING, LIMITS) == Window(True, until)


def test_who_took_nothing_decides_at_any_time() -> None:
    assert impaired_window((), TAKEN, LIMITS) == Window(closed=False, opens_at=None)

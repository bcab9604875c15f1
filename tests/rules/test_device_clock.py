"""Is a phone's clock never judged better than it can be shown to be?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dose.device_clock import claimed_skew_seconds, is_in_time, skew_seconds, worst_of
from rules.limits import LIMITS

SEALED = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return SEALED + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("shown", "back", "skew"),
    [
        (0, 0, 0),
        (0, 30, -30),  # it may have looked at its clock only when it sent
        (30, 30, 30),  # or at once, and be ahead
        (15, 30, 15),
        (120, 0, 120),
        (120.001, 0, 121),
        (-120.001, 0, -121),
        (-2400, 1, -2401),
        (10800, 1, 10800),
    ],
)
def test_the_worse_end_counts_and_is_rounded_away_from_zero(shown, back, skew):
    assert skew_seconds(later(shown), SEALED, later(back)) == skew


@given(st.floats(-9e5, 9e5), st.floats(0, 120), st.floats(0, 1))
def test_no_line_hides_what_a_phone_is_really_off(off, back, part):
    looked_at = later(back * part)
    told = skew_seconds(looked_at + timedelta(seconds=off), SEALED, later(back))
    assert abs(told) >= abs(off) - 1e-3


@pytest.mark.parametrize(
    ("after", "holds"), [(-1, False), (0, True), (120, True), (120.000001, False)]
)
def test_a_seal_holds_for_two_minutes_and_is_never_from_the_future(after, holds):
    assert is_in_time(SEALED, later(after)) is holds
    assert LIMITS.clock_nonce_life == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("skews", "worst"),
    [([], None), ([5], 5), ([5, -6], -6), ([-6, 5], -6), ([5, None, 900], None), ([None], None)],
)
def test_what_was_not_compared_once_is_not_compared(skews, worst):
    assert worst_of(skews) == worst


@pytest.mark.parametrize(("shown", "claim"), [(0, 0), (3, 3), (2.5, 3), (-2.5, -3)])
def test_a_claim_is_rounded_the_same_way(shown, claim):
    assert claimed_skew_seconds(later(shown), SEALED) == claim

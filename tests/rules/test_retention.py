"""Is every kind of record kept for its whole time, to the day, and longer where a matter asks?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from rules.limits import BY_NAME, LIMITS
from rules.oversight.retention import (
    RETENTION,
    CountedFrom,
    RetentionClass,
    kept_until,
    may_be_destroyed,
    years_before,
    years_of,
)

DAY = timedelta(days=1)
CONTACT = date(2016, 11, 22)


def test_every_class_has_a_period_a_start_and_a_source() -> None:
    assert set(RETENTION) == set(RetentionClass)
    assert {one.counted_from for one in RETENTION.values()} == set(CountedFrom)
    for one in RETENTION.values():
        assert one.years in BY_NAME
        assert "CFR" in one.source or "(P)" in one.source


@pytest.mark.parametrize(
    ("kind", "years"),
    [
        (RetentionClass.MEDICAL_RECORD, 10),
        (RetentionClass.CONTROLLED_SUBSTANCE, 2),
        (RetentionClass.POLICY_AND_AUDIT, 6),
    ],
)
def test_a_class_is_kept_for_its_years(kind: RetentionClass, years: int) -> None:
    assert years_of(kind) == years


def test_the_longest_class_decides_and_a_sheet_makes_it_longer() -> None:
    assert kept_until(CONTACT) == date(2026, 11, 22)
    longer = LIMITS.tightened(policy_and_audit_years=20)
    assert kept_until(CONTACT, longer) == date(2036, 11, 22)
    with pytest.raises(ValueError, match="medical_record_years"):
        LIMITS.tightened(medical_record_years=9)


@pytest.mark.parametrize(("today", "may"), [(-DAY, False), (0 * DAY, False), (DAY, True)])
def test_a_record_may_go_on_the_day_after_and_no_day_before(today: timedelta, *, may: bool) -> None:
    until = kept_until(CONTACT)
    assert may_be_destroyed(until, until + today, held=False) is may
    assert not may_be_destroyed(until, until + today, held=True)


def test_a_leap_day_makes_it_longer_and_never_shorter() -> None:
    assert kept_until(date(2024, 2, 29)) == date(2034, 3, 1)
    leap = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert years_before(leap, 6) == datetime(2018, 2, 28, 12, tzinfo=UTC)
    assert years_before(leap, 4) == datetime(2020, 2, 29, 12, tzinfo=UTC)

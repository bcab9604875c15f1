"""When do we ask again after a dose?"""

from datetime import timedelta

import pytest

from rules.aftercare.follow_up import counts, touches
from rules.terms import FollowUpKind
from tests.rules.facts_factory import NOW

BY_KIND = {touch.kind: touch for touch in touches(NOW)}


def test_six_touches_follow_every_dose() -> None:
    days = [(touch.due_at - NOW) / timedelta(days=1) for touch in touches(NOW)]
    assert days == [1, 3, 7, 14, 28, 84]
    assert tuple(BY_KIND) == tuple(FollowUpKind)


@pytest.mark.parametrize(
    ("hours", "done"), [(17.99, False), (18, True), (24, True), (36, True), (36.01, False)]
)
def test_the_24_hour_check_counts_from_18_to_36_hours(hours: float, done: bool) -> None:
    assert counts(BY_KIND[FollowUpKind.HOURS_24], NOW + timedelta(hours=hours)) is done


@pytest.mark.parametrize(("hours", "done"), [(47, False), (48, True), (500, True)])
def test_a_later_touch_opens_a_day_before_and_stays_open(hours: int, done: bool) -> None:
    assert counts(BY_KIND[FollowUpKind.HOURS_72], NOW + timedelta(hours=hours)) is done

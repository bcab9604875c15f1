"""May this clearance be spent, now, for exactly this dose?"""

from datetime import timedelta

import pytest

from rules.core import Point
from tests.rules.asking import ask, decide
from tests.rules.facts_factory import NOW
from tests.rules.rows import Row, met, not_met, params, unknown

EXPIRES = "clearance__expires_at"
SKEW = "day__clock_skew_seconds"

ROWS = (
    met("clearance_missing", clearance__exists=True),
    not_met("clearance_missing", clearance__exists=False),
    not_met("clearance_missing", clearance__voided=True),
    not_met("clearance_missing", clearance__same_inputs=False),
    unknown("clearance_missing", clearance__exists=None),
    unknown("clearance_missing", clearance__voided=None),
    unknown("clearance_missing", clearance__same_inputs=None),
    met("clearance_expired", **{EXPIRES: NOW}),
    not_met("clearance_expired", **{EXPIRES: NOW - timedelta(microseconds=1)}),
    unknown("clearance_expired", **{EXPIRES: None}),
    met("clearance_used", clearance__spent=False),
    not_met("clearance_used", clearance__spent=True),
    unknown("clearance_used", clearance__spent=None),
    met("session_already_active", clearance__other_session_active=False),
    not_met("session_already_active", clearance__other_session_active=True),
    unknown("session_already_active", clearance__other_session_active=None),
    met("clock_skew", **{SKEW: 120}),
    met("clock_skew", **{SKEW: -120}),
    not_met("clock_skew", **{SKEW: 121}),
    not_met("clock_skew", **{SKEW: -121}),
    unknown("clock_skew", **{SKEW: None}),
    met("offline_clearance_refused", clearance__exists=False, clearance__offline=None),
    not_met("offline_clearance_refused", clearance__offline=True),
    not_met("offline_clearance_refused", day__replayed_offline=True),
    unknown("offline_clearance_refused", clearance__offline=None),
    unknown("offline_clearance_refused", day__replayed_offline=None),
    met("safety_locks_broken", clearance__locks_intact=True),
    not_met("safety_locks_broken", clearance__locks_intact=False),
    unknown("safety_locks_broken", clearance__locks_intact=None),
    met("oncall_unavailable", cover__on_call_until=NOW, cover__needed_until=NOW),
    not_met(
        "oncall_unavailable",
        cover__on_call_until=NOW,
        cover__needed_until=NOW + timedelta(seconds=1),
    ),
    unknown("oncall_unavailable", cover__on_call_until=None),
    unknown("oncall_unavailable", cover__needed_until=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met


def test_broken_locks_stop_the_check_in_too():
    broken = Row("safety_locks_broken", False, {"clearance__locks_intact": False}, Point.CHECK_IN)

    assert decide(broken).codes == ("safety_locks_broken",)

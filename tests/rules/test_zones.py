"""Is every zone of the table one of the time-zone database, and does each state have its own?"""

from zoneinfo import available_timezones

import pytest

from rules.dose.zones import OLD_NAMES, ZONES, is_zone_of
from workflows.people.patients import STATES


def test_every_state_and_territory_has_a_clock() -> None:
    assert set(ZONES) == STATES


def test_every_zone_and_old_name_is_in_the_database() -> None:
    known = available_timezones()
    assert {zone for zones in ZONES.values() for zone in zones} <= known
    assert {*OLD_NAMES, *OLD_NAMES.values()} <= known


@pytest.mark.parametrize(
    ("zone", "state", "there"),
    [
        ("America/Denver", "CO", True),
        ("US/Mountain", "CO", True),
        ("America/Phoenix", "CO", False),
        ("America/Phoenix", "AZ", True),
        ("America/Chicago", "TN", True),
        ("America/New_York", "TN", True),
        ("America/Los_Angeles", "TN", False),
        ("Europe/Berlin", "NY", False),
        ("America/New_York", "XX", False),
    ],
)
def test_a_zone_belongs_to_a_state_or_not(zone: str, state: str, there: bool) -> None:
    assert is_zone_of(zone, state) is there

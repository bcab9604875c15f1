"""Is every zone of the table one of the time-zone database, and does each state have its own?"""

from importlib.resources import files
from zoneinfo import available_timezones

import pytest

from rules.dose.zones import OLD_NAMES, ZONES, is_zone_of
from workflows.people.patients import STATES

# Where a state keeps more than one time, as the federal boundaries of the zones divide it
# (49 CFR part 71) and as the time-zone database names its counties.
DIVIDED = {
    "AK": "Anchorage Juneau Sitka Metlakatla Yakutat Nome Adak",
    "AZ": "Phoenix Denver",
    "FL": "New_York Chicago",
    "ID": "Boise Denver Los_Angeles",
    "IN": "New_York Chicago Kentucky/Louisville Indiana/Indianapolis Indiana/Knox Indiana/Marengo "
    "Indiana/Petersburg Indiana/Tell_City Indiana/Vevay Indiana/Vincennes Indiana/Winamac",
    "KS": "Chicago Denver",
    "KY": "New_York Chicago Kentucky/Louisville Kentucky/Monticello",
    "MI": "Detroit Menominee",
    "ND": "Chicago Denver North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem",
    "NE": "Chicago Denver",
    "NV": "Los_Angeles Denver Boise",
    "OK": "Chicago Denver",
    "OR": "Los_Angeles Boise",
    "SD": "Chicago Denver",
    "TN": "New_York Chicago",
    "TX": "Chicago Denver",
}
OLD = {
    "America/Atka": "AK",
    "America/Fort_Wayne": "IN",
    "America/Indianapolis": "IN",
    "America/Knox_IN": "IN",
    "America/Louisville": "KY",
    "America/Shiprock": "AZ",
    "America/St_Thomas": "VI",
    "America/Virgin": "VI",
    "Navajo": "AZ",
    "Pacific/Saipan": "MP",
    "Pacific/Samoa": "AS",
    "US/Alaska": "AK",
    "US/Aleutian": "AK",
    "US/Arizona": "AZ",
    "US/Central": "IL",
    "US/East-Indiana": "IN",
    "US/Eastern": "NY",
    "US/Hawaii": "HI",
    "US/Indiana-Starke": "IN",
    "US/Michigan": "MI",
    "US/Mountain": "CO",
    "US/Pacific": "CA",
    "US/Samoa": "AS",
}


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


def test_a_divided_state_has_the_zones_of_its_parts() -> None:
    several = {state: set(zones) for state, zones in ZONES.items() if len(zones) > 1}
    assert several == {
        state: {f"America/{place}" for place in places.split()} for state, places in DIVIDED.items()
    }


@pytest.mark.parametrize(("old", "state"), OLD.items())
def test_an_old_name_means_the_zone_of_today(old: str, state: str) -> None:
    assert is_zone_of(old, state)
    assert old not in ZONES[state]
    assert set(OLD) == set(OLD_NAMES)


def test_no_zone_of_the_country_in_the_database_is_left_out() -> None:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    theirs = {row[2] for row in rows if row[0] in {"US", "AS", "GU", "MP", "PR", "VI"}}
    ours = {zone for zones in ZONES.values() for zone in zones} | set(OLD_NAMES)
    assert theirs <= ours
    assert {zone for zone in available_timezones() if zone.startswith("US/")} <= ours

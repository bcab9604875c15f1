"""Which clocks are there in a state? The zones of the time-zone database, by state.

Rules of the calendar follow the zone of the session, so a zone that no clock of the state shows is
refused. Where counties of one state keep different time, each zone is listed; old names of a zone
mean the zone of today.
"""

from collections.abc import Mapping
from types import MappingProxyType

EASTERN, CENTRAL = "America/New_York", "America/Chicago"
MOUNTAIN, PACIFIC = "America/Denver", "America/Los_Angeles"
_ATLANTIC = "America/Puerto_Rico"
_ONE_ZONE = {
    EASTERN: "CT DE DC GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV",
    CENTRAL: "AL AR IL IA LA MN MS MO WI",
    MOUNTAIN: "CO MT NM UT WY",
    PACIFIC: "CA WA",
    "Pacific/Honolulu": "HI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
    _ATLANTIC: "PR VI",
}
_SEVERAL = {
    "AK": tuple(
        f"America/{place}"
        for place in ("Anchorage", "Juneau", "Sitka", "Metlakatla", "Yakutat", "Nome", "Adak")
    ),
    "AZ": ("America/Phoenix", MOUNTAIN),
    "FL": (EASTERN, CENTRAL),
    "ID": ("America/Boise", MOUNTAIN, PACIFIC),
    "IN": (
        EASTERN,
        CENTRAL,
        "America/Kentucky/Louisville",
        *(
            f"America/Indiana/{place}"
            for place in (
                *("Indianapolis", "Knox", "Marengo", "Petersburg"),
                *("Tell_City", "Vevay", "Vincennes", "Winamac"),
            )
        ),
    ),
    "KS": (CENTRAL, MOUNTAIN),
    "KY": (EASTERN, CENTRAL, "America/Kentucky/Louisville", "America/Kentucky/Monticello"),
    "MI": ("America/Detroit", "America/Menominee"),
    "ND": (
        CENTRAL,
        MOUNTAIN,
        *(f"America/North_Dakota/{place}" for place in ("Beulah", "Center", "New_Salem")),
    ),
    "NE": (CENTRAL, MOUNTAIN),
    "NV": (PACIFIC, MOUNTAIN, "America/Boise"),
    "OK": (CENTRAL, MOUNTAIN),
    "OR": (PACIFIC, "America/Boise"),
    "SD": (CENTRAL, MOUNTAIN),
    "TN": (EASTERN, CENTRAL),
    "TX": (CENTRAL, MOUNTAIN),
}
OLD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "America/Atka": "America/Adak",
        "America/Fort_Wayne": "America/Indiana/Indianapolis",
        "America/Indianapolis": "America/Indiana/Indianapolis",
        "America/Knox_IN": "America/Indiana/Knox",
        "America/Louisville": "America/Kentucky/Louisville",
        "America/Shiprock": MOUNTAIN,
        "America/St_Thomas": _ATLANTIC,
        "America/Virgin": _ATLANTIC,
        "Navajo": MOUNTAIN,
        "Pacific/Saipan": "Pacific/Guam",
        "Pacific/Samoa": "Pacific/Pago_Pago",
        "US/Alaska": "America/Anchorage",
        "US/Aleutian": "America/Adak",
        "US/Arizona": "America/Phoenix",
        "US/Central": CENTRAL,
        "US/East-Indiana": "America/Indiana/Indianapolis",
        "US/Eastern": EASTERN,
        "US/Hawaii": "Pacific/Honolulu",
        "US/Indiana-Starke": "America/Indiana/Knox",
        "US/Michigan": "America/Detroit",
        "US/Mountain": MOUNTAIN,
        "US/Pacific": PACIFIC,
        "US/Samoa": "Pacific/Pago_Pago",
    }
)
ZONES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {state: (zone,) for zone, states in _ONE_ZONE.items() for state in states.split()} | _SEVERAL
)


def is_zone_of(zone: str, state: str) -> bool:
    """Say whether some clock of this state shows this zone; a state we do not know has none."""
    return OLD_NAMES.get(zone, zone) in ZONES.get(state, ())

"""What does the patient look at in the place of the dose, long before the day?"""

from collections.abc import Mapping
from enum import StrEnum


class HomeItem(StrEnum):
    """One line of the safety list; every line is a sentence that must be true."""

    ADDRESS = "address_is_right"
    EMERGENCY_PLAN = "emergency_plan_read"
    PHONES = "two_phones"
    SIGNAL = "calls_go_through"
    ROOM = "room_is_indoors_and_dry"
    HEIGHTS = "no_open_height"
    PATHS = "nothing_to_trip_over"
    FLAMES = "no_flame"
    CHILDREN = "children_cared_for"
    PETS = "pets_cared_for"
    MEANS = "weapons_and_medicines_locked"
    KIT = "bucket_and_water_ready"
    DAY = "nothing_else_that_day"

    @property
    def says(self) -> str:
        """Say it to the patient."""
        return _SAYS[self]


_SAYS: Mapping[HomeItem, str] = {
    HomeItem.ADDRESS: "The address we have is where I will be, and help can find the door.",
    HomeItem.EMERGENCY_PLAN: "My sitter and I have read the emergency plan together.",
    HomeItem.PHONES: "There will be two charged phones: mine and my sitter's.",
    HomeItem.SIGNAL: "Calls go through in that room.",
    HomeItem.ROOM: "It is a dry room indoors, with a place to lie down; not a vehicle, not a bath.",
    HomeItem.HEIGHTS: "No open balcony, window or stairs that I could fall from.",
    HomeItem.PATHS: "The way to the toilet is clear and lit.",
    HomeItem.FLAMES: "No candle, stove or open fire will be lit.",
    HomeItem.CHILDREN: "Someone other than my sitter and me looks after any child or dependant.",
    HomeItem.PETS: "Pets are with someone else or in another room.",
    HomeItem.MEANS: "Firearms, other weapons and spare medicines are locked away.",
    HomeItem.KIT: "A bucket, tissues and water are within reach.",
    HomeItem.DAY: "I have nothing else to do until the next day.",
}


def home_is_ready(answers: Mapping[str, bool | None]) -> bool:
    """Say whether every line was answered with yes; silence is not a yes."""
    return all(answers.get(item) is True for item in HomeItem)


def not_ready(answers: Mapping[str, bool | None]) -> tuple[HomeItem, ...]:
    """Give the lines that are not a yes, in the order of the list."""
    return tuple(item for item in HomeItem if answers.get(item) is not True)

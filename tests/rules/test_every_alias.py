"""Does each line of the tables of aliases do its own work? Nothing here reads those tables."""

import pytest

from rules.plan.names import Evidence, read
from rules.plan.resolver import ProductClaim, resolve
from rules.terms import Molecule
from tests.rules.disguises import NAMES

HOME = "esketamine_home_prohibited"
MIRROR = "enantiomer_not_allowed"
SPRAY = "intranasal_ketamine_home_prohibited"
ROUTE = "route_not_allowed_at_home"
UNRESOLVED = "product_identity_unresolved"

PIECES = (
    "50LFG02TXD",
    "L8P1H35P2Z",
    "YQEZLKZALYSWHR-ZDUSSCGKSA-N",
    "VCMGMSHEPQENPE-ZOWNYOTGSA-N",
    "33643-46-8",
    "33643-47-9",
    "50458-028",
    "50458-0028",
    "61281-8300",
    "65267-117",
    "65267-0117",
    "N06AX27",
    "N01AX14",
    "DB11823",
    "NDA211243",
    "d81a6a79-a74a-44b7-822c-0dfa3036eaed",
    "54135419",
    "(S)-2-(2-chlorophenyl)-2-(methylamino)cyclohexan-1-one",
    "(S)-(2-chlorophenyl)-2-(methylamino)cyclohexanone",
    "InChI=1S/C13H16ClNO/c1-15-13(9-5-4-8-12(13)16)10-6-2-3-7-11(10)14/h2-3,6-7,15H,4-5,8-9H2,1H3"
    "/t13-/m0/s1",
)
MIRROR_PIECES = (
    "10920-701-01",
    "10920-0701-01",
    "YQEZLKZALYSWHR-CYBMUJFWSA-N",
    "(R)-2-(2-chlorophenyl)-2-(methylamino)cyclohexan-1-one",
)
NUMBERS = (
    *("2119365", "2119377", "2119381", "2119382", "2119387", "2119388", "2119390"),
    *("2201623", "2201625", "182137"),
)
RACEMIC = (
    *({"rxcui": "6130"}, {"atc": "N01AX03"}, {"unii": "690G0D6V8H"}, {"unii": "O18YUO0I83"}),
    *({"cas": "6740-88-1"}, {"cas": "1867-66-9"}),
)
INJECTABLE = (
    *({"rxcui": code} for code in ("238082", "238083", "238084", "206967", "206970", "206972")),
    *({"ndc": code} for code in ("0409-2051-05", "42023-113-10", "71872-7296-01")),
)
# Beside those that the corpus of disguises knows.
MORE_NAMES = ("escetamine", "sketamin", "dextroketamin", "levoketamine", "ketanests", "jnj54135419")
NOT_WHEN_MISSPELT = ("ketamin", "ketamins", "ketas", "skspray")
MIRROR_NAMES = ("arketamine", "arketamin", "arketamina", "rketamine", "rketamin")
PARTS = ("esket", "escet", "sketamin", "spravat", "ketanest", "dextroket", "dextrocet")
KETAMINE_NAMES = ("ketamine", "ketamina", "ketaminum", "cetamina")
IN_OTHER_SCRIPTS = (
    "\u044d\u0441\u043a\u0435\u0442\u0430\u043c\u0438\u043d",
    "\u0441\u043f\u0440\u0430\u0432\u0430\u0442\u043e",
    "\u0435\u0441\u043a\u0435\u0442\u0430\u043c\u0456\u043d",
    "\u827e\u53f8\u6c2f\u80fa\u916e",
    "\u827e\u6c2f\u80fa\u916e",
    "\u53f3\u65cb\u6c2f\u80fa\u916e",
    "\u53f3\u6c2f\u80fa\u916e",
    "\u901f\u5f00\u6717",
    "\u30a8\u30b9\u30b1\u30bf\u30df\u30f3",
    "\u30b9\u30d7\u30e9\u30d0\u30c8",
    "\uc5d0\uc2a4\ucf00\ud0c0\ubbfc",
    "\uc2a4\ud504\ub77c\ubc14\ud1a0",
    "\u05d0\u05e1\u05e7\u05d8\u05de\u05d9\u05df",
    "\u05e1\u05e4\u05e8\u05d1\u05d8\u05d5",
    "\u0627\u0633\u0643\u064a\u062a\u0627\u0645\u064a\u0646",
    "\u0633\u0628\u0631\u0627\u0641\u0627\u062a\u0648",
    "\u0627\u0633\u06a9\u062a\u0627\u0645\u06cc\u0646",
    "\u0627\u0633\u067e\u0631\u0627\u0648\u0627\u062a\u0648",
    "\u090f\u0938\u094d\u0915\u0947\u091f\u093e\u092e\u093e\u0907\u0928",
    "\u0938\u094d\u092a\u094d\u0930\u093e\u0935\u093e\u091f\u094b",
    "\u098f\u09b8\u0995\u09c7\u099f\u09be\u09ae\u09bf\u09a8",
    "\u0e40\u0e2d\u0e2a\u0e04\u0e35\u0e15\u0e32\u0e21\u0e35\u0e19",
    "\u0e40\u0e2d\u0e2a\u0e40\u0e04\u0e15\u0e32\u0e21\u0e35\u0e19",
)
KETAMINE_IN_OTHER_SCRIPTS = (
    "\u6c2f\u80fa\u916e",
    "\u30b1\u30bf\u30df\u30f3",
    "\ucf00\ud0c0\ubbfc",
    "\u043a\u0435\u0442\u0430\u043c\u0438\u043d",
    "\u05e7\u05d8\u05de\u05d9\u05df",
    "\u0643\u064a\u062a\u0627\u0645\u064a\u0646",
    "\u06a9\u062a\u0627\u0645\u06cc\u0646",
    "\u03ba\u03b5\u03c4\u03b1\u03bc\u03af\u03bd\u03b7",
)
S_MARKERS = ("s", "es", "dextro", "levo", "dexter", "sinister", "splus", "esk")
R_MARKERS = ("r", "ar", "rminus")
NASAL_WORDS = ("nasal", "intranasal", "spray", "nosespray", "nose", "sprays", "sniff")


@pytest.mark.parametrize(
    ("code", "found"),
    [*((code, HOME) for code in PIECES), *((code, MIRROR) for code in MIRROR_PIECES)],
)
def test_a_code_bars_wherever_it_stands(code: str, found: str) -> None:
    assert resolve(ProductClaim(other_codes=(code,), text="ketamine")).code == found
    assert resolve(ProductClaim(text=f"ketamine, see {code}, troche")).code == found


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_bars_as_a_whole_and_not_inside_another(number: str) -> None:
    assert resolve(ProductClaim(rxcui=number, text="ketamine")).code == HOME
    assert resolve(ProductClaim(rxcui=f"9{number}9", text="ketamine")).code == UNRESOLVED


@pytest.mark.parametrize("claim", RACEMIC)
def test_a_code_of_racemic_ketamine_says_what_it_is(claim: dict[str, str]) -> None:
    assert resolve(ProductClaim(**claim)).molecules == (Molecule.KETAMINE,)
    assert resolve(ProductClaim(**claim, text="ketamine")).code is None


@pytest.mark.parametrize("system", ["rxcui", "unii", "cas", "atc", "ndc", "formulary_code"])
def test_a_code_that_nobody_knows_leaves_a_good_name_unknown(system: str) -> None:
    claim = ProductClaim(**{system: "12345-678-90"}, text="ketamine")
    assert resolve(claim).code == UNRESOLVED


@pytest.mark.parametrize("claim", INJECTABLE)
def test_a_product_for_injection_does_not_go_home(claim: dict[str, str]) -> None:
    found = resolve(ProductClaim(**claim, text="ketamine"))
    assert (found.code, found.molecules) == (ROUTE, (Molecule.KETAMINE,))


@pytest.mark.parametrize("name", [*NAMES, *MORE_NAMES, *NOT_WHEN_MISSPELT])
def test_a_name_bars_as_it_is(name: str) -> None:
    assert resolve(ProductClaim(text=name)).code == HOME


@pytest.mark.parametrize("name", [*NAMES, *MORE_NAMES, *NOT_WHEN_MISSPELT])
def test_a_name_bars_cut_in_two(name: str) -> None:
    assert resolve(ProductClaim(text=f"{name[:3]} {name[3:]}")).code == HOME


@pytest.mark.parametrize("name", [*NAMES, *MORE_NAMES])
def test_a_name_bars_from_behind(name: str) -> None:
    assert resolve(ProductClaim(text=name[::-1])).code == HOME


@pytest.mark.parametrize("name", MIRROR_NAMES)
def test_the_name_of_the_mirror_image_bars_cut_in_two(name: str) -> None:
    assert resolve(ProductClaim(text=f"{name[:4]} {name[4:]}")).code == MIRROR


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_name_bars_inside_any_word(part: str) -> None:
    assert resolve(ProductClaim(text=f"zz{part}zz")).code == HOME


@pytest.mark.parametrize("name", KETAMINE_NAMES)
def test_ketamine_is_known_in_its_languages(name: str) -> None:
    assert resolve(ProductClaim(text=name)).code is None


@pytest.mark.parametrize("name", IN_OTHER_SCRIPTS)
def test_a_name_in_another_script_bars_letter_by_letter(name: str) -> None:
    assert Evidence(Molecule.ESKETAMINE, "name in another script") in read(" ".join(name))


@pytest.mark.parametrize("name", KETAMINE_IN_OTHER_SCRIPTS)
def test_a_marker_beside_ketamine_in_another_script_bars(name: str) -> None:
    assert resolve(ProductClaim(text=f"S-{name}")).code == HOME
    assert resolve(ProductClaim(text=f"{name}dextro")).code == HOME


# "sktmyn" and "rktmyn" in Arabic letters, as somebody writes who has only heard the name.
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u0633\u0643\u062a\u0645\u064a\u0646", HOME),
        ("\u0631\u0643\u062a\u0645\u064a\u0646", MIRROR),
    ],
)
def test_the_consonants_are_enough_where_vowels_are_not_written(name: str, code: str) -> None:
    assert resolve(ProductClaim(text=name)).code == code


@pytest.mark.parametrize(
    ("marker", "code"),
    [*((one, HOME) for one in S_MARKERS), *((one, MIRROR) for one in R_MARKERS)],
)
def test_a_marker_beside_ketamine_bars(marker: str, code: str) -> None:
    assert resolve(ProductClaim(text=f"ketamine, {marker}")).code == code


@pytest.mark.parametrize("word", NASAL_WORDS)
def test_a_word_of_the_nose_keeps_ketamine_from_home(word: str) -> None:
    assert resolve(ProductClaim(text=f"ketamine {word}")).code == SPRAY

"""Is esketamine found in every disguise, and ordinary ketamine in none?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.plan.aliases import ESKETAMINE_EXACT_NAMES, ESKETAMINE_NAMES
from rules.plan.names import named_barred
from rules.plan.resolver import ProductClaim, resolve
from rules.plan.spelling import ndc_11
from rules.terms import DoseForm, Molecule, Route

HOME = "esketamine_home_prohibited"
UNRESOLVED = "product_identity_unresolved"
SPRAY = "intranasal_ketamine_home_prohibited"
ROUTE = "route_not_allowed_at_home"
MIRROR = "enantiomer_not_allowed"

DISGUISES = (
    *sorted(ESKETAMINE_NAMES | ESKETAMINE_EXACT_NAMES),
    "Sprav\u200bato",
    "Spra\u00advato",
    "SPRAVATO\u00ae",
    "S p r a v a t o",
    "spra-va-to",
    "sprav_ato 56 mg kit",
    "5pr4v4t0",
    "$pravato",
    "\u0405\u0440r\u0430v\u0430t\u043e",
    "\uff33\uff50\uff52\uff41\uff56\uff41\uff54\uff4f",
    "\u202eSpravato",
    "Spravatos",
    "Spravvatto",
    "S\u041aetamine (S+)",
    "esk\u00e9tamine",
    "esketmine",
    "eskatamine",
    "es-ketamine",
    "es ketamine hydrochloride",
    "S-ketamine",
    "(S)-ketamine",
    "S(+)-ketamine",
    "S-(+)-ketamine",
    "(+)-ketamine",
    "+-ketamine",
    "S\u207a-ketamine",
    "L-ketamine",
    "(-)-ketamine",
    "(\u2212)-ketamine",
    "d-ketamine",
    "(5)-ketamine",
    "5-ketamine",
    "ketamine (S)",
    "ketamine, S isomer",
    "dextro ketamine",
    "e5ket4m1ne troche",
    "\u03b5sketamine",
    "compounded esketamine nasal spray",
    "SK spray",
    "generic Spravato",
    "Keta-S",
    "Ketamin-S",
    "Ketanest S 25 mg/ml",
    "ketamine + esketamine 50 mg",
    "JNJ-54135419",
    "(2S)-2-(2-chlorophenyl)-2-(methylamino)cyclohexan-1-one",
    "CAS 33643-46-8",
    "UNII 50LFG02TXD",
    "5OLFG02TXD",
    "rxnorm 2201623",
    "VCMGMSHEPQENPE-ZOWNYOTGSA-N",
    "NDC 50458-028-02",
    "\u044d\u0441\u043a\u0435\u0442\u0430\u043c\u0438\u043d",
    "\u827e\u53f8\u6c2f\u80fa\u916e\u9f3b\u55b7\u96fe\u5242",
)
PLAIN = (
    "ketamine",
    "Ketamine",
    "KETAMINE HCL",
    "ketamine hydrochloride",
    "ketamine RDT 100 mg",
    "racemic ketamine troche",
    "ketamine hydrochloride 100mg rapidly dissolving tablet",
    "(RS)-ketamine",
    "(R,S)-ketamine 50 mg lozenge",
    "(\u00b1)-ketamine",
    "(+/-)-ketamine",
    "rac-ketamine",
    "k\u00e9tamine",
    "ketamina 100 mg",
    "5 ketamine troches",
    "3 doses ketamine",
    "troches ketamine 100 mg",
    "ketamine 5 mg",
    "ketamine 12.5 mg SL",
)
ODD = {
    "ketamines": UNRESOLVED,
    "uses ketamine": UNRESOLVED,
    "ketamine and lidocaine": UNRESOLVED,
    "sertraline": UNRESOLVED,
    "deschloroketamine": UNRESOLVED,
    "": UNRESOLVED,
    "compounded ketamine nasal spray 150 mg/mL": SPRAY,
    "ketamine + oxytocin spray": SPRAY,
    "Ketalar": ROUTE,
    "ketamine for injection 50 mg/mL vial": ROUTE,
    "ketamine cream": ROUTE,
    "ketamine suppository": ROUTE,
    "arketamine": MIRROR,
    "R-ketamine": MIRROR,
    "(R)-ketamine troche": MIRROR,
}
SPRAVATO_NDCS = (
    "50458-028-02",
    "50458-0028-02",
    "5045802802",
    "50458002803",
    "050458002802",
    "50458 028 00",
    "350458028021",
    "61281-8300-2",
    "65267-117-01",
    "\uff15\uff10\uff14\uff15\uff18-028-02",
)


@pytest.mark.parametrize("text", DISGUISES)
def test_a_disguise_is_seen_through(text):
    found = resolve(ProductClaim(text=text, route=Route.SUBLINGUAL))

    assert (found.code, found.blocked, found.is_esketamine) == (HOME, True, True)
    assert named_barred(text) is Molecule.ESKETAMINE


@pytest.mark.parametrize("text", PLAIN)
def test_plain_ketamine_is_never_taken_for_esketamine(text):
    found = resolve(ProductClaim(text=text))

    assert (found.code, found.molecules, found.codes_agree) == (None, (Molecule.KETAMINE,), True)
    assert not found.blocked


@pytest.mark.parametrize(("text", "code"), ODD.items())
def test_what_is_not_plain_ketamine_has_its_own_reason(text, code):
    assert resolve(ProductClaim(text=text)).code == code


@pytest.mark.parametrize("ndc", SPRAVATO_NDCS)
def test_a_code_beats_a_harmless_name(ndc):
    found = resolve(ProductClaim(ndc=ndc, text="ketamine RDT 100 mg", formulary_code="KET-RDT"))

    assert (found.code, found.matched_by) == (HOME, "code")


@pytest.mark.parametrize(
    "claim",
    [
        {"rxcui": "2119365"},
        {"rxcui": "2201625"},
        {"unii": "l8p1h35p2z"},
        {"cas": "33643-47-9"},
        {"atc": "N06AX27"},
        {"atc": "n01ax14"},
        {"other_codes": ("DB11823",)},
        {"other_codes": ("d81a6a79-a74a-44b7-822c-0dfa3036eaed",)},
        {"formulary_code": "SPRAVATO-56"},
        {"rxcui": "6130", "unii": "50LFG02TXD"},
        {"rxcui": "50458-028-03"},
    ],
)
def test_every_code_system_blocks_esketamine(claim):
    assert resolve(ProductClaim(**claim)).code == HOME


@pytest.mark.parametrize(
    "claim", [{"rxcui": "6130"}, {"unii": "690G0D6V8H"}, {"unii": "O18YUO0I83"}, {"atc": "N01AX03"}]
)
def test_racemic_codes_are_allowed(claim):
    found = resolve(ProductClaim(**claim, text="ketamine troche", form=DoseForm.TROCHE))

    assert (found.code, found.molecules) == (None, (Molecule.KETAMINE,))


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ({}, UNRESOLVED),
        ({"rxcui": "6130", "text": "sertraline"}, UNRESOLVED),
        ({"rxcui": "2284670", "text": "ketamine"}, UNRESOLVED),
        ({"ndc": "12345-678-90", "text": "ketamine"}, UNRESOLVED),
        ({"other_codes": ("7285",), "text": "ketamine"}, UNRESOLVED),
        ({"formulary_code": "KET-RDT-100"}, UNRESOLVED),
        ({"rxcui": "6130", "route": Route.NASAL}, SPRAY),
        ({"rxcui": "6130", "form": DoseForm.NASAL_SPRAY}, SPRAY),
        ({"rxcui": "6130", "route": Route.INTRAVENOUS}, ROUTE),
        ({"rxcui": "6130", "form": DoseForm.INJECTION}, ROUTE),
        ({"rxcui": "238082"}, ROUTE),
        ({"ndc": "0409-2051-05"}, ROUTE),
        ({"ndc": "10920-701-01", "text": "ketamine"}, MIRROR),
    ],
)
def test_doubt_and_routes_block(claim, code):
    found = resolve(ProductClaim(**claim))

    assert (found.code, found.blocked) == (code, True)


def test_our_own_list_says_what_it_holds():
    shelf = {"KET-RDT-100": (Molecule.KETAMINE,), "X-1": (Molecule.ESKETAMINE,)}

    assert resolve(ProductClaim(formulary_code="KET-RDT-100"), shelf).code is None
    assert resolve(ProductClaim(formulary_code="X-1"), shelf).code == HOME


@pytest.mark.parametrize(
    ("ndc", "forms"),
    [
        ("0409-2051-05", ("00409205105",)),
        ("50458-028-02", ("50458002802",)),
        ("12345-6789-1", ("12345678901",)),
        ("50458-0028-02", ("50458002802",)),
        ("050458-0028-02", ("50458002802",)),
        ("150458002802", ("150458002802",)),
        ("50458002802", ("50458002802",)),
        ("5045802802", ("05045802802", "50458002802", "50458028002")),
        ("50458-028", ()),
        ("", ()),
    ],
)
def test_an_ndc_of_any_format_has_eleven_digits(ndc, forms):
    assert ndc_11(ndc) == forms


@given(
    st.sampled_from(["spravato", "esketamine", "ketanest", "arketamine"]),
    st.sampled_from(["\u200b", "\u00ad", "\u0301", " ", "-", ".", "\u2060", "'"]),
    st.integers(1, 7),
)
def test_no_sign_inside_a_name_hides_it(name, sign, where):
    assert resolve(ProductClaim(text=name[:where] + sign + name[where:])).blocked


@given(st.text(max_size=40))
def test_any_text_at_all_gets_an_answer(text):
    found = resolve(ProductClaim(text=text))

    assert found.blocked is (found.code is not None)


@pytest.mark.parametrize(
    "text",
    [
        "%53pravato",
        "&#83;pravato",
        "&amp;#83;pravato",
        "sprav<i>a</i>to",
        "ketamine%2C%20S-",
        "ketamine 100 mg" + "".join(chr(0xE0000 + ord(sign)) for sign in "esketamine"),
        "\u202eotavarps",
        "otavarps",
        "Sprava\u0442\u043e",  # two letters of it Cyrillic
        "\u0421\u043f\u0440a\u0432ato",  # some by their look, some by their sound
        "ketam\u00edna S(+)",
        "NDA 211243",
        "jnj 54135419-aac",
        "RxCUI 22O1623",
        "\u0665\u0660\u0664\u0665\u0668-028-02",
    ],
)
def test_what_is_written_for_programs_is_read_as_well(text):
    assert resolve(ProductClaim(text=text)).code == HOME
    assert named_barred(text) is Molecule.ESKETAMINE


@pytest.mark.parametrize(
    "text",
    ["\u043a\u0435\u0442\u0430\u043c\u0438\u043d", "\u6c2f\u80fa\u916e", "ketamin\u00e9 troche x"],
)
def test_another_script_makes_no_product_known(text):
    assert resolve(ProductClaim(text=text)).blocked


# Undoing escapes ends somewhere; what is buried deeper than that must not pass for plain words.
@pytest.mark.parametrize("deep", [1, 2, 3, 4, 8])
def test_a_name_buried_in_escapes_of_escapes_goes_nowhere(deep: int) -> None:
    text = "".join(f"%{'25' * (deep - 1)}{ord(letter):02x}" for letter in "spravato")
    found = resolve(ProductClaim(text=text, route=Route.SUBLINGUAL, form=DoseForm.TROCHE))
    assert found.code == (HOME if deep <= 3 else UNRESOLVED)

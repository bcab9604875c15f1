"""Does the catalogue know a product by its molecule, whatever it is called?"""

import pytest

from rules.plan.resolver import ProductClaim
from rules.terms import Molecule, Setting
from tests.factories.clinic import Clinic
from workflows.plan import catalogue
from workflows.platform.errors import RecordForbids


def test_the_catalogue_lists_where_each_product_may_be_taken(clinic: Clinic) -> None:
    with clinic.as_patient() as work:
        listed = {product.code: product for product in catalogue.read_products(work)}
    assert listed["spravato-28"].settings == (Setting.CERTIFIED_SITE,)
    assert Setting.HOME in listed["ket-rdt-100"].settings
    assert Setting.HOME not in listed["ket-iv-50"].settings


@pytest.mark.parametrize(
    "claim",
    [
        ProductClaim(text="Spravato"),
        ProductClaim(text="spravado nasal spray"),
        ProductClaim(text="(S)-ketamine troche"),
        ProductClaim(ndc="50458-028-02"),
        ProductClaim(rxcui="2119365"),
        ProductClaim(unii="50LFG02TXD"),
        ProductClaim(atc="N06AX27"),
        ProductClaim(formulary_code="spravato-28"),
        ProductClaim(text="ketamine tablet", other_codes=("50458-0028-03",)),
    ],
)
def test_esketamine_is_barred_from_the_home_with_words_for_the_patient(
    clinic: Clinic, claim: ProductClaim
) -> None:
    with clinic.as_patient() as work:
        found = catalogue.resolve_product(work, claim)
    assert (found.barred_at_home, found.code) == (True, "esketamine_home_prohibited")
    assert "can't be taken at home" in found.says
    assert "certified site" in found.remedy


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (ProductClaim(text="ketamine nasal spray"), "intranasal_ketamine_home_prohibited"),
        (ProductClaim(text="ketamine injection"), "route_not_allowed_at_home"),
        (ProductClaim(text="arketamine lozenge"), "enantiomer_not_allowed"),
        (ProductClaim(text="something new"), "product_identity_unresolved"),
        (ProductClaim(), "product_identity_unresolved"),
        (ProductClaim(formulary_code="ket-im-50"), "product_not_on_home_formulary"),
        (ProductClaim(formulary_code="nowhere-1"), "product_identity_unresolved"),
    ],
)
def test_whatever_is_not_known_as_safe_stays_out(
    clinic: Clinic, claim: ProductClaim, code: str
) -> None:
    with clinic.as_patient() as work:
        found = catalogue.resolve_product(work, claim)
    assert (found.barred_at_home, found.code) == (True, code)


def test_a_product_of_the_home_list_is_not_barred(clinic: Clinic) -> None:
    with clinic.as_patient() as work:
        found = catalogue.resolve_product(work, ProductClaim(formulary_code="ket-rdt-100"))
    assert not found.barred_at_home
    assert found.molecules == (Molecule.KETAMINE,)


def test_a_barred_word_beside_a_listed_code_wins(clinic: Clinic) -> None:
    with clinic.acting() as work, pytest.raises(RecordForbids) as refused:
        catalogue.for_home(work, "ket-rdt-100", ProductClaim(text="generic Spravato"))
    assert refused.value.code == "esketamine_home_prohibited"


def test_codes_that_do_not_agree_are_refused(clinic: Clinic) -> None:
    with clinic.acting() as work, pytest.raises(RecordForbids) as refused:
        catalogue.for_home(work, "ket-rdt-100", ProductClaim(rxcui="999999"))
    assert refused.value.code == "product_identity_unresolved"

"""Does a client learn what a product is, in words a patient understands?"""

from typing import Any

import pytest

from tests.api.conftest import ClientFor
from tests.factories.clinic import Clinic


def test_the_products_are_listed_with_their_settings(client_for: ClientFor, clinic: Clinic) -> None:
    answer = client_for(clinic.patient.user_id).get("/products")
    assert answer.status_code == 200
    settings = {product["code"]: product["settings"] for product in answer.json}
    assert settings["spravato-28"] == ["certified_site"]


@pytest.mark.parametrize(
    "claim",
    [
        {"text": "Spravato"},
        {"text": "\u0455\u0440ravato 28mg"},
        {"text": "es-ketamine"},
        {"ndc": "50458-028-02"},
        {"rxcui": "2119365"},
        {"text": "ketamine", "unii": "50LFG02TXD"},
    ],
)
def test_spravato_is_never_for_home_and_the_answer_says_why(
    client_for: ClientFor, clinic: Clinic, claim: dict[str, Any]
) -> None:
    answer = client_for(clinic.patient.user_id).post("/products/resolve", claim, key=None)
    assert answer.status_code == 200
    assert answer.json["barred_at_home"] is True
    assert answer.json["code"] == "esketamine_home_prohibited"
    assert "They are wrong" in answer.json["says"]


def test_what_a_client_believes_about_a_product_is_not_asked(
    client_for: ClientFor, clinic: Clinic
) -> None:
    claim = {"text": "ketamine", "is_esketamine": False}
    answer = client_for(clinic.patient.user_id).post("/products/resolve", claim, key=None)
    assert answer.status_code == 422


def test_nobody_asks_without_signing_in(anonymous: Any) -> None:
    assert anonymous.get("/products").status_code == 401

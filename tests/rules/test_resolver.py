"""Do molecules, reason and the sign that decided agree with what was said?"""

import pytest

from rules.plan.resolver import ProductClaim, resolve
from rules.terms import Molecule

KETAMINE, ESKETAMINE = Molecule.KETAMINE, Molecule.ESKETAMINE


@pytest.mark.parametrize(
    ("claim", "molecules", "matched_by", "agree"),
    [
        ({"text": "ketamine"}, (KETAMINE,), "name", True),
        ({"rxcui": "6130"}, (KETAMINE,), "rxcui", True),
        ({"rxcui": "6130", "text": "sertraline"}, (KETAMINE,), "unknown word", False),
        ({"text": "sertraline"}, (), "unknown word", False),
        ({"text": "nasal"}, (), "nothing", False),
        ({}, (), "nothing", False),
        ({"text": "ketamine", "unii": "50LFG02TXD"}, (ESKETAMINE, KETAMINE), "code", False),
        ({"text": "Spravato"}, (ESKETAMINE,), "name", True),
    ],
)
def test_what_decided_and_whether_all_of_it_agrees(claim, molecules, matched_by, agree) -> None:
    found = resolve(ProductClaim(**claim))
    assert set(found.molecules) == set(molecules)
    assert (found.matched_by, found.codes_agree) == (matched_by, agree)

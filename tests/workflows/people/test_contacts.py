"""Are two spellings of one address, or of one number, found to be the same?"""

import pytest

from workflows.people import contacts


@pytest.mark.parametrize(
    "spelling",
    [
        "pat.ient@example.org",
        "PatIent@Example.ORG",
        "pat.i.ent+sitter@example.org",
        " patient@example.org. ",
    ],
)
def test_aliases_are_one_address(spelling: str) -> None:
    assert contacts.email_of(spelling) == "patient@example.org"


@pytest.mark.parametrize("other", ["patient@example.com", "patients@example.org", "+@example.org"])
def test_other_addresses_stay_apart(other: str) -> None:
    assert contacts.email_of(other) != "patient@example.org"


@pytest.mark.parametrize(
    "spelling",
    [
        "+13035550100",
        "(303) 555-0100",
        "303.555.0100",
        "1 303 555 0100",
        "001 303 555 0100",
        "011 1 303 555 0100",
    ],
)
def test_one_number_has_many_spellings(spelling: str) -> None:
    assert contacts.phone_of(spelling) == "13035550100"


def test_a_number_of_another_country_stays_one() -> None:
    assert contacts.phone_of("+49 30 901820") == "4930901820"

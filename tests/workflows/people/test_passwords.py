"""Is a password refused for being known, and never for lacking a sign?"""

import pytest

from workflows.people import passwords
from workflows.platform.errors import InvalidContent
from workflows.platform.settings import PasswordCost

CHEAP = PasswordCost(1, 8, 1)


@pytest.mark.asvs("6.2.5", "6.2.9")
@pytest.mark.parametrize(
    "chosen",
    [
        "a quiet walk along the river",
        "nine green apples",
        "Ünter alten Bäumen",
        "k" * 8 + "lmnopqrstuv" * 20,
        "ein ganz langer Satz " * 12,
    ],
)
def test_length_is_all_that_is_asked(chosen: str) -> None:
    kept = passwords.hash_new(CHEAP, chosen[:256])

    assert kept.startswith("$argon2id$")
    assert passwords.matches(CHEAP, kept, chosen[:256])


@pytest.mark.asvs("6.2.4", "6.2.12")
@pytest.mark.parametrize(
    "chosen",
    [
        "fourteen signs",
        "x" * 257,
        "passwordpassword",
        "Pass Word Pass Word",
        "123456789012345",
        "qwertyuiopasdfgh",
        "ababababababababab",
        "vigil password vigil",
        "robin.hood@example.org",
        "Robin Hood Robin Hood 1",
        "spravato ketamine 12",
    ],
)
def test_what_others_know_or_choose_is_refused(chosen: str) -> None:
    with pytest.raises(InvalidContent) as refused:
        passwords.hash_new(CHEAP, chosen, "robin.hood@example.org", "Robin Hood")

    assert list(refused.value.more["errors"]) == ["password"]
    assert chosen not in str(refused.value.more)


@pytest.mark.asvs("6.2.8", "6.2.9")
def test_no_sign_of_a_long_password_is_ignored() -> None:
    long = "a quiet walk along the river " * 8
    kept = passwords.hash_new(CHEAP, long)

    assert not passwords.matches(CHEAP, kept, long[:-1] + "!")


def test_two_keyboards_write_the_same_accent() -> None:
    kept = passwords.hash_new(CHEAP, "caf\N{LATIN SMALL LETTER E WITH ACUTE} by the quiet sea")

    assert passwords.matches(CHEAP, kept, "cafe\N{COMBINING ACUTE ACCENT} by the quiet sea")


def test_nobodys_password_is_never_right() -> None:
    assert not passwords.matches(CHEAP, None, "the password of nobody at all")


@pytest.mark.asvs("11.4.2")
def test_a_hash_is_renewed_only_when_the_price_has_risen() -> None:
    kept = passwords.hash_new(CHEAP, "a quiet walk along the river")

    assert passwords.hashed_again(CHEAP, kept, "a quiet walk along the river") == kept
    dearer = passwords.hashed_again(PasswordCost(2, 16, 1), kept, "a quiet walk along the river")
    assert "m=16,t=2,p=1" in dearer

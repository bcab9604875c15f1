"""Is a password refused for being known, and never for lacking a sign?"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from argon2 import PasswordHasher

from workflows.people import passwords
from workflows.platform.errors import InvalidContent, Unavailable
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


@pytest.mark.asvs("6.2.1")
@pytest.mark.parametrize(("beside", "least"), [(False, 15), (True, 8)])
def test_a_password_beside_a_factor_may_be_half_as_long(beside: bool, least: int) -> None:
    shortest = passwords.shortest(beside_factor=beside)
    drawn = "Xk4vRt9uQm2wZp7"
    assert passwords.hash_new(CHEAP, drawn[:least], shortest=shortest)
    with pytest.raises(InvalidContent):
        passwords.hash_new(CHEAP, drawn[: least - 1], shortest=shortest)
    assert passwords.is_short(drawn[:14])
    assert not passwords.is_short(drawn)


KNOWN = [
    "password1",
    "P@ssw0rd",
    "Passw0rd!",
    "welcome123",
    "Summer2026",
    "summer26!",
    "letmein99",
    "monkey2026",
    "dragon12",
    "12345678",
    "87654321",
    "abcd1234",
    "1qaz2wsx",
    "qwertyui",
    "asdfghjk",
    "zxcvbnm1",
    "qwerty99",
    "iloveyou2",
    "ketamine1",
    "Ketam1ne",
    "vigilvigil",
    "aaaabbbb",
    "!!!!!!!!",
    "robinhood",
    "Robin1234",
]


# A short one is guessed by what everybody does to a word everybody knows.
@pytest.mark.asvs("6.2.4", "6.2.12")
@pytest.mark.parametrize("chosen", KNOWN)
def test_a_short_password_is_no_known_word(chosen: str) -> None:
    with pytest.raises(InvalidContent):
        passwords.hash_new(CHEAP, chosen, "robin.hood@example.org", "Robin Hood", shortest=8)


@pytest.mark.asvs("6.2.5")
@pytest.mark.parametrize("chosen", ["tin-moss", "plumvase", "k3!x-9wq", "74 boats", "Öl & Reis"])
def test_a_short_password_needs_no_mixture_of_signs(chosen: str) -> None:
    assert passwords.hash_new(CHEAP, chosen, "robin.hood@example.org", "Robin Hood", shortest=8)


# A crowd at the sign-in took every thread, and the call for help waited behind it.
@pytest.mark.api_top_ten("API4.password_work")
def test_few_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = passwords.hash_new(CHEAP, "a quiet walk along the river")
    passwords.matches(CHEAP, None, "nobody")  # what stands for nobody is hashed once
    inside, most, lock = 0, 0, threading.Lock()
    verify = PasswordHasher.verify

    def slowly(self: PasswordHasher, *told: str) -> bool:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.05)
        try:
            return bool(verify(self, *told))
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(PasswordHasher, "verify", slowly)
    with ThreadPoolExecutor(8) as pool:
        same = ["a quiet walk along the river"] * 8
        assert all(pool.map(lambda said: passwords.matches(CHEAP, kept, said), same))
    assert most == passwords.AT_ONCE


@pytest.mark.api_top_ten("API4.password_work")
def test_whoever_would_wait_long_is_told_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "TURN_SECONDS", 0.01)
    with ExitStack() as others:
        for _ in range(passwords.AT_ONCE):
            others.enter_context(passwords._a_turn())
        for act in (
            lambda: passwords.matches(CHEAP, None, "a quiet walk along the river"),
            lambda: passwords.hash_new(CHEAP, "a quiet walk along the river"),
        ):
            with pytest.raises(Unavailable):
                act()
    assert not passwords.matches(CHEAP, None, "a quiet walk along the river")

"""Is this password good enough to choose, and is it the one that was chosen?

Length is asked for and no mixture of signs; what everybody chooses, and what is known about the
person, is refused. Checking costs the same work whether or not there is anything to check against.
"""

import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from workflows.platform.errors import InvalidContent
from workflows.platform.settings import PasswordCost

SHORTEST, LONGEST = 15, 256
_COMMON = Path(__file__).with_name("common_passwords.txt")
_HOUSE_WORDS = ("vigil", "ketamine", "esketamine", "spravato", "password", "passphrase")
_OWN_SIGNS_LEAST = 8
_DIFFERENT_SIGNS_LEAST = 5


def hash_new(cost: PasswordCost, password: str, *about: str) -> str:
    """Hash a password that somebody chose, or say why to choose another one."""
    plain = _same_form(password)
    if reason := _why_not(plain, about):
        raise InvalidContent("Choose another password.", errors={"password": [reason]})
    return _hasher(cost).hash(plain)


def matches(cost: PasswordCost, kept: str | None, password: str) -> bool:
    """Compare, with the work of one hash also when there is nothing to compare with."""
    hasher = _hasher(cost)
    try:
        return hasher.verify(kept or _nobodys(cost), _same_form(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def hashed_again(cost: PasswordCost, kept: str, password: str) -> str:
    """Give the hash at today's cost; the old one where its cost is today's."""
    hasher = _hasher(cost)
    return hasher.hash(_same_form(password)) if hasher.check_needs_rehash(kept) else kept


@cache
def common_passwords() -> frozenset[str]:
    """Give the long passwords that many people choose."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(_bare(line) for line in lines if line and not line.startswith("#"))


def _why_not(plain: str, about: tuple[str, ...]) -> str:
    if len(plain) < SHORTEST:
        return f"At least {SHORTEST} characters; a few words in a row are easy to remember."
    if len(plain) > LONGEST:
        return f"At most {LONGEST} characters."
    if _bare(plain) in common_passwords() or len(set(_bare(plain))) < _DIFFERENT_SIGNS_LEAST:
        return "Many people use this one."
    if len(_without_known_words(plain, about)) < _OWN_SIGNS_LEAST:
        return "It is made of words that others know about you or about this service."
    return ""


def _without_known_words(plain: str, about: tuple[str, ...]) -> str:
    told = {part for text in about for part in text.casefold().replace("@", " ").split()}
    rest = plain.casefold()
    for word in sorted({*told, *_HOUSE_WORDS}, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 2 else rest
    return _bare(rest)


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _same_form(password: str) -> str:
    """One keyboard composes an accent, another does not: both mean the same password."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(cost.time_cost, cost.memory_kib, cost.parallelism, type=Type.ID)


@cache
def _nobodys(cost: PasswordCost) -> str:
    return _hasher(cost).hash("the password of nobody at all")

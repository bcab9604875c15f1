"""Is this password good enough to choose, and is it the one that was chosen?

Length is asked for and no mixture of signs; what everybody chooses, and what is known about the
person, is refused. Checking costs the same work whether or not there is anything to check against.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from workflows.platform.errors import InvalidContent, Unavailable
from workflows.platform.settings import PasswordCost

SHORTEST, SHORTEST_BESIDE_FACTOR, LONGEST = 15, 8, 256
# Hashing is heavy on purpose. Of the threads of a server some always stay for calls for help.
AT_ONCE, TURN_SECONDS = 2, 2.0
_TURNS = threading.BoundedSemaphore(AT_ONCE)
_COMMON = Path(__file__).with_name("common_passwords.txt")
_COMMON_WORDS = Path(__file__).with_name("common_words.txt")
_HOUSE_WORDS = ("vigil", "ketamine", "esketamine", "spravato", "password", "passphrase")
_OWN_SIGNS_LEAST = {SHORTEST: 8, SHORTEST_BESIDE_FACTOR: 5}
_READ_AS = str.maketrans("0134578@$!", "oieastbasi")
_ROW_LEAST = 5
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv",
)
_DIFFERENT_SIGNS_LEAST = 5


def shortest(*, beside_factor: bool) -> int:
    """Say how long a password must be: half as long where it is not the only secret."""
    return SHORTEST_BESIDE_FACTOR if beside_factor else SHORTEST


def is_short(password: str) -> bool:
    """Say whether a password would be too short without a second factor beside it."""
    return len(_same_form(password)) < SHORTEST


def hash_new(cost: PasswordCost, password: str, *about: str, shortest: int = SHORTEST) -> str:
    """Hash a password that somebody chose, or say why to choose another one."""
    plain = _same_form(password)
    if reason := _why_not(plain, about, shortest):
        raise InvalidContent("Choose another password.", errors={"password": [reason]})
    with _a_turn():
        return _hasher(cost).hash(plain)


def matches(cost: PasswordCost, kept: str | None, password: str) -> bool:
    """Compare, with the work of one hash also when there is nothing to compare with."""
    known = kept or _nobodys(cost)
    try:
        with _a_turn():
            return _hasher(cost).verify(known, _same_form(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def hashed_again(cost: PasswordCost, kept: str, password: str) -> str:
    """Give the hash at today's cost; the old one where its cost is today's."""
    hasher = _hasher(cost)
    if not hasher.check_needs_rehash(kept):
        return kept
    with _a_turn():
        return hasher.hash(_same_form(password))


@contextmanager
def _a_turn() -> Iterator[None]:
    """Hash beside few others; whoever would wait long is told to try again, and nothing is kept."""
    if not _TURNS.acquire(timeout=TURN_SECONDS):
        raise Unavailable
    try:
        yield
    finally:
        _TURNS.release()


@cache
def common_passwords() -> frozenset[str]:
    """Give the long passwords that many people choose."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(_bare(line) for line in lines if line and not line.startswith("#"))


def _why_not(plain: str, about: tuple[str, ...], least: int) -> str:
    if len(plain) < least:
        return f"At least {least} characters; a few words in a row are easy to remember."
    if len(plain) > LONGEST:
        return f"At most {LONGEST} characters."
    if _bare(plain) in common_passwords() or len(set(_bare(plain))) < _DIFFERENT_SIGNS_LEAST:
        return "Many people use this one."
    if is_short(plain) and _is_a_common_word(plain):
        return "Many people use one like this."
    if len(_without_known_words(plain, about)) < _OWN_SIGNS_LEAST[least]:
        return "It is made of words that others know about you or about this service."
    return ""


@cache
def common_words() -> frozenset[str]:
    """Give the words that many people make a short password of."""
    text = _COMMON_WORDS.read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


def _is_a_common_word(plain: str) -> bool:
    """See through what people do to one word: digits behind it, a sign for a letter, a row of keys.

    A long password is long enough for all that; a short one is guessed by it.
    """
    bare = _bare(plain)
    core = bare.strip("0123456789")
    read = plain.casefold().strip("0123456789!.?*#").translate(_READ_AS)
    left = _without_rows(bare)
    return bool({bare, core, _bare(read)} & common_words()) or len(left) < _ROW_LEAST


def _without_rows(bare: str) -> str:
    """Take out what lies in a row on the keyboard or in the alphabet, in either direction."""
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        for length in range(len(row), 3, -1):
            for start in range(len(row) - length + 1):
                bare = bare.replace(row[start : start + length], "")
    return bare


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

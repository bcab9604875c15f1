"""Which Latin letters may one sign stand for, by how it looks and by how it sounds?

By look: the confusables table of Unicode. By sound: a transliteration of every script. Both are
data of kept libraries (decision 0021); here stands only what neither of them knows.
"""

import unicodedata
from functools import lru_cache

from anyascii import anyascii

# Under the letter: what imitates it and is in neither table, or imitates another letter there.
_OURS = {
    "a": "@",
    "e": "\u20ac",
    "i": "\u0438",
    "n": "\u043f",
    "s": "$",
    "t": "\u2020",
    "v": "\u028c",
    "-": "\u2212",
    "": "'\u2018\u2019\u02bc\u00b4`\u115f\u1160\u3164\uffa0\u2800",
    " ": "\u2122\u2120\u00ae\u00a9",  # the sign of a trade mark is no part of the name
}
_KNOWN = {sign: letter for letter, signs in _OURS.items() for sign in signs}
_MEANT = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"}
_MEANT |= {"!": "il", "|": "il", "+": "t"}
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})
_BLANK = frozenset({"Cc", "Zs", "Zl", "Zp"})
_HOPS = 2  # a small capital imitates a Greek letter that imitates a Latin one


@lru_cache(maxsize=4096)
def letter(sign: str) -> str:
    """Give the one small Latin letter, or the sign of a text, that this sign is read as."""
    if sign in _KNOWN:
        return _KNOWN[sign]
    if sign.isascii():
        return " " if unicodedata.category(sign) == "Cc" else sign.lower()
    first_look = next(iter(by_look(sign)), None)
    return _by_kind(sign) or first_look or _sound_of_a_letter_form(sign) or sign


@lru_cache(maxsize=4096)
def by_look(sign: str) -> tuple[str, ...]:
    """Give every small Latin letter that this sign looks like."""
    seen, ring = [sign], [sign]
    for _ in range(_HOPS):
        ring = [like for one in ring for like in _looks_like(one) if like not in seen]
        seen += ring
        found = tuple(like.lower() for like in seen if like.isascii() and like.isalnum())
        if found:
            return found
    return ()


@lru_cache(maxsize=4096)
def candidates(sign: str) -> frozenset[str]:
    """Give every letter that may be meant: as it is read, as it looks and as it sounds."""
    found = {letter(sign), *by_look(sign), by_sound(sign)}
    return frozenset(found.union(*(_MEANT.get(one, "") for one in found)))


def by_sound(text: str) -> str:
    """Write a text of any script in small Latin letters, as it is spoken."""
    return anyascii(text).lower()


def is_seen(sign: str) -> bool:
    """Say whether a sign leaves any mark on the paper."""
    return unicodedata.category(sign) not in _INVISIBLE


def _by_kind(sign: str) -> str | None:
    """Read what needs no table: digits of other scripts, dashes and blanks."""
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.digit(sign))
    if category == "Pd":
        return "-"
    return " " if category in _BLANK else None


def _looks_like(sign: str) -> list[str]:
    """Give what the table of look-alikes says of one sign, without strokes and marks.

    The table is large, and read when the first foreign letter comes: a start need not wait for it.
    """
    from confusable_homoglyphs.confusables import is_confusable  # noqa: PLC0415 - as it says above

    found = is_confusable(sign) or ()
    shapes = (shape["c"] for one in found for shape in one["homoglyphs"])
    bare = ("".join(filter(is_seen, unicodedata.normalize("NFKD", shape))) for shape in shapes)
    return [shape for shape in bare if len(shape) == 1]


def _sound_of_a_letter_form(sign: str) -> str:
    """Read a Latin letter in another dress: a small capital, a letter in a box, a flag of one."""
    dressed = unicodedata.category(sign) == "So" or "LATIN" in unicodedata.name(sign, "")
    sound = by_sound(sign)
    return sound if dressed and len(sound) == 1 and sound.isalnum() else ""

"""What does this text say, once disguises of letters and digits are taken off?"""

import re
import unicodedata
from itertools import chain

# Letters of other scripts that look like a Latin one, under the letter they imitate.
_LOOK_ALIKES = {
    "a": "\u0410\u0430\u0391\u03b1\u1d00\u0251@",
    "b": "\u0412\u0432\u0392\u03b2\u0299",
    "c": "\u0421\u0441\u03f2\u1d04",
    "d": "\u0501\u1d05",
    "e": "\u0415\u0435\u0395\u03b5\u1d07\u20ac\u0454",
    "h": "\u041d\u04bb\u0397\u029c",
    "i": "\u0406\u0456\u0399\u03b9\u0131\u026a\u0438",
    "j": "\u0408\u0458",
    "k": "\u041a\u043a\u039a\u03ba\u1d0b",
    "l": "\u04c0\u04cf\u029f\u0142",
    "m": "\u041c\u043c\u039c\u03bc\u1d0d",
    "n": "\u039d\u03b7\u0274\u043d\u043f",
    "o": "\u041e\u043e\u039f\u03bf\u03c3\u1d0f\u00f8",
    "p": "\u0420\u0440\u03a1\u03c1\u1d18",
    "r": "\u0433\u0280",
    "s": "\u0405\u0455\u03c2\ua731$\u0282",
    "t": "\u0422\u0442\u03a4\u03c4\u1d1b",
    "u": "\u03c5\u1d1c",
    "v": "\u03bd\u0475\u1d20",
    "x": "\u0425\u0445\u03a7\u03c7",
    "y": "\u0423\u0443\u03a5\u04af",
    "-": "\u2212",
    "": "'\u2018\u2019\u02bc\u00b4`\u115f\u1160\u3164\uffa0\u2800",
}
_UNMASK = str.maketrans({mask: true for true, masks in _LOOK_ALIKES.items() for mask in masks})
_DIGITS_AS_LETTERS = (
    str.maketrans("0134578", "oleastb"),
    str.maketrans("0134578", "oieastb"),
)
_LETTERS_AS_DIGITS = str.maketrans("oil", "011")
_RACEMIC = re.compile(
    r"(?<![a-z0-9])[(\[]?(?:r\s?[,/]?\s?s|\+\s?/\s?-|\u00b1|d,?l)[)\]]?\s?-?\s?(?=ketamin)"
)
_WORD = re.compile(r"[^\W_]+")
_LONGEST_NAME = 16


def plain(text: str) -> str:
    """Write a text in small Latin letters, without accents and invisible signs."""
    unmasked = unicodedata.normalize("NFKC", text).translate(_UNMASK).casefold()
    split = unicodedata.normalize("NFKD", unmasked.translate(_UNMASK))
    return "".join(chain.from_iterable(_visible(sign) for sign in split)).strip()


def racemic_spelled_out(text: str) -> str:
    """Replace the signs that mean "both mirror images" in a plain text by the word."""
    return _RACEMIC.sub("racemic ", text)


def words(text: str) -> tuple[str, ...]:
    """Split a plain text into words."""
    return tuple(_WORD.findall(text))


def readings(word: str) -> tuple[str, ...]:
    """Give a word as written and, where digits hide among letters, as it is meant to be read."""
    if word.isdigit() or word.isalpha():
        return (word,)
    return (word, *(word.translate(table) for table in _DIGITS_AS_LETTERS))


def joined(parts: tuple[str, ...]) -> frozenset[str]:
    """Give every run of neighbouring words written as one, since a name can be cut in pieces."""
    runs: set[str] = set()
    for start in range(len(parts)):
        for end in range(start + 2, len(parts) + 1):
            run = "".join(parts[start:end])
            if len(run) > _LONGEST_NAME or _is_counted(parts[start:end]):
                break
            runs.update(readings(run))
    return frozenset(runs)


def _is_counted(parts: tuple[str, ...]) -> bool:
    """Tell "5 ketamine troches", which counts troches, from "5 p r a v a t o", which hides an s."""
    return parts[0].isdigit() and len(parts[1]) > 1


def code_key(text: str) -> str:
    """Write a code for comparing: no signs, and o, i, l as the digits they are taken for."""
    return "".join(_WORD.findall(plain(text))).translate(_LETTERS_AS_DIGITS)


def ndc_11(text: str) -> tuple[str, ...]:
    """Give every eleven-digit form (5-4-2) that this NDC can mean; none if it is no NDC."""
    parts = tuple(part for part in re.split(r"\D+", plain(text)) if part)
    sizes = tuple(map(len, parts))
    if sizes in {(4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2)}:
        return (parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2),)
    if sizes in {(6, 4, 2), (12,)}:
        digits = "".join(parts)
        return (digits[1:],) if digits.startswith("0") else (digits,)
    if sizes == (10,):
        (d,) = parts
        return (f"0{d}", f"{d[:5]}0{d[5:]}", f"{d[:9]}0{d[9:]}")
    return parts if sizes == (11,) else ()


def _visible(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    if category == "Pd":
        return "-"
    return " " if category in {"Cc", "Zs", "Zl", "Zp"} else sign

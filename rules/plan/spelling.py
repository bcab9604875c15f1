"""What does this text say, once disguises of letters and digits are taken off?"""

import html
import re
import unicodedata
from urllib.parse import unquote

from rules.plan.letters import by_sound, candidates, is_seen, letter

_DIGITS_AS_LETTERS = (
    str.maketrans("0134578", "oleastb"),
    str.maketrans("0134578", "oieastb"),
)
_LETTERS_AS_DIGITS = str.maketrans("oilszb", "011528")
_SIGNS_AS_LETTERS = str.maketrans("!|+(", "iitc")
_PLAIN_ASCII = {code: letter(chr(code)) for code in range(128)}
_RACEMIC = re.compile(
    r"(?<![a-z0-9])[(\[]?(?:r\s?[,/]?\s?s|\+\s?/\s?-|\u00b1|d,?l)[)\]]?\s?-?\s?(?=ketamin)"
)
_ENDS = re.compile(r"[.!?;\n]+(?:\s|$)")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_NAME = 16
_TAG = re.compile(r"<[^<>]{0,60}>")
_ESCAPE = re.compile(r"\\(?:u\{?|x|U000)([0-9a-fA-F]{2,5})\}?")
_TAG_LETTERS = {0xE0000 + code: code for code in range(0x20, 0x7F)}
_ROUNDS = 3  # a name can be written in escapes of escapes


def plain(text: str) -> str:
    """Write a text in small Latin letters by their look, without accents and invisible signs."""
    if text.isascii():  # nearly every text there is
        return text.lower().translate(_PLAIN_ASCII).strip()
    split = unicodedata.normalize("NFKD", _read(unicodedata.normalize("NFKC", _spaced(text))))
    return _read(split.casefold()).strip()


def other_readings(text: str) -> tuple[str, ...]:
    """Give what a text may say besides: decoded, by its sound, from behind, or in hidden signs."""
    first, decoded = plain(text), _decoded(text)
    found: list[str] = []
    if decoded != text or "<" in text:
        found += (plain(decoded), plain(_TAG.sub("", decoded)))
    found.append(_SIGN_INSIDE.sub(_as_letter, first))
    if not text.isascii():
        hidden = text.translate(_TAG_LETTERS)
        spoken = by_sound("".join(filter(_is_no_format, decoded)).replace("\u00b1", " racemic "))
        found += (plain(hidden), plain(spoken), first[::-1])
    return tuple(dict.fromkeys(one for one in found if one != first))


def letter_sets(text: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """Give, for each word with foreign signs, the letters that each of its signs may stand for."""
    seen = "".join(filter(is_seen, unicodedata.normalize("NFKC", text)))
    found = (
        tuple(may for may in map(candidates, word) if any(one.isalnum() for one in may))
        for word in seen.split()
        if not word.isascii()
    )
    return tuple(found)


def foreign_key(text: str) -> str:
    """Write a text of another script for comparing: one form of each sign, letters only."""
    one_form = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in one_form if sign.isalpha())


def consonants(text: str) -> tuple[str, ...]:
    """Give the consonants of each word of another script; some scripts write no vowels."""
    spoken = (by_sound(word) for word in text.split() if not word.isascii())
    return tuple(_VOWELS.sub("", word) for word in spoken)


def racemic_spelled_out(text: str) -> str:
    """Replace the signs that mean "both mirror images" in a plain text by the word."""
    return _RACEMIC.sub("racemic ", text)


def words(text: str) -> tuple[str, ...]:
    """Split a plain text into words."""
    return tuple(_WORD.findall(text))


def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """Split a text into its sentences, each of them plain words.

    A line may end a sentence or not: where one has several lines, each is given by itself as well.
    """
    whole = _ENDS.split(text)
    lines = (line for sentence in whole if "\n" in sentence for line in sentence.split("\n"))
    return tuple(words(plain(one)) for one in (*whole, *lines))


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


def code_key(text: str) -> str:
    """Write a code for comparing: no signs, and letters as the digits they are taken for."""
    return "".join(_WORD.findall(plain(_decoded(text)))).translate(_LETTERS_AS_DIGITS)


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


_VOWELS = re.compile(r"[^b-df-gj-np-tvxz]")
_SIGN_INSIDE = re.compile(r"(?<=\w)[!|+(](?=\w|$)")


def _read(text: str) -> str:
    return "".join(map(letter, filter(is_seen, text)))


def _spaced(text: str) -> str:
    """Part a trade mark from its sign before the sign is written as letters."""
    return text.replace("\u2122", " ").replace("\u2120", " ")


def _decoded(text: str) -> str:
    """Undo what a browser or a program would undo: entities, percent signs, backslashes."""
    for _ in range(_ROUNDS):
        again = _ESCAPE.sub(_unescaped, unquote(html.unescape(text)))
        if again == text:
            break
        text = again
    return text


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _as_letter(found: re.Match[str]) -> str:
    return found[0].translate(_SIGNS_AS_LETTERS)


def _is_no_format(sign: str) -> bool:
    return unicodedata.category(sign) != "Cf"


def _is_counted(parts: tuple[str, ...]) -> bool:
    """Tell "5 ketamine troches", which counts troches, from "5 p r a v a t o", which hides an s."""
    return parts[0].isdigit() and len(parts[1]) > 1

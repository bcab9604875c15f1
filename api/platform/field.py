"""What is a field of the house, before it is any field in particular?"""

import unicodedata
from typing import Any

import marshmallow as ma

Documented = dict[str, Any]


class Schema(ma.Schema):
    """The base of everything that comes in or goes out; what is not named is refused."""

    class Meta:
        """An unknown field is a mistake, never a surplus."""

        unknown = ma.RAISE


class QueryText(str):
    """One value of the query string: the only place where a number may be written as text."""

    __slots__ = ()


class HouseField(ma.fields.Field[Any]):
    """A field of the house: it reads strictly, and it knows its own JSON schema."""

    def documented(self) -> Documented:
        """Give the JSON schema of exactly the values that are taken."""
        raise NotImplementedError


def nullable(documented: Documented, *, also: bool) -> Documented:
    """Allow null beside what is documented."""
    if not also:
        return documented
    if "type" in documented:
        kinds = documented["type"]
        kinds = kinds if isinstance(kinds, list) else [kinds]
        documented = documented | {"type": [*kinds, "null"]}
    if "enum" in documented:
        documented = documented | {"enum": [*documented["enum"], None]}
    return documented


def is_printable(text: str) -> bool:
    """Refuse control characters (but not a new line or a tab), halves of characters and fillers."""
    if text.isascii() and text.isprintable():
        return True
    return not any(
        (unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t")
        or letter == "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )

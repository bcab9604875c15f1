"""How must words, codes and names be written?"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import marshmallow as ma

from api.platform.field import Documented, HouseField, is_printable

CODE = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$"
CANONICAL_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Text(HouseField):
    """Somebody's own words: no control characters, no half characters, never only blanks."""

    def __init__(self, max: int = 4000, *, min: int = 1, **more: Any) -> None:  # noqa: A002 - JSON schema's words
        """Take from `min` to `max` characters."""
        super().__init__(**more)
        self.longest, self.shortest = max, min

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ma.ValidationError("Must be text.")
        text = str(value).replace("\r\n", "\n")
        if not is_printable(text):
            raise ma.ValidationError("Must not contain control characters.")
        if not self.shortest <= len(text) <= self.longest or (self.shortest and not text.strip()):
            raise ma.ValidationError("Is too short, empty or too long.")
        return text

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def documented(self) -> Documented:
        """Give the bounds of the text."""
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}


class Pattern(Text):
    """Text of one shape, such as a code or a telephone number."""

    def __init__(self, pattern: str, max: int = 64, **more: Any) -> None:  # noqa: A002 - as above
        """Take what matches the whole pattern."""
        super().__init__(max, **more)
        self.pattern = re.compile(pattern)

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> str:
        text = super()._deserialize(value, *args, **more)
        if not self.pattern.fullmatch(text):
            raise ma.ValidationError("Does not have the right shape.")
        return text

    def documented(self) -> Documented:
        """Give the pattern."""
        return {"type": "string", "pattern": self.pattern.pattern, "maxLength": self.longest}


class Email(Pattern):
    """An e-mail address, in plain characters."""

    def __init__(self, **more: Any) -> None:
        """Take one address."""
        super().__init__(
            r"^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}$", 254, **more
        )

    def documented(self) -> Documented:
        """Give the pattern, and say what it is for."""
        return super().documented() | {"format": "email"}


class Phone(Pattern):
    """A telephone number with its country, such as +15550100."""

    def __init__(self, **more: Any) -> None:
        """Take one number in E.164."""
        super().__init__(r"^\+[1-9]\d{6,14}$", 16, **more)


class Code(Pattern):
    """A code: one of a list, or any code-like word."""

    def __init__(self, choices: Iterable[str] | None = None, **more: Any) -> None:
        """Take one of the choices, or any code when there are none."""
        super().__init__(CODE, **more)
        self.choices = None if choices is None else tuple(str(choice) for choice in choices)

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> str:
        code = super()._deserialize(value, *args, **more)
        if self.choices is not None and code not in self.choices:
            raise ma.ValidationError("Is not one of the codes.")
        return code

    def documented(self) -> Documented:
        """Give the list, or the pattern."""
        if self.choices is None:
            return super().documented()
        return {"type": "string", "enum": list(self.choices)}


class Choice(HouseField):
    """One word of a vocabulary; documented once, by the vocabulary's name."""

    def __init__(self, words: type[StrEnum], **more: Any) -> None:
        """Take the value of one member."""
        super().__init__(**more)
        self.words = words

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> StrEnum:
        try:
            return self.words(str(value) if isinstance(value, str) else "")
        except ValueError:
            raise ma.ValidationError("Is not one of the choices.") from None

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def documented(self) -> Documented:
        """Give the words."""
        return {"type": "string", "enum": [word.value for word in self.words]}


class Id(HouseField):
    """The id of a record, written in its usual form."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> UUID:
        if not isinstance(value, str) or not re.fullmatch(CANONICAL_UUID, value):
            raise ma.ValidationError("Must be an id (UUID).")
        return UUID(str(value))

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def documented(self) -> Documented:
        """Give the format."""
        return {"type": "string", "format": "uuid"}


class Zone(HouseField):
    """The name of a time zone, such as America/Los_Angeles."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or value not in _zones():
            raise ma.ValidationError("Is not a known time zone.")
        return str(value)

    def documented(self) -> Documented:
        """Give the shape; the list is that of the time-zone database."""
        return {"type": "string", "pattern": r"^[A-Za-z0-9_+/-]{1,64}$", "maxLength": 64}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

"""How must numbers, answers and times be written?"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import marshmallow as ma

from api.platform.field import Documented, HouseField, QueryText, nullable
from api.platform.words import CODE, Text

OLDEST_YEAR, NEWEST_YEAR = 1880, 2199
LARGEST_WHOLE = 2**31 - 1
INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$"
LOCAL_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$"


class Whole(HouseField):
    """A whole number written as one: neither 7.9 nor 7.0, neither "7" nor true."""

    def __init__(self, min: int = 0, max: int = LARGEST_WHOLE, **more: Any) -> None:  # noqa: A002 - as above
        """Take from `min` to `max`, both included."""
        super().__init__(**more)
        self.least, self.most = min, max

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if isinstance(value, QueryText) and re.fullmatch(r"-?[0-9]{1,15}", value):
            value = int(value)
        if type(value) is not int:
            raise ma.ValidationError("Must be a whole number.")
        if not self.least <= value <= self.most:
            raise ma.ValidationError("Is too small or too large.")
        return value

    def _serialize(self, value: Any, *_: Any, **__: Any) -> int | None:
        return None if value is None else int(value)

    def documented(self) -> Documented:
        """Give the bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Measured(HouseField):
    """A measured number with a known number of decimals, such as 82.5."""

    def __init__(self, min: float, max: float, *, places: int = 1, **more: Any) -> None:  # noqa: A002 - as above
        """Take from `min` to `max`, both included."""
        super().__init__(**more)
        self.least, self.most, self.places = min, max, places

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        if type(value) not in (int, float):
            raise ma.ValidationError("Must be a number.")
        if not self.least <= value <= self.most:
            raise ma.ValidationError("Is too small or too large.")
        number = Decimal(str(value))
        if number != round(number, self.places):
            raise ma.ValidationError("Has too many decimals.")
        return number

    def _serialize(self, value: Any, *_: Any, **__: Any) -> float | None:
        return None if value is None else float(value)

    def documented(self) -> Documented:
        """Give the bounds."""
        return {"type": "number", "minimum": self.least, "maximum": self.most}


class Truth(HouseField):
    """True or false and nothing that looks like it: 1 is not true."""

    taken: ClassVar[dict[str, bool]] = {"true": True, "false": False}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if isinstance(value, QueryText) and value in self.taken:
            return self.taken[value]
        if value is not True and value is not False:
            raise ma.ValidationError("Must be true or false.")
        return bool(value)

    def documented(self) -> Documented:
        """Say so."""
        return {"type": "boolean"}


class TriState(HouseField):
    """A clinical answer: true, false or "unknown"; not answered is unknown too, and never no."""

    def __init__(self, **more: Any) -> None:
        """Let the gate, not the form, notice that an answer is missing."""
        super().__init__(**{"load_default": None, "allow_none": True} | more)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool | None:
        if value == "unknown":
            return None
        if value is not True and value is not False:
            raise ma.ValidationError('Must be true, false or "unknown".')
        return bool(value)

    def documented(self) -> Documented:
        """Give the three answers."""
        return {"enum": [True, False, "unknown"]}


class Instant(HouseField):
    """A point in time that says where it is: ISO 8601 with an offset."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        instant = _read_time(value, INSTANT)
        if instant is None or instant.tzinfo is None:
            raise ma.ValidationError(
                "Must be a time such as 2026-11-23T09:30:00-08:00, with its offset."
            )
        return instant

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else _written(value)

    def documented(self) -> Documented:
        """Give the format."""
        return {"type": "string", "format": "date-time", "maxLength": 40}


class Moment(HouseField):
    """A point in time with its offset, or a time on the wall clock of the `Zone` beside it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        told = _read_time(value, INSTANT) or _read_time(value, LOCAL_TIME)
        if told is None:
            raise ma.ValidationError(
                "Must be a time such as 2026-11-23T09:30:00-08:00, or a local one without offset."
            )
        return told

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else _written(value)

    def documented(self) -> Documented:
        """Give both shapes."""
        return {"type": "string", "pattern": f"{INSTANT}|{LOCAL_TIME}", "maxLength": 40}


class LocalTime(HouseField):
    """A time on the wall clock, without offset; it means something only beside a `Zone`."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        local = _read_time(value, LOCAL_TIME)
        if local is None:
            raise ma.ValidationError(
                "Must be a local time such as 2026-11-23T09:30, without an offset."
            )
        return local

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value.isoformat(timespec="seconds"))

    def documented(self) -> Documented:
        """Give the shape."""
        return {"type": "string", "pattern": LOCAL_TIME, "maxLength": 19}


class LocalDate(HouseField):
    """A day of the calendar, such as 2026-11-23."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                raise ma.ValidationError("Must be a date such as 2026-11-23.") from None
            if OLDEST_YEAR <= day.year <= NEWEST_YEAR:
                return day
        raise ma.ValidationError("Must be a date such as 2026-11-23.")

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def documented(self) -> Documented:
        """Give the format."""
        return {"type": "string", "format": "date"}


class Answers(HouseField):
    """Answers by their code: text, a whole number, true, false or null; or values of one field."""

    def __init__(self, of: HouseField | None = None, *, most: int = 200, **more: Any) -> None:
        """Take up to `most` answers, each a scalar or what `of` takes."""
        super().__init__(**more)
        self.of, self.most = of or Scalar(), most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ma.ValidationError("Must be an object of answers by code.")
        if len(value) > self.most:
            raise ma.ValidationError("Has too many answers.")
        if not all(re.fullmatch(CODE, key) for key in value):
            raise ma.ValidationError("Must be an object of answers by code.")
        answers, errors = {}, {}
        for code, answer in value.items():
            try:
                answers[code] = self.of.deserialize(answer)
            except ma.ValidationError as error:
                errors[code] = error.messages
        if errors:
            raise ma.ValidationError(errors)
        return answers

    def _serialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any] | None:
        return None if value is None else {str(code): answer for code, answer in value.items()}

    def documented(self) -> Documented:
        """Give the shape of a code and of an answer."""
        return {
            "type": "object",
            "propertyNames": {"pattern": CODE},
            "maxProperties": self.most,
            "additionalProperties": nullable(self.of.documented(), also=self.of.allow_none),
        }


class Scalar(HouseField):
    """Text, a whole number, true, false or null."""

    def __init__(self, **more: Any) -> None:
        """Take null too."""
        super().__init__(**{"allow_none": True} | more)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str | int | bool:
        if value is True or value is False:
            return bool(value)
        field = Text(2000, min=0) if isinstance(value, str) else Whole(-LARGEST_WHOLE)
        answer: str | int = field.deserialize(value)
        return answer

    def documented(self) -> Documented:
        """Give the kinds of answer."""
        bounds = {"minimum": -LARGEST_WHOLE, "maximum": LARGEST_WHOLE, "maxLength": 2000}
        return {"type": ["string", "integer", "boolean"]} | bounds


def understood_instant(value: Any) -> datetime | None:
    """Read a time as far as it makes sense, where nothing that is sent can be wrong."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None:
        return None
    return found if OLDEST_YEAR <= found.year <= NEWEST_YEAR else None


def _read_time(value: Any, shape: str) -> datetime | None:
    if not isinstance(value, str) or not value.isascii() or not re.fullmatch(shape, value):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return time if OLDEST_YEAR <= time.year <= NEWEST_YEAR else None


def _written(value: datetime | str) -> str:
    return value if isinstance(value, str) else value.isoformat()

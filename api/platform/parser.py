"""Is this request written exactly as the house reads it?

Whatever is doubtful is refused before any field looks at it: another encoding, a key that occurs
twice, a number too long to be one, nesting without end, a query argument nobody knows.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request, g
from marshmallow import fields as ma_fields
from webargs import core
from webargs.flaskparser import FlaskParser, abort
from werkzeug.exceptions import BadRequest, RequestTimeout, UnsupportedMediaType

from api.platform.door import PARTIAL
from api.platform.fields import QueryText

JSON = "application/json"
DEEPEST = 20
MOST_DIGITS = 18
LARGEST_BODY_BYTES = 256 * 1024


class MalformedRequest(BadRequest):
    """The request is not well-formed JSON."""


class OtherContent(UnsupportedMediaType):
    """The body is not plain JSON."""

    description = f"Send {JSON} in UTF-8, not compressed."


class StrictParser(FlaskParser):
    """Reads bodies and query strings strictly."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs reads it from the class
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        return body_of(req) if has_body(req) else core.missing

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """Refuse an argument that is given twice, unless it is a list."""
        many = {
            field.data_key or name
            for name, field in schema.fields.items()
            if isinstance(field, ma_fields.List)
        }
        refuse_repeated(req, except_for=many)
        return {
            name: [QueryText(value) for value in values] if name in many else QueryText(values[0])
            for name, values in req.args.lists()
        }


def refuse_partial(req: Request) -> None:
    """Refuse what came too slowly, or broke off on its way."""
    if req.environ.get(PARTIAL):
        raise RequestTimeout


def has_body(req: Request) -> bool:
    """Tell whether anything was sent; too much of it is refused here."""
    return bool(req.get_data(cache=True))


def body_of(req: Request) -> Any:
    """Read the JSON body once for each request."""
    if "json_body" not in g:
        refuse_other_content(req)
        g.json_body = read_json(req.get_data(cache=True))
    return g.json_body


def refuse_other_content(req: Request) -> None:
    """Refuse everything but plain JSON in UTF-8."""
    charset = req.mimetype_params.get("charset", "utf-8").lower()
    encoding = req.headers.get("Content-Encoding", "identity").lower()
    if req.mimetype != JSON or charset != "utf-8" or encoding != "identity":
        raise OtherContent


def read_json(raw: bytes) -> Any:
    """Read JSON, or refuse it; the second pass sees what the first one is silent about."""
    try:
        refuse_deep(orjson.loads(raw.decode("utf-8")))
        return json.loads(raw, object_pairs_hook=_once_each, parse_int=_short_int)
    except MalformedRequest:
        raise
    except (ValueError, RecursionError):
        raise MalformedRequest("The body is not well-formed JSON in UTF-8.") from None


def refuse_deep(value: Any) -> None:
    """Refuse what is nested deeper than any form of ours; no recursion, so nothing overflows."""
    level, depth = _containers([value]), 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise MalformedRequest("The body is nested too deeply.")
        level = [
            inner
            for outer in level
            for inner in _containers(outer.values() if isinstance(outer, dict) else outer)
        ]


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, dict | list)]


def refuse_stray_parts(req: Request, taken: Mapping[str, bool]) -> None:
    """Refuse a body or a query where none is taken, and a missing body where one is needed."""
    if "query" not in taken and req.args:
        refuse_fields({name: ["Is not known here."] for name in req.args})
    if not has_body(req):
        if taken.get("json"):
            raise MalformedRequest("A JSON body is needed.")
    elif "json" not in taken and body_of(req) != {}:
        refuse_fields({"body": ["This request takes no body."]})


def refuse_repeated(req: Request, *, except_for: Iterable[str] = ()) -> None:
    """Refuse a query argument that occurs twice."""
    twice = [
        name for name, values in req.args.lists() if len(values) > 1 and name not in except_for
    ]
    if twice:
        refuse_fields({name: ["Is given more than once."] for name in twice})


def refuse_fields(errors: dict[str, list[str]]) -> NoReturn:
    """Refuse the request and name the fields."""
    abort(422, messages=errors)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedRequest("A key occurs twice in one object.")
    return found


def _short_int(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise MalformedRequest("A number is too long.")
    return int(digits)

"""What does the OpenAPI document say, and does it say what really happens?"""

import warnings
from dataclasses import dataclass
from typing import Any

import flask_smorest
import marshmallow as ma
from apispec.ext.marshmallow.field_converter import FieldConverterMixin
from flask import Flask
from werkzeug.routing import BaseConverter

from api.platform import fields, problems, webhook_document
from api.platform.parser import LARGEST_BODY_BYTES

OPENAPI = "3.1.0"
TITLE, VERSION = "Vigil", "0.1.0"
DESCRIPTION = (
    "The programme's API: interlocks, not advice. 422 means the request is written wrong, 409 that"
    " the record forbids it, and 201 with the outcome `stop` that the gate did its work."
)
# Name, and what it says, of every answer that is an error.
ERRORS = {
    400: ("MalformedRequest", "The request is not well-formed, or a header it needs is missing."),
    401: ("NotSignedIn", "Nobody is signed in, or no longer."),
    403: ("NotPermitted", "This kind of act belongs to another role."),
    404: ("NotFound", "There is no such record for you."),
    409: ("Refused", "The record forbids it; `code` and `findings` say why."),
    412: ("ChangedSinceRead", "Somebody changed it since you read it."),
    413: ("TooLarge", "The body is too large."),
    415: ("OtherContent", "The body is not plain JSON in UTF-8."),
    422: ("InvalidRequest", "A field is written wrong, or names a product that is not for home."),
    428: ("VersionRequired", "An edit says in If-Match which version it edits."),
    429: ("TooManyTries", "Too many tries; Retry-After says when."),
    500: ("InternalError", "A mistake of ours; the request id finds it in the log."),
    503: ("Unavailable", "The database cannot be reached; nothing was kept."),
}
# What even a door without a lock may answer.
WITHOUT_A_LOCK = (413, 429, 500, 503)
ALWAYS = (400, 401, 403, 404, 413, 415, 422, 429, 500, 503)
EXTRA_HEADERS = {
    401: {"WWW-Authenticate": "The scheme to sign in with."},
    409: {"Retry-After": "Seconds to wait, if trying again may help."},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}
PARAMETERS = {
    "IdempotencyKey": (
        "Idempotency-Key",
        "A key of your own; the same request under the same key is done once.",
        {"type": "string", "pattern": r"^[\x21-\x7e]{1,128}$"},
    ),
    "IfMatch": (
        "If-Match",
        "The ETag of the version you have read.",
        {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    ),
}
HEADERS = {
    "RequestId": "Finds this request in log and trail.",
    "Version": "The version of what is shown; send it back in If-Match.",
    "Replayed": "`true` when this is the kept answer of an earlier request.",
}
ANY_BODY = {
    "required": False,
    "description": "Anything at all, in any form; JSON is understood best.",
    "content": {"application/json": {"schema": {}}, "*/*": {"schema": {}}},
}
USUAL_BODY_BYTES = 64 * 1024
LONG_FORMS = frozenset(
    {
        *("assess_adverse_event", "push_late_facts", "record_evaluation", "save_intake"),
        *("hand_in_queue", "triage_adverse_event"),
    }
)
KEPT = ("description", "readOnly", "writeOnly", "format")


class CodeConverter(BaseConverter):
    """A short code in a path."""

    regex = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation promises."""

    id: str
    refuses: tuple[int, ...] = ()
    once: bool = False
    versioned: bool = False
    public: bool = False
    any_body: bool = False

    @property
    def largest_body_bytes(self) -> int:
        """Most forms are a page; a few are as long as the house reads at all."""
        return LARGEST_BODY_BYTES if self.id in LONG_FORMS else USUAL_BODY_BYTES

    def statuses(self, *, edits: bool) -> list[int]:
        """List every error it may answer."""
        more = {409} if self.once else set()
        if self.versioned and edits:
            more |= {409, 412, 428}
        if self.any_body:
            more |= set() if self.public else {401, 403, 404}
            return sorted({*WITHOUT_A_LOCK, *self.refuses, *more})
        return sorted({*ALWAYS, *self.refuses, *more})

    def document(self, doc: dict[str, Any], *, method: str) -> dict[str, Any]:
        """Write it down."""
        edits = method not in ("get", "head")
        if self.any_body:
            doc["requestBody"] = ANY_BODY
        doc["operationId"] = self.id
        doc["security"] = [] if self.public else [{"bearerAuth": []}]
        wanted = {"IdempotencyKey": self.once, "IfMatch": self.versioned and edits}
        parameters = [name for name, is_wanted in wanted.items() if is_wanted]
        if parameters:
            doc.setdefault("parameters", []).extend(parameters)
        headers = {"X-Request-Id": "RequestId"}
        headers |= {"ETag": "Version"} if self.versioned else {}
        headers |= {"Idempotent-Replayed": "Replayed"} if self.once else {}
        for answer in doc["responses"].values():
            answer["headers"] = dict(headers)
        doc["responses"] |= {status: ERRORS[status][0] for status in self.statuses(edits=edits)}
        return doc


class Api(flask_smorest.Api):
    """The house's API: OpenAPI 3.1, problem documents, one handler for what HTTP refuses."""

    ERROR_SCHEMA = problems.Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        """Start the document of this app; the code converter is there before any path."""
        app.url_map.converters["code"] = CodeConverter
        options = {
            "info": {"description": DESCRIPTION},
            "servers": [{"url": "/"}],
            "security": [{"bearerAuth": []}],
            "webhooks": webhook_document.WEBHOOKS,
        }
        super().__init__(
            app,
            spec_kwargs={
                "title": TITLE,
                "version": VERSION,
                "openapi_version": OPENAPI,
                **options,
            },
        )
        self.register_converter(CodeConverter, _code_in_path)

    def handle_http_exception(self, error: Any) -> Any:
        """Tell it as a problem."""
        return problems.of_http(error)

    def register_blueprint(self, blp: Any, **options: Any) -> None:
        """Take a feature's blueprint; two schemas of one name are a mistake, not a warning."""
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            super().register_blueprint(blp, **options)

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.ma_plugin.converter.add_attribute_function(truthful)
        self.spec.components.security_scheme(
            "bearerAuth", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        )
        _add_headers(self.spec.components)
        _add_errors(self.spec.components)

    def _register_responses(self) -> None:
        """Leave out the library's answers: their names depend on the version of Python."""

    _register_etag_headers = _register_pagination_header = _register_responses


def truthful(
    converter: FieldConverterMixin, field: Any, *, ret: dict[str, Any], **_: Any
) -> dict[str, Any]:
    """Replace what the library guesses about a field by what the field itself says."""
    if not isinstance(field, fields.HouseField):
        return {}
    kept = {name: ret[name] for name in KEPT if ret.get(name) is not None}
    if _is_taken(field, ret.get("default", ma.missing)):
        kept["default"] = ret["default"]
    ret.clear()
    if isinstance(field, fields.Choice):
        return kept | _vocabulary(converter, field)
    return fields.nullable(field.documented(), also=bool(field.allow_none)) | kept


def _is_taken(field: fields.HouseField, default: Any) -> bool:
    """A default that nobody may send is our own business."""
    try:
        field.deserialize(default)
    except ma.ValidationError:
        return False
    return default is not ma.missing


def _vocabulary(converter: Any, field: fields.Choice) -> dict[str, Any]:
    """Document a vocabulary once, as a component with its own name."""
    name = field.words.__name__
    if name not in converter.spec.components.schemas:
        converter.spec.components.schema(name, field.documented())
    reference = {"$ref": f"#/components/schemas/{name}"}
    return {"anyOf": [reference, {"type": "null"}]} if field.allow_none else reference


def _code_in_path(_: CodeConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{CodeConverter.regex}$"}


def _add_headers(components: Any) -> None:
    for name, (header, says, schema) in PARAMETERS.items():
        told = {"name": header, "description": says, "required": True, "schema": schema}
        components.parameter(name, "header", told, lazy=True)
    for name, says in HEADERS.items():
        told = {"description": says, "schema": {"type": "string"}}
        components.header(name, told, lazy=True)


def _add_errors(components: Any) -> None:
    for status, (name, says) in ERRORS.items():
        headers: dict[str, Any] = {"X-Request-Id": "RequestId"}
        for header, why in EXTRA_HEADERS.get(status, {}).items():
            headers[header] = {"description": why, "schema": {"type": "string"}}
        content = {problems.MEDIA_TYPE: {"schema": problems.Problem}}
        told = {"description": says, "content": content, "headers": headers}
        components.response(name, told, lazy=True)

"""Which status does each refusal have, and how is it told?

The one table from the words of the clinic to HTTP, and the one shape of every error (RFC 9457).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from math import ceil
from typing import Any

from flask import Flask, Response, current_app, json
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException, NotFound

from api.platform import fields, logs
from api.platform.help_first import ProblemInstructionOut, what_to_do_now
from api.platform.messages import flat
from api.platform.pace import FactTooOften, TooOften
from api.platform.request import KeyMalformed, KeyMissing, request_id, runtime
from rules.core import Finding
from rules.remedies import Helper, who_puts_right
from rules.terms import Force
from workflows.platform import errors as refusals

MEDIA_TYPE = "application/problem+json"
TRY_AGAIN_SECONDS = 1

# The one table. A refusal without a line of its own has that of the class above it.
STATUS: dict[type[Exception], int] = {
    refusals.Refusal: 409,
    refusals.NotSignedIn: 401,
    refusals.NotPermitted: 403,
    refusals.NotFound: 404,
    refusals.RecordForbids: 409,
    refusals.ProductBarred: 422,
    refusals.NotNow: 409,
    refusals.Judged: 409,
    refusals.AlreadyUnderWay: 409,
    refusals.ChangedSinceRead: 412,
    refusals.InvalidContent: 422,
    refusals.KeyReused: 422,
    refusals.TooManyTries: 429,
    refusals.Unavailable: 503,
}
# What HTTP itself refuses before any workflow is asked: code and title.
HTTP = {
    400: ("malformed-request", "The request is not well-formed."),
    401: ("not-signed-in", "You are not signed in."),
    403: ("not-permitted", "This kind of act is not yours."),
    404: ("not-found", "There is no such record for you."),
    405: ("method-not-allowed", "This cannot be done here; Allow says what can."),
    406: ("not-acceptable", "The answer is JSON and nothing else."),
    408: ("timed-out", "The request took too long to arrive."),
    413: ("too-large", "The body is too large."),
    414: ("too-long", "The address is too long."),
    415: ("unsupported-media-type", "The body is not plain JSON in UTF-8."),
    422: ("invalid-request", "Something in the request cannot be right."),
    428: ("version-required", "Say in If-Match which version you are changing."),
    429: ("too-many-tries", "Too many tries; wait a little."),
    431: ("too-large", "The headers are too large."),
    500: ("internal-error", "A mistake of ours; the request id finds it."),
    503: ("unavailable", "The service cannot do this now; nothing was kept."),
}
# What a refusal may add; a key that the document does not know stays inside.
TOLD = ("errors", "state", "allowed", "retry_at")
RETRYABLE_STATUS = frozenset({408, 429, 503})
RETRYABLE_CODES = frozenset({refusals.AlreadyUnderWay.code})


class FieldErrors(fields.HouseField):
    """What is wrong, by the name of the field; never its value."""

    def documented(self) -> fields.Documented:
        """Give the shape: for each field its messages."""
        messages = {"type": "array", "items": {"type": "string", "maxLength": 500}, "maxItems": 20}
        return {"type": "object", "additionalProperties": messages}


class ProblemFindingOut(fields.Schema):
    """One reason of a gate, for a caller who may see this record."""

    code = fields.Code(required=True)
    force = fields.Choice(Force, required=True)
    observed = fields.Text(1000, min=0)
    limit = fields.Text(1000, min=0)
    says = fields.Text(4000, required=True)
    remedy = fields.Text(4000, min=0)
    source = fields.Text(200, min=0)
    put_right_by = fields.Choice(Helper, required=True)
    retry_after = fields.Instant(metadata={"description": "From when waiting alone clears it."})


class Problem(fields.Schema):
    """Why not: a stable code, words for people, and what to do next."""

    type = fields.Text(120, required=True, metadata={"format": "uri-reference"})
    title = fields.Text(200, required=True)
    status = fields.Whole(400, 599, required=True)
    detail = fields.Text(500)
    code = fields.Code(required=True)
    retryable = fields.Truth(required=True)
    request_id = fields.Text(64, required=True)
    errors = FieldErrors()
    findings = fields.List(fields.Nested(ProblemFindingOut()), 200)
    state = fields.Code()
    allowed = fields.List(fields.Code(), 50)
    retry_at = fields.Instant()
    instructions = fields.List(
        fields.Nested(ProblemInstructionOut()),
        5,
        metadata={"description": "After a call for help that could not be kept: what to do now."},
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A problem before it is written down."""

    status: int
    kind: str
    code: str
    title: str
    detail: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Write it down."""
        retryable = self.status in RETRYABLE_STATUS or self.code in RETRYABLE_CODES
        body: dict[str, Any] = {
            "type": f"/problems/{self.kind}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "retryable": retryable,
            "request_id": request_id(),
        }
        if self.detail and self.detail != self.title:
            body["detail"] = self.detail
        logs.note_code(self.code)
        made = Response(
            json.dumps(body | dict(self.more) | what_to_do_now()),
            self.status,
            content_type=MEDIA_TYPE,
        )
        made.headers.extend(self.headers)
        return made


def install(app: Flask) -> None:
    """Answer every refusal and every failure of this app with a problem document."""
    app.add_url_rule("/problems/<code:kind>", view_func=explain)
    app.register_error_handler(refusals.Refusal, of_refusal)
    app.register_error_handler(Exception, of_failure)


def explain(kind: str) -> Response:
    """Say what a type of problem means."""
    if kind not in kinds():
        raise NotFound
    status, title = kinds()[kind]
    told = {"type": f"/problems/{kind}", "status": status, "title": title}
    return Response(json.dumps(told), content_type="application/json")


@cache
def kinds() -> dict[str, tuple[int, str]]:
    """List every type of problem there is, with its status and its title."""
    known = {code: (status, title) for status, (code, title) in HTTP.items()}
    for refusal in _below(refusals.Refusal):
        known[refusal.code] = (status_of(refusal), (refusal.__doc__ or "").strip())
    for refused in (KeyMissing, KeyMalformed, TooOften, FactTooOften):
        known[refused.house_code] = (refused.code, (refused.__doc__ or "").strip())
    return known


def of_refusal(refusal: refusals.Refusal) -> Response:
    """Tell a refusal of the house."""
    status = status_of(type(refusal))
    kind = type(refusal)
    return Answer(
        status,
        kind.code,
        refusal.code,
        (kind.__doc__ or "").strip(),
        refusal.detail,
        _more(refusal),
        _headers(status, refusal),
    ).response()


def of_http(error: HTTPException) -> BaseResponse:
    """Tell what HTTP refuses; what is no error passes as it is, and headers are kept."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    usual, title = HTTP.get(status, (f"http-{status}", "This was refused."))
    code = getattr(error, "house_code", usual)
    kept = {
        name: value
        for name, value in error.get_headers()
        if name.lower() not in ("content-type", "content-length")
    }
    messages = getattr(error, "data", {}).get("messages")
    more = {"errors": flat(messages)} if messages else {}
    detail = str(error.description or "") if _is_ours(error) else ""
    return Answer(status, code, code, title, detail, more, kept).response()


def of_failure(error: Exception) -> BaseResponse:
    """Tell nothing of a mistake of ours but where to find it in the log."""
    if isinstance(error, HTTPException):
        return of_http(error)
    if current_app.testing:
        raise error
    logs.note_failure(error)
    code, title = HTTP[500]
    return Answer(500, code, code, title).response()


def status_of(kind: type[Exception]) -> int:
    """Look a refusal up in the table, by its class or the nearest above it."""
    return next(STATUS[above] for above in kind.__mro__ if above in STATUS)


def found(finding: Finding, retry_after: datetime | None = None) -> dict[str, str]:
    """Write one finding of a gate for a problem document; `retry_after` only where time cures."""
    rule, check = finding.rule, finding.check
    when = {} if retry_after is None else {"retry_after": retry_after.isoformat()}
    return when | {
        "code": rule.code,
        "force": rule.force.value,
        "observed": check.observed,
        "limit": check.limit,
        "says": finding.says,
        "remedy": finding.remedy,
        "source": rule.cite,
        "put_right_by": who_puts_right(rule.code, unknown=check.met is None).value,
    }


def _below(kind: type[refusals.Refusal]) -> Iterator[type[refusals.Refusal]]:
    yield kind
    for inner in kind.__subclasses__():
        yield from _below(inner)


def _more(refusal: refusals.Refusal) -> dict[str, Any]:
    if isinstance(refusal, refusals.Judged):
        when = refusal.retry_after
        return {
            "findings": [found(one, when.get(one.rule.code)) for one in refusal.decision.raised]
        }
    more = {name: value for name, value in refusal.more.items() if name in TOLD}
    if "errors" in more:
        more["errors"] = flat(more["errors"])
    if "retry_at" in more:
        more["retry_at"] = more["retry_at"].isoformat()
    return more


def _headers(status: int, refusal: refusals.Refusal) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if until := refusal.more.get("retry_at"):
        seconds = (until - runtime().clock.now()).total_seconds()
        return {"Retry-After": str(max(1, ceil(seconds)))}
    if status == 503 or refusal.code in RETRYABLE_CODES:
        return {"Retry-After": str(TRY_AGAIN_SECONDS)}
    return {}


def _is_ours(error: HTTPException) -> bool:
    """Only words that the house wrote are repeated; those of a library may repeat the input."""
    return type(error).__module__.startswith("api.")

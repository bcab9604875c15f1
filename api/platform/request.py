"""What does this request carry beside its body: who, under which key, of which version?"""

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, cast
from uuid import uuid4

import orjson
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest, PreconditionRequired

from api.platform.parser import LARGEST_BODY_BYTES, body_of, has_body
from rules.terms import Role
from workflows.platform.actor import NOBODY, Actor
from workflows.platform.errors import ChangedSinceRead
from workflows.platform.idempotency import OnceKey
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work

EXTENSION = "vigil"
KEY = re.compile(r"[\x21-\x7e]{1,128}")
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
VERSION = re.compile(r'"([0-9]{1,9})"')


class HasVersion(Protocol):
    """A row that people edit, or a view of one."""

    @property
    def version(self) -> int:
        """Which version this is."""
        ...


class KeyMissing(BadRequest):
    """This request needs an Idempotency-Key."""

    house_code = "idempotency-key-missing"
    description = "Send an Idempotency-Key of your own, so that a retry cannot do it twice."


class KeyMalformed(BadRequest):
    """This Idempotency-Key cannot be one."""

    house_code = "idempotency-key-malformed"
    description = "An Idempotency-Key has 1 to 128 visible ASCII characters and no blanks."


class VersionRequired(PreconditionRequired):
    """This request needs If-Match."""

    description = "Send If-Match with the ETag of the version you have read."


def install(app: Flask, house: Runtime) -> None:
    """Give every request of this app its runtime and its id."""
    use(app, house)
    app.before_request(_take_request_id)
    app.after_request(_answer_headers)


def use(app: Flask, house: Runtime) -> None:
    """Let this app serve this house from now on."""
    app.extensions[EXTENSION] = house


def runtime() -> Runtime:
    """Give the runtime of this app."""
    return cast("Runtime", current_app.extensions[EXTENSION])


def request_id() -> str:
    """Give the id by which this request is found in log and trail."""
    return str(g.get("request_id", ""))


def current_actor() -> Actor:
    """Give who is acting; nobody, if the operation is public."""
    actor: Actor | None = g.get("actor")
    return actor or Actor(NOBODY.user_id, NOBODY.roles, request_id=request_id())


@contextmanager
def begin() -> Iterator[Work]:
    """Begin one act of the person who asks, under the key they sent."""
    with runtime().begin(current_actor(), once_key()) as work:
        yield work
    _note(work)


@contextmanager
def begin_as_anybody() -> Iterator[Work]:
    """Begin an act that is open to everybody: as who asks, if they can be known, else as no one.

    Another report under a key that was used before is another report: the key never refuses one.
    """
    asking: Actor | None = g.get("actor")
    known = asking if asking and asking.roles else None  # who holds no role any more is no one
    actor = known or Actor(None, frozenset({Role.SYSTEM}), request_id=request_id())
    key = request.headers.get("Idempotency-Key", "")
    sent = hashlib.sha256(request.path.encode() + b"\0" + raw_body())
    once = OnceKey(f"{key} {sent.hexdigest()}", sent.digest()) if KEY.fullmatch(key) else None
    with runtime().begin(actor, once if known else None) as work:
        yield work
    _note(work)


def nothing_kept() -> bool:
    """Say whether no act of this request was committed yet; what was read does not count."""
    return not g.get("kept")


def raw_body() -> bytes:
    """Give the body as it came, whatever it is; of more than anybody can read, the beginning."""
    if "raw_body" not in g:
        request.max_content_length = sys.maxsize  # what is too long is cut, not refused
        g.raw_body = b"".join(_read(LARGEST_BODY_BYTES))
    return cast("bytes", g.raw_body)


def _note(work: Work) -> None:
    g.replayed = work.replayed
    g.kept = g.get("kept") or work.kind != "reading"


def _read(most: int) -> Iterator[bytes]:
    """Read what is sent; a body in chunks says nowhere how long it is."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    stream = request.environ["wsgi.input"] if chunked else request.stream
    while most > 0 and (piece := stream.read(most)):
        most -= len(piece)
        yield piece


def once_key() -> OnceKey | None:
    """Give the Idempotency-Key together with a fingerprint of what was sent under it."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise KeyMalformed
    return OnceKey(key, fingerprint())


def require_key() -> None:
    """Refuse a request without a key."""
    if once_key() is None:
        raise KeyMissing


def fingerprint() -> bytes:
    """Hash what makes two requests the same: method, path and the meaning of the body."""
    body = body_of(request) if has_body(request) else None
    meaning = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(
        b"\0".join((request.method.encode(), request.path.encode(), meaning))
    ).digest()


def if_match() -> int | None:
    """Give the version the caller has read, if they say so; any version will not do."""
    sent = request.headers.get("If-Match")
    if sent is None or sent.strip() == "*":
        return None
    if found := VERSION.fullmatch(sent.strip()):
        return int(found[1])
    raise ChangedSinceRead


def require_version() -> None:
    """Refuse an edit that does not say which version it edits."""
    if if_match() is None:
        raise VersionRequired


def set_version(row: HasVersion) -> None:
    """Tell the caller which version this answer shows."""
    g.version = row.version


def _take_request_id() -> None:
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if REQUEST_ID.fullmatch(sent) else str(uuid4())


def _answer_headers(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    if response.status_code < 400:
        if g.get("replayed"):
            response.headers["Idempotent-Replayed"] = "true"
        if "version" in g:
            response.set_etag(str(g.version))
    return response

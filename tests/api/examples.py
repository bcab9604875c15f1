"""How do real requests and answers become the examples of the document?

With VIGIL_RECORD_EXAMPLES=1 the first request of an operation that succeeds is kept in
`openapi/examples`, if none is kept yet; delete a file to have it recorded again.
"""

import json
import os
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from api.platform.spec import EXAMPLES, written

# What opens a door is never kept, not even one of a test.
SECRETS = (
    *("access_token", "refresh_token", "queue_key", "invitation_token", "token", "recovery_codes"),
    "page",  # its address ends in one
)


def record(app: Flask, answer: TestResponse, sent: Any) -> None:
    """Keep the request and its answer, if asked to and if there is none yet."""
    if not os.environ.get("VIGIL_RECORD_EXAMPLES") or not 200 <= answer.status_code < 300:
        return
    name = operation_of(app, answer)
    kept = EXAMPLES / f"{name}.json"
    was_raw = sent is None and answer.request.content_length
    if name is None or was_raw or kept.exists():
        return
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    pair = {"request": sent, "response": answer.get_json(silent=True)}
    kept.write_text(written(without_secrets(pair)))


def operation_of(app: Flask, answer: TestResponse) -> str | None:
    """Find out which operation of the API has answered."""
    environ = answer.request.environ
    urls = app.url_map.bind_to_environ(environ)
    endpoint, _ = urls.match(environ["PATH_INFO"], environ["REQUEST_METHOD"])
    view = getattr(app.view_functions[endpoint], "view_class", None)
    method = getattr(view, environ["REQUEST_METHOD"].lower(), None)
    operation = getattr(method, "_apidoc", {}).get("operation")
    return operation.id if operation else None


def without_secrets(value: Any) -> Any:
    """Blacken tokens, but keep their shape."""
    if isinstance(value, dict):
        return {
            name: _blackened(inner) if name in SECRETS else without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    return json.loads(json.dumps(value))


def _blackened(value: Any) -> Any:
    if isinstance(value, list):
        return [_blackened(inner) for inner in value]
    return re.sub(r"\w", "x", value) if isinstance(value, str) else without_secrets(value)
